import type { Manifests } from '../../../../lib/analysis/load/manifests';
import type { LabelSelector } from '../../../../lib/kube/selector';
import { covers, parseBlock } from './address';
import type { Target } from './evaluate';
import { namespaceLabels } from './kubernetes';
import { type CidrRule, type DnsName, label, meets, type Requirement, requirements } from './policy';

export const NAMESPACE = 'k8s:io.kubernetes.pod.namespace';
export const NAMESPACE_LABELS = 'io.cilium.k8s.namespace.labels.';
export const CLUSTER = 'k8s:io.cilium.k8s.policy.cluster';
/** Name of the cluster; any would do. */
export const CLUSTER_NAME = 'default';

/** What Cilium knows about an end: labels as `source:key`. */
export interface Identity {
  readonly labels: ReadonlyMap<string, string>;
  readonly address?: string;
  readonly name?: string;
}

/** Something that selects identities; equal keys select alike. */
export interface Peer {
  readonly key: string;
  /** The empty selector, which Cilium treats unlike selectors that list identities. */
  readonly wildcard: boolean;
  readonly matches: (identity: Identity) => boolean;
}

/** Labels that never become part of an identity (`pkg/labelsfilter/filter.go`). */
const IGNORED = [
  /^io\.kubernetes/,
  /^kubernetes\.io/,
  /^statefulset\.kubernetes\.io\/pod-name/,
  /^apps\.kubernetes\.io\/pod-index/,
  /^batch\.kubernetes\.io\/(job-completion-index|controller-uid)/,
  /^.*beta\.kubernetes\.io/,
  /^k8s\.io/,
  /^(pod-template-generation|pod-template-hash|controller-revision-hash|controller-uid|annotation|etcd_node)/,
  /^topology\.kubernetes\.io/,
];

export function identityOf(manifests: Manifests, target: Target): Identity {
  switch (target.kind) {
    case 'host':
      return { labels: reserved('host') };
    case 'entity':
      return {
        labels:
          target.entity === 'kube-apiserver'
            ? reserved('kube-apiserver', target.as ?? 'remote-node')
            : reserved(target.entity),
      };
    case 'name':
      return { labels: reserved(`world-ipv${target.family}`), name: target.name };
    case 'address': {
      const family = parseBlock(target.address).family;
      return {
        labels: new Map([...reserved(`world-ipv${family}`), ...groupLabels(manifests, target.address)]),
        address: target.address,
      };
    }
    case 'pod':
      return { labels: podLabels(manifests, target) };
  }
}

function reserved(...names: readonly string[]): Map<string, string> {
  return new Map(names.map((name) => [`reserved:${name}`, '']));
}

function podLabels(manifests: Manifests, { workload }: Target & { kind: 'pod' }): Map<string, string> {
  const own = Object.entries(workload.labels).filter(
    ([key]) => !key.startsWith('io.cilium.k8s') && !IGNORED.some((pattern) => pattern.test(key)),
  );
  return new Map([
    ...own.map(([key, value]): [string, string] => [`k8s:${key}`, value]),
    ...Object.entries(namespaceLabels(manifests, workload)).map(([key, value]): [string, string] => [
      `k8s:${NAMESPACE_LABELS}${key}`,
      value,
    ]),
    [NAMESPACE, workload.namespace],
    ['k8s:io.cilium.k8s.policy.serviceaccount', workload.serviceAccount],
    [CLUSTER, CLUSTER_NAME],
  ]);
}

/** Labels of all CiliumCIDRGroups that hold an address; `key\0value` tells values apart when groups disagree. */
function groupLabels(manifests: Manifests, address: string): [string, string][] {
  return manifests.cidrGroups.flatMap(({ object }) => {
    const { externalCIDRs = [] } = (object.spec ?? {}) as { externalCIDRs?: readonly string[] };
    if (!externalCIDRs.some((cidr) => covers(parseBlock(cidr), parseBlock(address)))) return [];
    const labels = Object.entries(object.metadata.labels ?? {}).filter(([key]) => !key.startsWith('io.cilium.k8s'));
    return [
      [`cidrgroup:${groupName(object.metadata.name)}`, ''],
      ...labels.flatMap(([key, value]): [string, string][] => [
        [`cidrgroup:${key}`, value],
        [`cidrgroup:${key}\0${value}`, ''],
      ]),
    ] satisfies [string, string][];
  });
}

function groupName(name: string): string {
  return `io.cilium.policy.cidrgroupname/${name}`;
}

/** Selects by labels; a key without source matches labels of any source. */
export function labelPeer(rules: readonly Requirement[]): Peer {
  const text = ({ key, operator, values = [] }: Requirement) =>
    JSON.stringify([key.includes(':') ? key : `any:${key}`, operator, values]);
  const labels = rules.filter(({ isLabel }) => isLabel === true).map(text);
  const expressions = rules.filter(({ isLabel }) => isLabel !== true).map(text);
  const matches = (identity: Identity) => rules.every((rule) => meets(rule, lookup(identity.labels, rule.key)));
  return { key: `${labels.sort().join()} ${expressions.join()}`, wildcard: rules.length === 0, matches };
}

