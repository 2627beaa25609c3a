import { parseAllDocuments } from 'yaml';
import { type Analysis, type AnalysisOptions, analyse } from '../../../../lib/analysis/analysis';
import type { Manifest, Manifests, NamedPort, Source, Workload } from '../../../../lib/analysis/load/manifests';
import type { KubeObject } from '../../../../lib/kube/object';
import { workload } from '../rules/build';

/** A workload in a few words. */
export interface PodsOf {
  readonly kind?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly serviceAccount?: string;
  readonly hostNetwork?: boolean;
  readonly ports?: readonly NamedPort[];
  readonly addresses?: readonly string[];
}

/**
 * Manifests without files: workloads by `namespace/name`, labelled `app: <name>` if nothing is said, and policies as
 * YAML, whose lines are `policies.yaml:<number of the document>`.
 */
export function manifests(pods: Readonly<Record<string, PodsOf>>, policies = ''): Manifests {
  const workloads = Object.entries(pods).map(([path, pod]): Workload => {
    const [namespace = '', name = ''] = path.split('/');
    return workload(namespace, name, { source: source(1), ...pod });
  });
  const documents = parseAllDocuments(policies).map((document) => document.toJS() as KubeObject | null);
  const listed = documents.flatMap((object, index): Manifest[] => {
    return object === null ? [] : [{ object, source: source(index + 1) }];
  });
  const names = new Set(
    [...workloads, ...listed.map(({ object }) => object.metadata)].map(({ namespace }) => namespace),
  );
  return {
    namespaces: [...names].flatMap((name) =>
      name === undefined ? [] : [{ name, labels: { 'kubernetes.io/metadata.name': name } }],
    ),
    workloads,
    services: [],
    policies: listed,
    cidrGroups: [],
    objects: workloads.length + listed.length,
    ignored: {},
    findings: [],
  };
}

export function cluster(
  pods: Readonly<Record<string, PodsOf>>,
  policies = '',
  options: AnalysisOptions = {},
): Analysis {
  return analyse(manifests(pods, policies), options);
}

function source(line: number): Source {
  return { file: 'policies.yaml', line, construct: `app/policy-${line}`, lineOf: () => line };
}

/** A NetworkPolicy of namespace `shop` unless the name says otherwise. */
export function networkPolicy(path: string, spec: string): string {
  return document('networking.k8s.io/v1', 'NetworkPolicy', path, spec);
}

export function ciliumPolicy(path: string, spec: string): string {
  return document('cilium.io/v2', 'CiliumNetworkPolicy', path, spec);
}

function document(apiVersion: string, kind: string, path: string, spec: string): string {
  const [namespace, name] = path.split('/');
  return `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { namespace: ${namespace}, name: ${name} }\nspec: ${spec}\n`;
}

/** Denies everything in a namespace, both ways. */
export function denyAll(namespace: string): string {
  return networkPolicy(`${namespace}/default-deny`, '{ podSelector: {}, policyTypes: [Ingress, Egress] }');
}
