import type { Inventory } from '../../analysis/load/inventory';
import type { Manifest, Manifests } from '../../analysis/load/manifests';
import { at, field, list, text, textMap } from '../../kube/field';
import { apiGroup } from '../../kube/object';
import { podTemplate } from '../../kube/pod';
import { NAMESPACE_NAME_LABEL } from '../../kube/selector';
import type { LiveObjects } from './live-objects';

export type Labels = Readonly<Record<string, string>>;

/** Pods that are expected in a managed namespace. */
export interface ExpectedPods {
  readonly namespace: string;
  readonly labels: Labels;
  readonly serviceAccount?: string;
  /** Whether the workload is rendered too; of the others, somebody else deploys the workloads. */
  readonly rendered: boolean;
}

/** What was rendered grants something to: namespaces, and pods by their labels and service accounts. */
export interface Managed {
  /**
   * Namespaces that are rendered or in an inventory, and without an inventory those that hold a rendered policy; with the
   * labels that they have, or should have.
   */
  readonly namespaces: ReadonlyMap<string, Labels>;
  readonly pods: readonly ExpectedPods[];
  /** Labels, as `key=value`, by which rendered policies and identities know those pods. */
  readonly trusted: ReadonlySet<string>;
  /** Service accounts that were rendered or belong to expected pods, as `namespace/name`. */
  readonly serviceAccounts: ReadonlySet<string>;
  /** SPIFFE IDs that are issued, as far as they are written out. */
  readonly spiffeIds: ReadonlySet<string>;
  /** Policies of Kyverno that were rendered, by name. */
  readonly kyvernoPolicies: ReadonlySet<string>;
}

const POLICIES = new Set(['NetworkPolicy', 'CiliumNetworkPolicy']);
const SELECTING = new Set([...POLICIES, 'CiliumClusterwideNetworkPolicy', 'ClusterSPIFFEID']);

/** What is managed, from what was rendered; the labels of namespaces as they are now, where they are there. */
export function managedBy({ all = [], inventories = [] }: Manifests, live: LiveObjects): Managed {
  const namespaces = namespacesOf(all, inventories);
  const labelsNow = live.objects.filter(({ object }) => object.kind === 'Namespace' && object.apiVersion === 'v1');
  for (const { object } of labelsNow) {
    const { name } = object.metadata;
    if (namespaces.has(name))
      namespaces.set(name, { ...textMap(object.metadata.labels), [NAMESPACE_NAME_LABEL]: name });
  }
  const pods = expectedPods(all, inventories).filter(({ namespace }) => namespaces.has(namespace));
  const keys = new Set(
    all.filter(({ object }) => SELECTING.has(object.kind)).flatMap(({ object }) => selectedKeys(object)),
  );
  const accounts = all.filter(({ object }) => object.kind === 'ServiceAccount');
  return {
    namespaces,
    pods,
    trusted: new Set(
      pods.flatMap(({ labels }) =>
        Object.entries(labels).flatMap(([key, value]) => (keys.has(key) ? [`${key}=${value}`] : [])),
      ),
    ),
    serviceAccounts: new Set([
      ...accounts.map(({ object }) => `${object.metadata.namespace ?? 'default'}/${object.metadata.name}`),
      ...pods.flatMap(({ namespace, serviceAccount }) =>
        serviceAccount === undefined || serviceAccount === 'default' ? [] : [`${namespace}/${serviceAccount}`],
      ),
    ]),
    spiffeIds: new Set(
      all.flatMap(
        ({ object: { spec } }) => text(field(spec, 'spiffeIDTemplate')) ?? text(field(spec, 'spiffeID')) ?? [],
      ),
    ),
    kyvernoPolicies: new Set(
      all
        .filter(({ object }) => /^(?:policies\.)?kyverno\.io$/.test(apiGroup(object.apiVersion)))
        .map(({ object }) => object.metadata.name),
    ),
  };
}

/** Names of the namespaces whose objects are looked at, whether they were rendered or not. */
export function managedNamespaces({ all = [], inventories = [] }: Manifests): readonly string[] {
  return [...namespacesOf(all, inventories).keys()].sort();
}

function namespacesOf(all: readonly Manifest[], inventories: readonly Inventory[]): Map<string, Labels> {
  const found = new Map<string, Labels>();
  const add = (name: string, labels: Labels = {}) =>
    found.set(name, { ...found.get(name), ...labels, [NAMESPACE_NAME_LABEL]: name });
  for (const { object } of all) {
    const { name, namespace, labels } = object.metadata;
    if (object.kind === 'Namespace' && object.apiVersion === 'v1') add(name, textMap(labels));
    // The inventory knows which of them belong to others.
    else if (POLICIES.has(object.kind) && inventories.length === 0) add(namespace ?? 'default');
  }
  for (const { namespaces } of inventories) for (const { name, labels } of namespaces) add(name, labels);
  return found;
}

function expectedPods(all: readonly Manifest[], inventories: readonly Inventory[]): readonly ExpectedPods[] {
  const rendered = all.flatMap(({ object }): readonly ExpectedPods[] => {
    const template = podTemplate(object);
    if (template === undefined) return [];
    const namespace = object.metadata.namespace ?? 'default';
    const serviceAccount = text(template.spec.serviceAccountName);
    return [
      { namespace, labels: textMap(template.labels), rendered: true, ...(serviceAccount ? { serviceAccount } : {}) },
    ];
  });
  const declared = inventories.flatMap(({ components }) => components);
  return [
    ...rendered,
    ...declared.map(({ namespace, labels, serviceAccount }): ExpectedPods => {
      const covers = (one: ExpectedPods) => one.namespace === namespace && hasLabels(one.labels, labels);
      return { namespace, labels, rendered: rendered.some(covers), ...(serviceAccount ? { serviceAccount } : {}) };
    }),
  ];
}

/** Whether labels hold all of those that are wanted. */
export function hasLabels(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

/** Keys of labels that selectors in an object ask for, wherever they stand. */
function selectedKeys(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(selectedKeys);
  if (typeof value !== 'object' || value === null) return [];
  const plain = (key: string) => key.replace(/^(?:k8s|any):/, '');
  const own = [
    ...Object.keys(textMap(field(value, 'matchLabels'))),
    ...list(field(value, 'matchExpressions')).flatMap((expression) => text(at(expression, 'key')) ?? []),
  ];
  return [...own.map(plain), ...Object.values(value).flatMap(selectedKeys)];
}
