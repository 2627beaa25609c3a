import { CILIUM_NAMESPACE_LABEL } from '../../kube/cilium-network-policy';
import { grouped } from '../../kube/grouped';
import type { NetworkPolicyPeer } from '../../kube/network-policy';
import { type LabelSelector, type LabelSelectorRequirement, NAMESPACE_NAME_LABEL } from '../../kube/selector';
import type { Labels } from '../../model/label';
import type { NamespacePeer, PodsPeer } from '../../model/peer';
import { byText, sortShort } from '../../model/short-list';
import type { DefaultDenyScope } from './dialect';

/** A set of pods as a product: any of these namespaces, and for each label key any of these values. */
interface Selection {
  readonly namespaces: readonly string[];
  readonly labels: Readonly<Record<string, readonly string[]>>;
}

/**
 * Joins peers into as few selections as possible without selecting one pod more: two selections become one only if
 * they differ in a single dimension (the namespace, or the value of one label). Ten thousand workspaces that use a
 * service alike thus become one rule on it instead of ten thousand, which etcd would not store.
 */
export function joinPods(peers: readonly (PodsPeer | NamespacePeer)[]): readonly Selection[] {
  let selections: readonly Selection[] = peers.map(selectionOf);
  if (selections.length === 1) return selections;
  selections = joinAlong(selections, (selection) => JSON.stringify(selection.labels), joinNamespaces);
  const keys = [...new Set(selections.flatMap((selection) => Object.keys(selection.labels)))].sort();
  for (const key of keys) {
    const labelled = selections.filter((selection) => Object.hasOwn(selection.labels, key));
    if (labelled.length < 2) continue;
    const others = selections.filter((selection) => !Object.hasOwn(selection.labels, key));
    selections = [...others, ...joinAlong(labelled, (selection) => withoutKey(selection, key), joinValues(key))];
  }
  return inOrder(selections);
}

function selectionOf(peer: PodsPeer | NamespacePeer): Selection {
  return { namespaces: [peer.namespace], labels: peer.kind === 'pods' ? sortedLabels(peer.labels) : {} };
}

function sortedLabels(labels: Readonly<Record<string, string>>): Record<string, readonly string[]> {
  const sorted: Record<string, readonly string[]> = {};
  for (const key of sortedKeys(labels)) sorted[key] = [labels[key] as string];
  return sorted;
}

function sortedKeys(labels: Labels): readonly string[] {
  return sortShort(Object.keys(labels), byText);
}

function joinAlong(
  selections: readonly Selection[],
  rest: (selection: Selection) => string,
  join: (group: readonly Selection[]) => Selection,
): readonly Selection[] {
  return [...grouped(selections, rest).values()].map((group) =>
    group.length === 1 ? (group[0] as Selection) : join(group),
  );
}

/** The order does not depend on the order of the peers: different selections differ in their text. */
function inOrder(selections: readonly Selection[]): readonly Selection[] {
  return selections
    .map((selection) => ({ selection, text: JSON.stringify([selection.namespaces, selection.labels]) }))
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ selection }) => selection);
}

function joinNamespaces(group: readonly Selection[]): Selection {
  const first = group[0] as Selection;
  return { ...first, namespaces: distinct(group.flatMap((selection) => selection.namespaces)) };
}

function joinValues(key: string): (group: readonly Selection[]) => Selection {
  return (group) => {
    const first = group[0] as Selection;
    const values = distinct(group.flatMap((selection) => selection.labels[key] as readonly string[]));
    return { ...first, labels: { ...first.labels, [key]: values } };
  };
}

/** The selection less one label's values. */
function withoutKey({ namespaces, labels }: Selection, key: string): string {
  const { [key]: _, ...rest } = labels;
  return JSON.stringify([namespaces, rest]);
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

/** Collects labels as a selector says them. */
class SelectorLabels {
  private readonly matchLabels: Record<string, string> = {};
  private readonly matchExpressions: LabelSelectorRequirement[] = [];

  add(key: string, values: readonly string[]): void {
    if (values.length === 1) this.matchLabels[key] = values[0] as string;
    else this.matchExpressions.push({ key, operator: 'In', values });
  }

  selector(): LabelSelector {
    const { matchLabels, matchExpressions } = this;
    if (matchExpressions.length === 0) return { matchLabels };
    return Object.keys(matchLabels).length === 0 ? { matchExpressions } : { matchLabels, matchExpressions };
  }
}

/**
 * The selection as a Cilium selector. It always names the namespace: without that key a namespaced policy would
 * silently mean its own.
 * @see https://docs.cilium.io/en/stable/security/policy/kubernetes/#namespaces
 */
export function ciliumSelector({ namespaces, labels }: Selection): LabelSelector {
  const selected = new SelectorLabels();
  selected.add(CILIUM_NAMESPACE_LABEL, namespaces);
  for (const key in labels) if (key !== CILIUM_NAMESPACE_LABEL) selected.add(key, labels[key] as readonly string[]);
  return selected.selector();
}

/** The same for a single peer. */
export function ciliumPeer(peer: PodsPeer | NamespacePeer): LabelSelector {
  const matchLabels: Record<string, string> = { [CILIUM_NAMESPACE_LABEL]: peer.namespace };
  if (peer.kind === 'namespace') return { matchLabels };
  for (const key of sortedKeys(peer.labels)) {
    if (key !== CILIUM_NAMESPACE_LABEL) matchLabels[key] = peer.labels[key] as string;
  }
  return { matchLabels };
}

/**
 * The selection as a NetworkPolicy peer. It always names the namespace: without a namespaceSelector a peer means the
 * policy's own.
 */
export function kubernetesPeer({ namespaces, labels }: Selection): NetworkPolicyPeer {
  const namespace = new SelectorLabels();
  namespace.add(NAMESPACE_NAME_LABEL, namespaces);
  const pods = new SelectorLabels();
  for (const key in labels) pods.add(key, labels[key] as readonly string[]);
  const namespaceSelector = namespace.selector();
  return Object.keys(labels).length === 0 ? { namespaceSelector } : { namespaceSelector, podSelector: pods.selector() };
}

/** Every pod of the namespace but those that only observe. A pod without the label is denied too. */
export function deniedPods({ except }: DefaultDenyScope): LabelSelector {
  if (except.length === 0) return {};
  const sorted = [...except].sort((a, b) => (a.label < b.label ? -1 : 1));
  return {
    matchExpressions: sorted.map(({ label, values }) => ({ key: label, operator: 'NotIn', values: distinct(values) })),
  };
}
