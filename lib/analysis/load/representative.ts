import { isMet, labelOf } from '../../kube/selector';
import { carries } from '../policy/pod-attribute';
import type { PolicyModel } from '../policy/policy-model';
import type { PodSelector, Requirement } from '../policy/requirement';
import type { Manifests, NamedPort, Namespace, Workload } from './manifests';
import { foreignNamespace, imaginedNamespace, withStrangers } from './stranger';

/** Value of a label that only has to be there. */
const ANY = 'any';
/** A value that no selector names. */
const OTHER = 'other';

/**
 * Imagines pods where the manifests hold none: one for each selector in each namespace that it can mean, and strangers
 * in every namespace and in a foreign one. Policies say nothing about pods that do not exist, and yet are written for
 * some. Namespaces are imagined too where policies select them by labels that none has.
 */
export function withRepresentatives(manifests: Manifests, policies: readonly PolicyModel[]): Manifests {
  if (manifests.workloads.length > 0) return manifests;
  const ports = standIns(policies);
  const selectors = selectorsOf(policies);
  const namespaces = withImagined(manifests.namespaces, selectors);
  const foreign = foreignNamespace({ namespaces });
  const known = new Map<string, Workload>();
  for (const selector of selectors) {
    const inKnown = namespaces.flatMap((namespace) => representative(selector, namespace, ports) ?? []);
    // What a clusterwide policy is for may be in any namespace.
    const found = inKnown.length > 0 ? inKnown : [representative(selector, foreign, ports) ?? []].flat();
    for (const workload of found) {
      const key = JSON.stringify([workload.namespace, workload.labels, workload.serviceAccount]);
      if (!known.has(key)) known.set(key, workload);
    }
  }
  return withStrangers({ ...manifests, namespaces, workloads: distinctNames([...known.values()]) });
}

/** Adds a namespace for each selector of namespaces that selects none. */
function withImagined(known: readonly Namespace[], selectors: readonly PodSelector[]): readonly Namespace[] {
  const namespaces = [...known];
  for (const selector of selectors) {
    const wanted = selector.filter(({ attribute }) => attribute === 'namespaceLabel');
    const isMetBy = ({ labels }: Pick<Namespace, 'labels'>) =>
      wanted.every((requirement) => isMet(requirement, labelOf(labels, requirement.key)));
    if (wanted.length === 0 || namespaces.some(isMetBy)) continue;
    const labels: Record<string, string> = {};
    for (const requirement of wanted) {
      const value = valueFor(requirement);
      if (value !== undefined) labels[requirement.key] ??= value;
    }
    const imagined = imaginedNamespace(`namespace-${nameFor(labels, 'default')}`, labels, namespaces);
    if (isMetBy(imagined)) namespaces.push(imagined);
  }
  return namespaces;
}

/** Above what servers listen on, and below the ports of clients on Linux. */
const FIRST_STAND_IN = 31_000;

/**
 * Ports for the names that policies use. Which number a name has, only real pods tell; any number shows whether the rule
 * that names it lets somebody in.
 */
function standIns(policies: readonly PolicyModel[]): readonly NamedPort[] {
  const ports = policies.flatMap(({ parts }) =>
    parts.flatMap(({ rules }) => rules.flatMap((rule) => rule.ports ?? [])),
  );
  const names = [...new Set(ports.flatMap((port) => ('name' in port ? [port.name] : [])))].sort();
  return names.flatMap((name, index) =>
    (['TCP', 'UDP', 'SCTP'] as const).map((protocol) => ({ name, port: FIRST_STAND_IN + index, protocol })),
  );
}

function selectorsOf(policies: readonly PolicyModel[]): readonly PodSelector[] {
  const all = policies.flatMap(({ subjects, parts }) => [
    subjects,
    ...parts.flatMap(({ rules }) =>
      rules.flatMap(({ peers }) => peers.flatMap((peer) => (peer.kind === 'pods' ? [peer.selector] : []))),
    ),
  ]);
  return [...new Map(all.map((selector) => [JSON.stringify(selector), selector])).values()];
}

/** A pod of the namespace that meets the selector with as few labels as will do; undefined if there cannot be one. */
function representative(
  selector: PodSelector,
  namespace: Namespace,
  ports: readonly NamedPort[],
): Workload | undefined {
  const labels: Record<string, string> = {};
  let serviceAccount = 'default';
  for (const requirement of selector) {
    const value = valueFor(requirement);
    if (requirement.attribute === 'label') {
      if (value !== undefined) labels[requirement.key] ??= value;
    } else if (requirement.attribute === 'serviceAccount') {
      serviceAccount = value ?? (requirement.values.includes('default') ? OTHER : serviceAccount);
    } else if (requirement.attribute === 'reserved') return undefined;
  }
  const pod = { labels, serviceAccount, namespace: namespace.name };
  if (!carries(pod, selector, { get: () => namespace })) return undefined;
  // Without labels it is the stranger of its namespace.
  if (Object.keys(labels).length === 0 && serviceAccount === 'default') return undefined;
  return {
    namespace: namespace.name,
    name: nameFor(labels, serviceAccount),
    kind: 'Representative',
    labels,
    serviceAccount,
    hostNetwork: false,
    ports,
    addresses: [],
  };
}

function valueFor({ operator, values }: Requirement): string | undefined {
  if (operator === 'In') return values[0];
  return operator === 'Exists' ? ANY : undefined;
}

/** `web` for `app: web`, `web-frontend` for two labels, in the order of their keys. */
function nameFor(labels: Readonly<Record<string, string>>, serviceAccount: string): string {
  const values = Object.keys(labels)
    .sort()
    .map((key) => labels[key] || key);
  const parts = serviceAccount === 'default' ? values : [...values, serviceAccount];
  return parts
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-');
}

function distinctNames(workloads: readonly Workload[]): readonly Workload[] {
  const counts = new Map<string, number>();
  return workloads.map((workload) => {
    const key = `${workload.namespace}/${workload.name}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count === 1 ? workload : { ...workload, name: `${workload.name}-${count}` };
  });
}
