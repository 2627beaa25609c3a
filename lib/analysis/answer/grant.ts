import { formatObject } from '../../kube/object';
import type { Analysis } from '../analysis';
import type { Segment } from '../connection/connection';
import type { PortRange } from '../graph/port-ranges';
import type { Direction, PolicyModel, RuleModel } from '../policy/policy-model';
import { fieldText } from '../policy/policy-reader';
import type { RuleIndex } from './rule-index';

/** A rule, or a whole policy, where its reader finds it. */
export interface Place {
  readonly file: string;
  readonly line: number;
  /** `CiliumNetworkPolicy shop/cart`. */
  readonly object: string;
  /** `spec.egress[0]`. */
  readonly rule: string;
  /** Path of the construct that rendered it. */
  readonly construct?: string;
}

/** Who lets connections pass at one end. */
export interface Grants {
  /** False if no policy denies anything here, so that nothing needs a rule. */
  readonly restricted: boolean;
  /** The rules that let something of it pass. */
  readonly rules: readonly Place[];
}

const places = new WeakMap<RuleModel | PolicyModel, Place>();

export function placeOf(policy: PolicyModel, rule?: RuleModel): Place {
  const key = rule ?? policy;
  let place = places.get(key);
  if (place === undefined) {
    const { object, source } = policy.manifest;
    const { apiVersion, kind, metadata } = object;
    const path = key.path;
    place = {
      file: source.file,
      line: source.lineOf(path),
      object: formatObject({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name }),
      rule: fieldText(path),
      ...(source.construct === undefined ? {} : { construct: source.construct }),
    };
    places.set(key, place);
  }
  return place;
}

/** The rules by which connections between ends pass at one end; undefined where no policy speaks about that end. */
export function grantsOf(
  analysis: Analysis,
  rules: RuleIndex,
  direction: Direction,
  subject: number,
  peers: readonly number[],
  segments: readonly Segment[],
): Grants | undefined {
  if (analysis.universe.ends[subject]?.kind !== 'pods') return undefined;
  const found = new Set<Place>();
  for (const peer of peers) {
    for (const { policy, rule } of rules.rulesFor(direction, subject, peer)) {
      if (rule.effect !== 'allow') continue;
      const ranges = rules.rangesOf(direction, rule, subject, peer);
      if (ranges === undefined || ranges.some((range) => segments.some((segment) => meets(range, segment)))) {
        found.add(placeOf(policy, rule));
      }
    }
  }
  return { restricted: rules.isolating(direction, subject).length > 0, rules: [...found] };
}

export function meets(a: PortRange, b: PortRange): boolean {
  return a.protocol === b.protocol && a.first <= b.last && b.first <= a.last;
}
