import { type Analysis, analyse } from '../../../../lib/analysis/analysis';
import { parseDialect } from '../../../../lib/analysis/dialect';
import { loadManifests } from '../../../../lib/analysis/load/load';
import type { Workload } from '../../../../lib/analysis/load/manifests';
import type { Rule } from '../../../../lib/analysis/rules/rule';

export interface Built {
  /** YAML documents: policies and namespaces. */
  readonly yaml: string;
  readonly workloads?: readonly Workload[];
  /** @default cilium-1.19 */
  readonly dialect?: string;
}

/** An analysis of policies as YAML and of workloads as data. */
export function analysisOf({ yaml, workloads = [], dialect = 'cilium-1.19' }: Built): Analysis {
  const manifests = loadManifests(['-'], { stdin: () => yaml });
  const known = new Set(manifests.namespaces.map(({ name }) => name));
  const mentioned = [...new Set(workloads.map(({ namespace }) => namespace))].filter((name) => !known.has(name));
  const namespaces = mentioned.map((name) => ({ name, labels: { 'kubernetes.io/metadata.name': name } }));
  return analyse(
    {
      ...manifests,
      namespaces: [...manifests.namespaces, ...namespaces],
      workloads: [...manifests.workloads, ...workloads],
    },
    { dialect: parseDialect(dialect) },
  );
}

/** What a rule finds, each as `severity: message`. */
export function findings(rule: Rule, built: Built): readonly string[] {
  return [...rule.check(analysisOf(built))].map(({ severity = rule.severity, message }) => `${severity}: ${message}`);
}

/** The text of the line that each finding points at. */
export function lines(rule: Rule, built: Built): readonly string[] {
  const text = built.yaml.split('\n');
  return [...rule.check(analysisOf(built))].map(({ at }) => (text[at.source.lineOf(at.path) - 1] ?? '').trim());
}

/** Pods `app: <name>` of a Deployment, unless told otherwise. */
export function workload(namespace: string, name: string, given: Partial<Workload> = {}): Workload {
  const file = `${namespace}-${name}.yaml`;
  return {
    namespace,
    name,
    kind: 'Deployment',
    labels: { app: name },
    serviceAccount: 'default',
    hostNetwork: false,
    ports: [],
    addresses: [],
    source: { file, line: 1, lineOf: () => 1 },
    ...given,
  };
}

/** A CiliumNetworkPolicy with a spec as YAML. */
export function cnp(namespace: string, name: string, spec: string): string {
  return policy('cilium.io/v2', 'CiliumNetworkPolicy', `name: ${name}\n  namespace: ${namespace}`, spec);
}

/** A CiliumClusterwideNetworkPolicy. */
export function ccnp(name: string, spec: string): string {
  return policy('cilium.io/v2', 'CiliumClusterwideNetworkPolicy', `name: ${name}`, spec);
}

/** A NetworkPolicy. */
export function np(namespace: string, name: string, spec: string): string {
  return policy('networking.k8s.io/v1', 'NetworkPolicy', `name: ${name}\n  namespace: ${namespace}`, spec);
}

function policy(apiVersion: string, kind: string, metadata: string, spec: string): string {
  const body = spec
    .trim()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
  return `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  ${metadata}\nspec:\n${body}\n`;
}
