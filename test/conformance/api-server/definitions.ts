import type { KubeObject } from '../../../lib/kube/object';
import { hasTool, readObjects, tool, yamlFiles } from '../support';
import type { ApiClient } from './client';

/** What build-tools.mjs fetches definitions as, and the kinds of them that we write, or that a look for drift reads. */
const DEFINED: Readonly<Record<string, { readonly group: string; readonly version: string; readonly kinds: Kinds }>> = {
  'cilium-crds': {
    group: 'cilium.io',
    version: 'v2',
    kinds: {
      CiliumNetworkPolicy: 'Namespaced',
      CiliumClusterwideNetworkPolicy: 'Cluster',
      CiliumLocalRedirectPolicy: 'Namespaced',
      CiliumEnvoyConfig: 'Namespaced',
    },
  },
  'kyverno-crds': {
    group: 'policies.kyverno.io',
    version: 'v1',
    kinds: { ValidatingPolicy: 'Cluster', ImageValidatingPolicy: 'Cluster', PolicyException: 'Namespaced' },
  },
  'prometheus-operator-crds': {
    group: 'monitoring.coreos.com',
    version: 'v1',
    kinds: { PrometheusRule: 'Namespaced', PodMonitor: 'Namespaced', ServiceMonitor: 'Namespaced' },
  },
  'spire-crds': {
    group: 'spire.spiffe.io',
    version: 'v1alpha1',
    kinds: { ClusterSPIFFEID: 'Cluster', ClusterStaticEntry: 'Cluster' },
  },
};

type Kinds = Readonly<Record<string, 'Namespaced' | 'Cluster'>>;

interface Definition extends KubeObject {
  readonly spec: { readonly group: string; readonly names: { readonly kind: string } };
}

interface Established {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/**
 * Installs the definitions of custom resources of the groups that we write, and waits until the server serves them. Where
 * somebody left definitions out, stand-ins that take every field make sure that the other objects can still be tried.
 */
export async function installDefinitions(client: ApiClient): Promise<void> {
  const definitions = Object.keys(DEFINED).flatMap((name) => (hasTool(name) ? published(name) : standIns(name)));
  for (const definition of definitions) {
    const reply = await client.apply(definition, { fieldManager: 'definitions' });
    if (reply.status >= 300) {
      throw new Error(`the API server refuses ${definition.metadata.name}: ${JSON.stringify(reply.body)}`);
    }
  }
  for (const { metadata } of definitions) await established(client, metadata.name);
}

async function established(client: ApiClient, name: string): Promise<void> {
  const key = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name };
  for (;;) {
    const { status } = (await client.get(key)).body as Established;
    if (status?.conditions?.some((condition) => condition.type === 'Established' && condition.status === 'True'))
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function published(name: string): readonly Definition[] {
  const { group, kinds } = DEFINED[name] as (typeof DEFINED)[string];
  const definitions = yamlFiles(tool(name)).flatMap((file) => readObjects(file) as Definition[]);
  return definitions.filter(({ spec }) => spec.group === group && spec.names.kind in kinds);
}

function standIns(name: string): readonly Definition[] {
  const { group, version, kinds } = DEFINED[name] as (typeof DEFINED)[string];
  return Object.entries(kinds).map(([kind, scope]) => {
    const singular = kind.toLowerCase();
    const plural = singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`;
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
    return {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}` },
      spec: {
        group,
        scope,
        names: { kind, plural, singular },
        versions: [{ name: version, served: true, storage: true, schema }],
      },
    };
  });
}
