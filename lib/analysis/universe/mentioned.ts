import type { AddressBlock, PolicyModel, RuleModel } from '../policy/policy-model';
import type { PodSelector, Requirement } from '../policy/requirement';

/** Everything that the policies can tell apart. */
export interface Mentioned {
  /** Values that selectors name for each attribute and key; a key that is only asked for has none. */
  readonly values: ReadonlyMap<string, ReadonlySet<string>>;
  readonly blocks: readonly AddressBlock[];
  /** Host names and patterns. */
  readonly names: ReadonlySet<string>;
  /** Names of ports. */
  readonly ports: ReadonlySet<string>;
}

export function mentionedIn(policies: readonly PolicyModel[]): Mentioned {
  const values = new Map<string, Set<string>>();
  const blocks: AddressBlock[] = [];
  const names = new Set<string>();
  const ports = new Set<string>();
  const selector = (requirements: PodSelector) => {
    for (const requirement of requirements) {
      const key = attributeKey(requirement);
      let known = values.get(key);
      if (known === undefined) {
        known = new Set();
        values.set(key, known);
      }
      for (const value of requirement.values) known.add(value);
    }
  };
  const rule = ({ peers, ports: listed = [] }: RuleModel) => {
    for (const peer of peers) {
      if (peer.kind === 'pods') selector(peer.selector);
      else if (peer.kind === 'block') blocks.push(peer.block);
      else if (peer.kind === 'cidrGroups') blocks.push(...peer.within.flat(), ...peer.without);
      else if (peer.kind === 'names') names.add(peer.pattern);
    }
    for (const port of listed) if ('name' in port) ports.add(port.name);
  };
  for (const { subjects, parts } of policies) {
    selector(subjects);
    for (const { rules } of parts) rules.forEach(rule);
  }
  return { values, blocks, names, ports };
}

export function attributeKey({ attribute, key }: Pick<Requirement, 'attribute' | 'key'>): string {
  return `${attribute} ${key}`;
}
