import { grouped } from '../kube/grouped';
import { labelOf } from '../kube/selector';
import type { EdgeEnd } from '../model/edge';
import type { Peer } from '../model/peer';
import type { PolicyRule } from '../render/network/rule';

/** One far end of a rule. */
export interface RuleEnd {
  readonly rule: PolicyRule;
  readonly end: EdgeEnd;
}

type ByValue = ReadonlyMap<string | undefined, readonly RuleEnd[]>;

/**
 * The far ends of many rules, so that those which may overlap with a peer are found without looking at each: pods only
 * overlap within their namespace, and there only with pods that do not carry another value of one of their labels.
 */
export class EndIndex {
  private readonly inNamespaces: ReadonlyMap<string | undefined, readonly RuleEnd[]>;
  private readonly entities: readonly RuleEnd[];
  private readonly addresses: readonly RuleEnd[];
  private readonly byLabel = new Map<string, ByValue>();

  constructor(rules: readonly PolicyRule[]) {
    const ends = rules.flatMap((rule) => rule.ends.map((end) => ({ rule, end })));
    const inCluster = ends.filter(({ end }) => namespaceOf(end.peer) !== undefined);
    this.inNamespaces = grouped(inCluster, ({ end }) => namespaceOf(end.peer));
    this.entities = ends.filter(({ end }) => end.peer.kind === 'entity');
    this.addresses = ends.filter(({ end }) => namespaceOf(end.peer) === undefined && end.peer.kind !== 'entity');
  }

  /** Every end that may overlap with a peer, and few others. */
  near(peer: Peer): readonly RuleEnd[] {
    const namespace = namespaceOf(peer);
    if (namespace !== undefined) return [...this.inNamespace(namespace, peer), ...this.entities];
    return peer.kind === 'entity' ? [...[...this.inNamespaces.values()].flat(), ...this.entities] : this.addresses;
  }

  private inNamespace(namespace: string, peer: Peer): readonly RuleEnd[] {
    const all = this.inNamespaces.get(namespace) ?? [];
    const narrowed = Object.entries(peer.kind === 'pods' ? peer.labels : {}).map(([key, value]) => {
      const byValue = this.byValue(namespace, key, all);
      return [byValue.get(value) ?? [], byValue.get(undefined) ?? []] as const;
    });
    const size = ([same, without]: (typeof narrowed)[number]) => same.length + without.length;
    const [smallest] = narrowed.sort((a, b) => size(a) - size(b));
    return smallest === undefined ? all : smallest.flat();
  }

  /** Ends of a namespace by the value of one label; undefined holds those without it. */
  private byValue(namespace: string, key: string, ends: readonly RuleEnd[]): ByValue {
    const name = `${namespace} ${key}`;
    const known = this.byLabel.get(name);
    if (known !== undefined) return known;
    const valued = grouped(ends, ({ end: { peer } }) => (peer.kind === 'pods' ? labelOf(peer.labels, key) : undefined));
    this.byLabel.set(name, valued);
    return valued;
  }
}

function namespaceOf(peer: Peer): string | undefined {
  return peer.kind === 'pods' || peer.kind === 'namespace' ? peer.namespace : undefined;
}
