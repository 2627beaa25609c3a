import type { IConstruct } from 'constructs';

/** The construct itself or the nearest one above it that is what is looked for; undefined if there is none. */
export function nearest<Found extends IConstruct>(
  construct: IConstruct,
  isIt: (scope: IConstruct) => scope is Found,
): Found | undefined {
  for (let scope: IConstruct | undefined = construct; scope !== undefined; scope = scope.node.scope) {
    if (isIt(scope)) return scope;
  }
  return undefined;
}

/** True for a construct itself and for everything below it. */
export function isInside(construct: IConstruct, outer: IConstruct): boolean {
  return nearest(construct, (scope): scope is IConstruct => scope === outer) !== undefined;
}
