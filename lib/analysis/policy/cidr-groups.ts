import { isMet } from '../../kube/selector';
import type { Manifest } from '../load/manifests';
import type { AddressBlock, PeerModel } from './policy-model';
import { type Requirement, requirements } from './requirement';

/** Label by which Cilium knows addresses of a group by its name. */
const NAME_LABEL = 'io.cilium.policy.cidrgroupname/';

/** The addresses of the group with a name. */
export function namedGroup(groups: readonly Manifest[], name: string, except: readonly string[]): readonly PeerModel[] {
  return groups
    .filter(({ object }) => object.metadata.name === name)
    .flatMap((group) => blocksOf(group, except))
    .map((block): PeerModel => ({ kind: 'block', block }));
}

/**
 * The addresses that a selector of groups stands for. An address carries the labels of every group that holds it, and
 * each requirement is held against all of them. What is no address carries none, and so meets whatever asks for none.
 * @see pkg/policy/types/selector.go of Cilium 1.19
 */
export function selectedGroups(
  groups: readonly Manifest[],
  selector: Parameters<typeof requirements>[0],
  except: readonly string[],
): PeerModel {
  const required = requirements(selector, 'label');
  const holding = (requirement: Requirement) =>
    groups.filter((group) => isMet(requirement, labelsOf(group)[requirement.key]));
  const within = required
    .filter(isPositive)
    .map((requirement) => holding(requirement).flatMap((group) => blocksOf(group, except)));
  const without = required
    .filter((requirement) => !isPositive(requirement))
    .flatMap((requirement) => holding(opposite(requirement)).flatMap((group) => blocksOf(group, [])));
  // Without a list, `except` still takes its addresses away.
  const kept = within.length > 0 ? [] : except.map((cidr): AddressBlock => ({ cidr, except: [] }));
  return { kind: 'cidrGroups', selector: required, within, without: [...without, ...kept] };
}

function isPositive({ operator }: Requirement): boolean {
  return operator === 'In' || operator === 'Exists';
}

function opposite(requirement: Requirement): Requirement {
  return { ...requirement, operator: requirement.operator === 'NotIn' ? 'In' : 'Exists' };
}

/** Labels of Cilium's own never get to the addresses. */
function labelsOf({ object: { metadata } }: Manifest): Readonly<Record<string, string>> {
  const own = Object.entries(metadata.labels ?? {}).filter(([key]) => !key.startsWith('io.cilium.k8s'));
  return { ...Object.fromEntries(own), [`${NAME_LABEL}${metadata.name}`]: '' };
}

function blocksOf({ object }: Manifest, except: readonly string[]): readonly AddressBlock[] {
  const { externalCIDRs } = (object.spec ?? {}) as { readonly externalCIDRs?: unknown };
  const listed = Array.isArray(externalCIDRs) ? externalCIDRs.filter((text) => typeof text === 'string') : [];
  return listed.map((cidr) => ({ cidr, except }));
}
