import { NAMESPACE_NAME_LABEL } from '../../kube/selector';
import { type AddressRange, blockRanges, joinRanges } from '../address/address-range';
import type { AnalysisDialect } from '../dialect';
import type { AddressBlock, PeerModel } from '../policy/policy-model';
import type { PodSelector, Requirement } from '../policy/requirement';
import { namePatternMatches, sampleName } from '../universe/name-pattern';

/**
 * Whether whoever is meant by `inner` is always meant by `outer` too, judged by what they say and not by the pods of
 * today: a namespace with one known pod is more than that pod.
 */
export function peerHolds(outer: PeerModel, inner: PeerModel, dialect: AnalysisDialect): boolean {
  if (outer.kind === 'everyone') return true;
  switch (inner.kind) {
    case 'everyone':
      return false;
    case 'pods':
      if (outer.kind === 'pods') return selectorHolds(outer.selector, inner.selector);
      return outer.kind === 'entity' && outer.entity === 'pods' && inner.selector.some(meansPods);
    case 'block':
      return holdsBlock(outer, inner.block);
    case 'names':
      if (outer.kind === 'names') return namePatternMatches(outer.pattern, sampleName(inner.pattern), dialect);
      return outer.kind === 'entity' && outer.entity === 'world';
    case 'cidrGroups':
      if (outer.kind === 'cidrGroups') return JSON.stringify(outer) === JSON.stringify(inner);
      return outer.kind === 'entity' && outer.entity === 'world' && inner.within.length > 0;
    case 'entity':
      if (outer.kind !== 'entity') return false;
      return outer.entity === inner.entity || (outer.entity === 'world' && inner.entity.startsWith('world-'));
  }
}

function holdsBlock(outer: PeerModel, block: AddressBlock): boolean {
  const ranges = blockRanges(block) ?? [];
  if (outer.kind === 'block') return rangesHold(blockRanges(outer.block) ?? [], ranges);
  return outer.kind === 'entity' && worldHolds(outer.entity, ranges);
}

/** Whether all pods that meet `inner` meet `outer`. */
export function selectorHolds(outer: PodSelector, inner: PodSelector): boolean {
  const given = inner.map(plain);
  return outer.map(plain).every((wanted) => given.some((requirement) => implies(requirement, wanted)));
}

/** The name of a namespace is its label too. */
function plain(requirement: Requirement): Requirement {
  const isName = requirement.attribute === 'namespaceLabel' && requirement.key === NAMESPACE_NAME_LABEL;
  return isName ? { ...requirement, attribute: 'namespace', key: '' } : requirement;
}

function implies(given: Requirement, wanted: Requirement): boolean {
  const { attribute, operator, values } = wanted;
  // Whatever has a label of a namespace is in one, and in a cluster.
  if (operator === 'Exists' && (attribute === 'namespace' || attribute === 'cluster')) return meansPods(given);
  if (given.attribute !== attribute || given.key !== wanted.key) return false;
  const isIn = given.operator === 'In';
  switch (operator) {
    case 'Exists':
      return isIn || given.operator === 'Exists';
    case 'DoesNotExist':
      return given.operator === 'DoesNotExist';
    case 'In':
      return isIn && given.values.every((value) => values.includes(value));
    case 'NotIn':
      if (given.operator === 'DoesNotExist') return true;
      if (isIn) return !given.values.some((value) => values.includes(value));
      return given.operator === 'NotIn' && values.every((value) => given.values.includes(value));
  }
}

/** True for what only pods can meet. */
export function meansPods({ attribute, operator }: Requirement): boolean {
  return attribute !== 'reserved' && (operator === 'In' || operator === 'Exists');
}

export function rangesHold(outer: readonly AddressRange[], inner: readonly AddressRange[]): boolean {
  const joined = joinRanges(outer);
  return (
    inner.length > 0 &&
    inner.every(({ family, first, last }) =>
      joined.some((range) => range.family === family && range.first <= first && last <= range.last),
    )
  );
}

function worldHolds(entity: string, ranges: readonly AddressRange[]): boolean {
  if (entity === 'world') return true;
  return ranges.length > 0 && ranges.every(({ family }) => entity === `world-ipv${family}`);
}
