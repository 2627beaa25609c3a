import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { KubeObject } from '../../../lib/kube/object';
import type { Deployer } from '../../../lib/render/admission/requester';
import { manifests, parseObjects, repository, requireManifests, run } from '../support';
import type { ApiClient } from './client';

/** The environments of dist/manifests; none if there is no such folder. */
export function environments(): readonly string[] {
  return existsSync(manifests) ? readdirSync(manifests).sort() : [];
}

/** What people give to `kubectl apply -k`: the folder of each program, such as `prod/portarium`. */
export function roots(environment: string): readonly string[] {
  return readdirSync(path.join(manifests, environment))
    .sort()
    .map((program) => `${environment}/${program}`)
    .filter((root) => existsSync(path.join(manifests, root, 'kustomization.yaml')));
}

/** The objects of an environment in the order in which `kubectl apply -k` sends them. */
export function renderedObjects(environment: string): readonly KubeObject[] {
  requireManifests();
  return roots(environment).flatMap((root) => {
    const { code, stdout, stderr } = run('kubectl', ['kustomize', path.join(manifests, root)]);
    if (code !== 0) throw new Error(`kubectl kustomize ${root}: ${stderr}`);
    return parseObjects(stdout, root) as KubeObject[];
  });
}

/** Namespaces that objects are in but that somebody else makes. */
export function foreignNamespaces(objects: readonly KubeObject[]): readonly string[] {
  const made = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
  const used = objects.flatMap(({ metadata }) => metadata.namespace ?? []);
  return [...new Set(used)].filter((name) => !made.includes(name)).sort();
}

/** Makes namespaces that are there before the program comes, if they are not. */
export async function makeNamespaces(client: ApiClient, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { status, body } = await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    if (status >= 300) throw new Error(`no namespace ${name}: ${JSON.stringify(body)}`);
  }
}

/** A client that is the deployer of an environment, as far as admission asks, and may do everything. */
export function deployerOf(environment: string, client: ApiClient): ApiClient {
  const file = path.join(repository, 'environments', `${environment}.yaml`);
  const settings = parse(readFileSync(file, 'utf8')) as {
    readonly portarium?: { readonly admission?: { readonly deployer?: Deployer } };
  };
  const { users = [], groups = [], serviceAccounts = [] } = settings.portarium?.admission?.deployer ?? {};
  const accounts = serviceAccounts.map((account) => `system:serviceaccount:${account.replace('/', ':')}`);
  return client.as([...users, ...accounts][0] ?? 'somebody', [...groups, 'system:masters']);
}
