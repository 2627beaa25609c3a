import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { Finding } from '../finding';
import { findingsOf } from './finding-source';
import { ManifestDocument } from './manifest-document';

/** Everything that one pass over a construct tree finds. */
export interface Tree {
  /** API objects in the order of the tree. */
  readonly objects: readonly ApiObject[];
  readonly documents: readonly ManifestDocument[];
  readonly findings: readonly Finding[];
  /** For each construct with dependencies, which objects below it have to come after which others. */
  readonly dependencies: readonly Dependency[];
}

/** All of `dependents` come after all of `dependencies`; both are ranges of `Tree.objects`. */
export interface Dependency {
  readonly dependents: Range;
  readonly dependencies: Range;
}

/** Indices from `start` up to but not including `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Walks a construct tree in one linear pass, and in a second one if anything in it has dependencies. A construct's
 * objects are a contiguous range, so a dependency between constructs is a pair of ranges.
 */
export function walkTree(root: IConstruct): Tree {
  const objects: ApiObject[] = [];
  const documents: ManifestDocument[] = [];
  const findings: Finding[] = [];
  const dependents: IConstruct[] = [];
  visit(root, (construct) => {
    if (ApiObject.isApiObject(construct)) objects.push(construct);
    else if (construct instanceof ManifestDocument) documents.push(construct);
    for (const finding of findingsOf(construct)) findings.push(finding);
    if (construct.node.dependencies.length > 0) dependents.push(construct);
  });
  return { objects, documents, findings, dependencies: dependencyRanges(root, dependents) };
}

/** Visits constructs parents first, without recursion: a tree may be deep. */
function visit(
  root: IConstruct,
  enter: (construct: IConstruct) => void,
  leave: (construct: IConstruct) => void = () => {},
): void {
  const stack: { construct: IConstruct; children: IConstruct[]; next: number }[] = [];
  const push = (construct: IConstruct) => {
    enter(construct);
    stack.push({ construct, children: construct.node.children, next: 0 });
  };
  push(root);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const child = top.children[top.next++];
    if (child !== undefined) push(child);
    else leave((stack.pop() as { construct: IConstruct }).construct);
  }
}

function dependencyRanges(root: IConstruct, dependents: readonly IConstruct[]): readonly Dependency[] {
  if (dependents.length === 0) return [];
  const ranges = new Map<IConstruct, { start: number; end: number }>();
  let count = 0;
  visit(
    root,
    (construct) => {
      ranges.set(construct, { start: count, end: count });
      if (ApiObject.isApiObject(construct)) count++;
    },
    (construct) => {
      (ranges.get(construct) as { end: number }).end = count;
    },
  );
  return dependents.flatMap((construct) =>
    construct.node.dependencies.flatMap((dependency) => {
      const [from, to] = [ranges.get(construct), ranges.get(dependency)];
      return from === undefined || to === undefined ? [] : [{ dependents: from, dependencies: to }];
    }),
  );
}
