import type { App } from 'cdk8s';
import type { Environment } from '../environment/environment';
import { InvalidValueError } from '../finding';
import { dnsLabelProblem } from '../model/name';

/** A program: what is built for each environment. */
export interface Program {
  /** Folder below each environment's output; a DNS label. */
  readonly name: string;
  /**
   * Adds the program's constructs to the app. Adding nothing means that the environment does not have this program.
   */
  readonly build: (app: App, environment: Environment) => void;
}

/**
 * Declares a program that `portcullis synth` can run. The module has to export it as `program`.
 *
 * @throws InvalidValueError if the name is not a DNS label
 * @example
 * export const program = defineProgram({
 *   name: 'portarium',
 *   build: (app, environment) => {
 *     new Portarium(app, 'portarium', { dialect: dialectOf(environment.dialect), ...environment.portarium });
 *   },
 * });
 */
export function defineProgram(program: Program): Program {
  const problem = dnsLabelProblem(program.name, 'name of the program');
  if (problem !== undefined) throw new InvalidValueError(problem);
  return Object.freeze({ ...program });
}
