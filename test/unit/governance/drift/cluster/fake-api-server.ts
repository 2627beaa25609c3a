import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import { apiGroup, type KubeObject } from '../../../../../lib/kube/object';
import { CERT, KEY } from './certificate';

/** Answers of a path instead of the usual ones; undefined never answers. */
export type Answers = Readonly<Record<string, Answer | undefined | ((attempt: number) => Answer)>>;

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Kinds that the server serves, as `apiVersion Kind`. */
const RESOURCES: Readonly<Record<string, readonly [name: string, namespaced: boolean]>> = {
  'v1 Namespace': ['namespaces', false],
  'v1 Pod': ['pods', true],
  'v1 ConfigMap': ['configmaps', true],
  'v1 ServiceAccount': ['serviceaccounts', true],
  'apps/v1 Deployment': ['deployments', true],
  'networking.k8s.io/v1 NetworkPolicy': ['networkpolicies', true],
  'rbac.authorization.k8s.io/v1 RoleBinding': ['rolebindings', true],
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': ['clusterrolebindings', false],
};

export interface FakeServer {
  readonly url: string;
  /** Requests as `GET /path`, in the order in which they came. */
  readonly requests: readonly string[];
  /** The header of the last request. */
  readonly authorization: () => string | undefined;
}

const running: { close(): void; closeAllConnections(): void }[] = [];
afterEach(() => {
  for (const server of running.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** An API server on loopback with what reading needs: discovery, and lists in pages. It stops with the test. */
export async function fakeApiServer(
  objects: readonly KubeObject[],
  { answers = {}, tls = false }: { readonly answers?: Answers; readonly tls?: boolean } = {},
): Promise<FakeServer> {
  const requests: string[] = [];
  const attempts = new Map<string, number>();
  let authorization: string | undefined;
  const listen: RequestListener = ({ method, url = '', headers }, response) => {
    requests.push(`${method} ${url}`);
    authorization = headers.authorization;
    const { pathname, searchParams } = new URL(url, 'http://server');
    const attempt = (attempts.get(url) ?? 0) + 1;
    attempts.set(url, attempt);
    const known = [url, pathname].find((path) => path in answers);
    const given = known === undefined ? usual(pathname, searchParams, objects) : answers[known];
    const answer = typeof given === 'function' ? given(attempt) : given;
    if (answer === undefined) return;
    const { status, body, headers: extra } = answer;
    response.writeHead(status, extra);
    response.end(typeof body === 'string' ? body : JSON.stringify(body ?? { message: `status ${status}` }));
  };
  const server = tls ? createTlsServer({ cert: CERT, key: KEY }, listen) : createServer(listen);
  running.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, requests, authorization: () => authorization };
}

function usual(path: string, query: URLSearchParams, objects: readonly KubeObject[]): Answer {
  const ok = (body: unknown) => ({ status: 200, body });
  const all = Object.entries(RESOURCES).map(([key, [name, namespaced]]) => {
    const [apiVersion = '', kind = ''] = key.split(' ');
    return { apiVersion, kind, name, namespaced };
  });
  const [, above, ...rest] = path.split('/');
  if (above === 'apis' && rest.length === 1) {
    const versions = [
      ...new Set(all.filter(({ apiVersion }) => apiGroup(apiVersion) === rest[0]).map((one) => one.apiVersion)),
    ];
    const named = versions.map((groupVersion) => ({ groupVersion, version: groupVersion.split('/')[1] }));
    return named.length === 0 ? { status: 404 } : ok({ versions: named, preferredVersion: named[0] });
  }
  const apiVersion = above === 'api' ? rest[0] : rest.slice(0, 2).join('/');
  const [first, namespace, last] = rest.slice(above === 'api' ? 1 : 2);
  const own = all.filter((one) => one.apiVersion === apiVersion);
  if (own.length === 0) return { status: 404 };
  if (first === undefined) return ok({ resources: [...own, { kind: 'Pod', name: 'pods/status', namespaced: true }] });
  const [name, place] = first === 'namespaces' && last !== undefined ? [last, namespace] : [first, undefined];
  const resource = own.find((one) => one.name === name);
  if (resource === undefined) return { status: 404 };
  const found = objects.filter(
    ({ apiVersion: of, kind, metadata }) =>
      of === apiVersion && kind === resource.kind && (place === undefined || metadata.namespace === place),
  );
  const [start, limit] = [Number(query.get('continue') ?? 0), Number(query.get('limit') ?? found.length)];
  const end = start + limit;
  const metadata = { resourceVersion: '7', ...(end < found.length ? { continue: String(end) } : {}) };
  // Items of a list carry neither of the two.
  const items = found.slice(start, end).map(({ apiVersion: _, kind: __, ...item }) => item);
  return ok({ apiVersion, kind: `${resource.kind}List`, metadata, items });
}