function lookup(labels: ReadonlyMap<string, string>, key: string): string | undefined {
  if (key.includes(':') && !key.startsWith('any:')) return labels.get(key);
  const bare = key.replace(/^any:/, '');
  return [...labels].find(([each]) => each.slice(each.indexOf(':') + 1) === bare)?.[1];
}

/** The selector of a peer of a Cilium policy with the restrictions that Cilium adds. No namespace: clusterwide. */
export function scopedPeer(
  selector: LabelSelector,
  scope: { readonly namespace: string | undefined; readonly ownCluster: boolean; readonly subjectIsInit: boolean },
): Peer {
  const rules = requirements(selector);
  const hasKey = (suffix: string, isPrefix = false) =>
    rules.some(({ key }) => {
      const bare = key.replace(/^(k8s|any):/, '');
      return isPrefix ? bare.startsWith(suffix) : bare === suffix;
    });
  if (rules.some(({ key }) => key.startsWith('reserved:'))) return labelPeer(rules);
  const added: Requirement[] = [];
  if (!hasKey('io.kubernetes.pod.namespace')) {
    if (scope.namespace === undefined) {
      if (!scope.subjectIsInit) added.push({ key: NAMESPACE, operator: 'Exists' });
    } else if (!hasKey(NAMESPACE_LABELS, true)) {
      added.push(label(NAMESPACE, scope.namespace));
    }
  }
  if (scope.ownCluster && !hasKey('io.cilium.k8s.policy.cluster')) {
    added.push(label(CLUSTER, CLUSTER_NAME));
  }
  return labelPeer([...rules, ...added]);
}

const CLUSTER_ENTITIES = ['host', 'remote-node', 'init', 'ingress', 'health', 'unmanaged', 'kube-apiserver'];

export function entityPeers(entity: string): Peer[] {
  const labelled = (key: string) => labelPeer([label(`reserved:${key}`, '')]);
  if (entity === 'all') return [labelPeer([])];
  if (entity === 'world') return ['world', 'world-ipv4', 'world-ipv6'].map(labelled);
  if (entity !== 'cluster') return [labelled(entity)];
  return [...CLUSTER_ENTITIES.map(labelled), labelPeer([label(CLUSTER, CLUSTER_NAME)])];
}

export function cidrPeer(rule: CidrRule): Peer {
  const holds = (cidr: string) => (identity: Identity) => {
    const block = parseBlock(cidr);
    if (block.bits === 0) return identity.labels.has(`reserved:world-ipv${block.family}`);
    return identity.address !== undefined && covers(block, parseBlock(identity.address));
  };
  const excepts = (rule.except ?? []).map(holds);
  const base = cidrBase(rule, holds);
  const matches = (identity: Identity) => base(identity) && !excepts.some((except) => except(identity));
  return { key: `cidr ${JSON.stringify(rule)}`, wildcard: false, matches };
}

function cidrBase(rule: CidrRule, holds: (cidr: string) => Peer['matches']): Peer['matches'] {
  if (rule.cidrGroupRef !== undefined) {
    const label = `cidrgroup:${groupName(rule.cidrGroupRef)}`;
    return ({ labels }) => labels.has(label);
  }
  if (rule.cidrGroupSelector === undefined) return holds(rule.cidr ?? '');
  // Nothing but these requirements: one that only asks for missing labels holds for pods and nodes, too.
  const rules = requirements(rule.cidrGroupSelector);
  return ({ labels }) =>
    rules.every(({ key, operator, values = [] }) => {
      if (operator === 'Exists' || operator === 'DoesNotExist') {
        return labels.has(`cidrgroup:${key}`) === (operator === 'Exists');
      }
      return values.some((value) => labels.has(`cidrgroup:${key}\0${value}`)) === (operator === 'In');
    });
}

export function dnsPeer(rule: DnsName, deepWildcard: boolean): Peer {
  const pattern = dnsPattern(rule.matchName ?? rule.matchPattern ?? '', deepWildcard);
  return {
    key: `dns ${JSON.stringify([rule.matchName ?? '', rule.matchPattern ?? ''])}`,
    wildcard: false,
    matches: ({ name }) => name !== undefined && pattern.test(name.toLowerCase().replace(/\.$/, '')),
  };
}

/** A DNS pattern; `**.` stands for one or more labels from Cilium 1.19, and for `*.` before. */
export function dnsPattern(text: string, deepWildcard: boolean): RegExp {
  const pattern = text.trim().toLowerCase();
  if (/^\*+\.?$/.test(pattern)) return /^/;
  const character = '[-a-z0-9_]';
  const source = pattern
    .replace(/\.$/, '')
    .replaceAll('.', '[.]')
    .replace(/^\*{2,}\[\.\]/, deepWildcard ? '<deep>' : '*[.]')
    .replaceAll(/\*+/g, `${character}*`)
    .replace('<deep>', `(${character}+([.]${character}+)*)[.]`);
  return new RegExp(`^${source}$`);
}
