import type { KubeObject } from '../../../lib/kube/object';
import { hasTool, readObjects, tool, yamlFiles } from '../support';
import type { ApiClient } from './client';

/** What build-tools.mjs fetches definitions as, and the API groups that they define. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'cilium-crds': ['cilium.io'],
  'kyverno-crds': ['policies.kyverno.io'],
  'prometheus-operator-crds': ['monitoring.coreos.com'],
  'spire-crds': ['spire.spiffe.io'],
};

/** Definitions that somebody left out, by the name of the tool. */
export function missingDefinitions(): readonly string[] {
  return Object.keys(GROUPS).filter((name) => !hasTool(name));
}

/** True for objects of groups whose definitions somebody left out. */
export function isUndefined({ apiVersion }: KubeObject): boolean {
  const group = apiVersion.split('/')[0] ?? '';
  return missingDefinitions().some((name) => GROUPS[name]?.includes(group));
}

interface Definition extends KubeObject {
  readonly spec: { readonly group: string };
}

interface Established {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Installs the definitions of custom resources of the groups that we write, and waits until the server serves them. */
export async function installDefinitions(client: ApiClient): Promise<void> {
  const definitions = Object.entries(GROUPS)
    .filter(([name]) => hasTool(name))
    .flatMap(([name, groups]) =>
      yamlFiles(tool(name))
        .flatMap((file) => readObjects(file) as Definition[])
        .filter(({ spec }) => groups.includes(spec.group)),
    );
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
