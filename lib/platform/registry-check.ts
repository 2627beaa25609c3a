import { InvalidValueError } from '../finding';
import { registryProblem } from '../model/registry';

/**
 * Returns the registries, each once and sorted.
 * @param construct path that the error names
 * @throws InvalidValueError for an empty list, which would approve nothing, and for what registryProblem() names
 */
export function checkRegistries(
  registries: readonly string[] | undefined,
  construct: string,
): readonly string[] | undefined {
  if (registries === undefined) return undefined;
  if (registries.length === 0) {
    const message = 'no registry is approved, so no image could run';
    throw new InvalidValueError({ message, fix: 'name one, or leave registries out' }, construct);
  }
  const problem = registries.map(registryProblem).find((found) => found !== undefined);
  if (problem !== undefined) throw new InvalidValueError(problem, construct);
  return Object.freeze([...new Set(registries)].sort());
}
