import type { Severity } from '../../finding';
import { formatObject } from '../../kube/object';
import type { Analysis } from '../analysis';
import type { Manifest, Source } from '../load/manifests';
import type { Path } from '../policy/policy-reader';

/**
 * One thing that can be wrong with manifests: a pure function from an analysis to what it found.
 * @example
 * export const noDefaultDeny: Rule = {
 *   id: 'no-default-deny',
 *   severity: 'error',
 *   title: 'Pods are open in a direction that no policy governs',
 *   check: (analysis) => …,
 * };
 */
export interface Rule {
  /** Kebab case, and the name of its page in docs/rules. */
  readonly id: string;
  /** Of findings that do not say another. */
  readonly severity: Severity;
  /** What it finds, in a few words. */
  readonly title: string;
  check(analysis: Analysis): Iterable<RuleFinding>;
}

/** What a rule found at one place. */
export interface RuleFinding {
  readonly at: Place;
  readonly message: string;
  readonly fix: string;
  /** @default - of the rule */
  readonly severity?: Severity;
}

/** A field of an object in a file. */
export interface Place {
  /** `NetworkPolicy portarium-agents/default-deny`. */
  readonly object: string;
  readonly source: Source;
  /** Empty for the object as a whole. */
  readonly path: Path;
}

/** A place in a policy. */
export function placeIn(manifest: Manifest, path: Path = []): Place {
  return { object: objectName(manifest), source: manifest.source, path };
}

/** `NetworkPolicy portarium-agents/default-deny`. */
export function objectName({ object: { apiVersion, kind, metadata } }: Manifest): string {
  return formatObject({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name });
}

/** `NetworkPolicy a/b (a.yaml:7)`, for messages that name a second place. */
export function placeText({ object, source, path }: Place): string {
  return `${object} (${source.file}:${source.lineOf(path)})`;
}

/** At most three of them, and how many there are beside. Only those shown are made into text. */
export function someOf<Item>(items: readonly Item[], textOf: (item: Item) => string = String): string {
  const distinct = [...new Set(items)];
  const shown = [...new Set(distinct.slice(0, 3).map(textOf))].join(', ');
  return distinct.length > 3 ? `${shown} and ${distinct.length - 3} more` : shown;
}
