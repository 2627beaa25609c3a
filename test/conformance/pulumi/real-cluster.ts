import { readFileSync } from 'node:fs';
import type { KubeObject } from '../../../lib/kube/object';
import type { ApiClient } from '../api-server/client';
import { installDefinitions } from '../api-server/definitions';
import { makeNamespaces } from '../api-server/rendered';
import { ApiServer, type AuditedRequest } from '../api-server/server';
import type { Cluster, Done } from './cluster';

/** The contexts that `Pulumi.dev.yaml` and `Pulumi.prod.yaml` name: here all of them are one cluster. */
export const CONTEXTS: readonly string[] = ['dev', 'dev-security', 'prod', 'prod-security'];

/** Whom the rendered admission rules of dev and prod let change policies. */
const DEPLOYER = {
  user: 'system:serviceaccount:argocd:argocd-application-controller',
  groups: ['platform-developers', 'system:masters'],
};

const ACCOUNT = { namespace: 'kube-system', name: 'pulumi' };
const OFTEN = 200;

/** The API server of these suites, for pulumi-resource-kubernetes. Its audit log tells what the provider did. */
export class RealCluster implements Cluster {
  private seen = 0;
  private readonly finalizing: NodeJS.Timeout;

  private constructor(
    private readonly server: ApiServer,
    private readonly client: ApiClient,
    readonly kubeconfig: string,
  ) {
    // No controller does that here, and the provider waits until namespaces are gone.
    this.finalizing = setInterval(() => void this.finalize().catch(() => {}), OFTEN);
  }

  /** The provider takes back what somebody else changed, which server-side apply would call a conflict. */
  readonly environment = { PULUMI_K8S_ENABLE_PATCH_FORCE: 'true' };

  /** @param namespaces that are there before a program comes */
  static async start(namespaces: readonly string[]): Promise<RealCluster> {
    const server = await ApiServer.start();
    try {
      const { client } = server;
      await installDefinitions(client);
      await makeNamespaces(client, namespaces);
      const token = await accountToken(client);
      const kubeconfig = withContexts(readFileSync(server.kubeconfigFor(token), 'utf8'));
      return new RealCluster(server, client.as(DEPLOYER.user, DEPLOYER.groups), kubeconfig);
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  async done(): Promise<readonly Done[]> {
    const requests = this.server.audited;
    const since = requests.slice(this.seen);
    this.seen = requests.length;
    const done = await Promise.all(since.map((request) => this.doneBy(request)));
    return done.flat();
  }

  async ids(): Promise<readonly string[]> {
    const keys = (await this.client.everything()).map((key) => key.split(' ') as [string, string]);
    return Promise.all(
      keys.map(async ([resource, object]) => {
        const [namespace = '', name = ''] = object.split('/');
        const at = resource.lastIndexOf('/');
        const version = resource.slice(0, at).replace(/^\/apis?\//, '');
        return idOf(namespace, await this.kindOf(version, resource.slice(at + 1)), name);
      }),
    );
  }

  async open(id: string): Promise<void> {
    const [namespace, kind, name = ''] = id.split('/');
    if (kind !== 'NetworkPolicy') throw new Error(`${id} is no NetworkPolicy`);
    const path = await this.client.pathOf({ apiVersion: 'networking.k8s.io/v1', kind, namespace, name });
    const spec = { podSelector: {}, ingress: [{}], egress: [{}] };
    const { status, body } = await this.client.request('PATCH', path, { spec }, 'application/merge-patch+json');
    if (status !== 200) throw new Error(`${id} is not changed: ${JSON.stringify(body)}`);
  }

  async stop(): Promise<void> {
    clearInterval(this.finalizing);
    await this.server.stop();
  }

  private async doneBy({ verb, objectRef, requestURI, responseStatus }: AuditedRequest): Promise<readonly Done[]> {
    const { code } = responseStatus;
    const done = ({ create: 'create', update: 'update', patch: 'update', delete: 'delete' } as const)[verb];
    if (done === undefined || objectRef?.name === undefined || objectRef.subresource !== undefined) return [];
    if (code >= 300 || /[?&]dryRun=/.test(requestURI)) return [];
    const { apiGroup, apiVersion, resource, namespace, name } = objectRef;
    const kind = await this.kindOf(apiGroup === undefined ? apiVersion : `${apiGroup}/${apiVersion}`, resource);
    // Of a namespace itself, too, the log says that it is in that namespace. Apply creates what is not there.
    const id = idOf(resource === 'namespaces' ? '' : (namespace ?? ''), kind, name);
    return [{ done: verb === 'patch' && code === 201 ? 'create' : done, id }];
  }

  private async kindOf(apiVersion: string, name: string): Promise<string> {
    const resource = (await this.client.resources(apiVersion)).find((one) => one.name === name);
    if (resource === undefined) throw new Error(`the API server knows no ${name} of ${apiVersion}`);
    return resource.kind;
  }

  private async finalize(): Promise<void> {
    const { body } = await this.client.request('GET', '/api/v1/namespaces');
    const { items } = body as { readonly items: readonly Terminating[] };
    for (const { metadata } of items.filter((namespace) => namespace.metadata.deletionTimestamp !== undefined)) {
      const finalized = { apiVersion: 'v1', kind: 'Namespace', metadata, spec: { finalizers: [] } };
      await this.client.request('PUT', `/api/v1/namespaces/${metadata.name}/finalize`, finalized);
    }
  }
}

interface Terminating extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly deletionTimestamp?: string };
}

function idOf(namespace: string, kind: string, name: string): string {
  return [namespace, kind, name].filter((part) => part !== '').join('/');
}

/** The token of a service account that may do everything, since the log watches service accounts alone. */
async function accountToken(client: ApiClient): Promise<string> {
  const { namespace, name } = ACCOUNT;
  const rbac = 'rbac.authorization.k8s.io';
  const role = { apiGroup: rbac, kind: 'ClusterRole', name: 'cluster-admin' };
  const objects = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: ACCOUNT },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: role,
      subjects: [{ kind: 'ServiceAccount', ...ACCOUNT }],
    },
  ];
  for (const object of objects) {
    const { status, body } = await client.apply(object);
    if (status >= 300) throw new Error(`the API server refuses ${object.kind} ${name}: ${JSON.stringify(body)}`);
  }
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const target = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const { status, body } = await client.request('POST', target, request);
  if (status !== 201) throw new Error(`the API server gives no token: ${JSON.stringify(body)}`);
  return (body as { readonly status: { readonly token: string } }).status.token;
}

interface Kubeconfig {
  readonly contexts: readonly { readonly context: object }[];
  readonly users: readonly { readonly name: string; readonly user: object }[];
}

/** A kubeconfig with the contexts of the stacks, that acts for the deployer. */
function withContexts(text: string): string {
  const kubeconfig = JSON.parse(text) as Kubeconfig;
  const context = kubeconfig.contexts[0]?.context;
  const deployer = { as: DEPLOYER.user, 'as-groups': DEPLOYER.groups };
  return JSON.stringify({
    ...kubeconfig,
    contexts: CONTEXTS.map((name) => ({ name, context })),
    'current-context': undefined,
    users: kubeconfig.users.map(({ name, user }) => ({ name, user: { ...user, ...deployer } })),
  });
}
