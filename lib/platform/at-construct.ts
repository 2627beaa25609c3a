import type { IConstruct } from 'constructs';
import { InvalidValueError } from '../finding';

/** Runs a factory or a check of the model, and names the construct if it refuses. */
export function atConstruct<T>(construct: IConstruct, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof InvalidValueError ? new InvalidValueError(error.problem, construct.node.path) : error;
  }
}
