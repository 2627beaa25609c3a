import { Agent, request } from 'node:https';
import type { KubeObject, ObjectKey } from '../../../lib/kube/object';

/** What the API server answers. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  /** The texts of the `Warning` headers (RFC 7234). */
  readonly warnings: readonly string[];
}

/** Whom a request is made for. */
export interface Caller {
  readonly user: string;
  readonly groups?: readonly string[];
}

export interface ApplyOptions {
  /** Ask only what would happen. @default false */
  readonly dryRun?: boolean;
  /** @default portcullis */
  readonly fieldManager?: string;
  /** Take over fields that somebody else has changed. @default false */
  readonly force?: boolean;
}

/** A resource as discovery names it. */
export interface Resource {
  /** `/api/v1` or `/apis/<group>/<version>` */
  readonly root: string;
  /** In the plural, as in paths. */
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** Talks to an API server over HTTP, and keeps the warnings that the usual clients hide. */
export class ApiClient {
  private readonly agent: Agent;
  private readonly known = new Map<string, readonly Resource[]>();

  constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly authority: Buffer,
    private readonly caller?: Caller,
  ) {
    this.agent = new Agent({ ca: authority, keepAlive: true, maxSockets: 8 });
  }

  /** A client that asks for somebody else, as `kubectl --as` does. */
  as(user: string, groups: readonly string[] = []): ApiClient {
    return new ApiClient(this.url, this.token, this.authority, { user, groups });
  }

  request(method: string, target: string, body?: unknown, contentType = 'application/json'): Promise<Reply> {
    const { user, groups = [] } = this.caller ?? {};
    const text = body === undefined ? undefined : JSON.stringify(body);
    // Node does not say how long the body of a DELETE is, and the server would take it for the next request.
    const content =
      text === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const call = request(
        new URL(target, this.url),
        {
          method,
          agent: this.agent,
          headers: {
            authorization: `Bearer ${this.token}`,
            accept: 'application/json',
            ...(user === undefined ? {} : { 'impersonate-user': user }),
            ...(groups.length === 0 ? {} : { 'impersonate-group': [...groups] }),
            ...content,
          },
        },
        (response) => {
          let answer = '';
          response.setEncoding('utf8');
          response.on('data', (chunk) => (answer += chunk));
          response.on('error', reject);
          response.on('end', () => {
            const warnings = warningsIn(response.headers.warning);
            resolve({ status: response.statusCode ?? 0, body: parsed(answer), warnings });
          });
        },
      );
      call.on('error', reject);
      call.end(text);
    });
  }

  /** Applies an object on the server's side, strictly: a field that the server does not know is an error. */
  async apply(object: KubeObject, options: ApplyOptions = {}): Promise<Reply> {
    const { dryRun = false, fieldManager = 'portcullis', force = false } = options;
    const query = new URLSearchParams({
      fieldManager,
      fieldValidation: 'Strict',
      ...(dryRun ? { dryRun: 'All' } : {}),
      ...(force ? { force: 'true' } : {}),
    });
    // JSON is YAML.
    return this.request(
      'PATCH',
      `${await this.pathOf(keyOf(object))}?${query}`,
      object,
      'application/apply-patch+yaml',
    );
  }

  async get(key: ObjectKey): Promise<Reply> {
    return this.request('GET', await this.pathOf(key));
  }

  /** Deletes an object. A namespace is finalized as well, since no controller does that here. */
  async delete(key: ObjectKey): Promise<Reply> {
    const target = await this.pathOf(key);
    const reply = await this.request('DELETE', target, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
    });
    if (key.kind !== 'Namespace' || reply.status >= 300) return reply;
    const { status, body } = await this.request('GET', target);
    if (status === 404) return reply;
    return this.request('PUT', `${target}/finalize`, { ...(body as object), spec: { finalizers: [] } });
  }

  /** The path of an object. @throws Error if the server knows no such kind */
  async pathOf({ apiVersion, kind, namespace, name }: ObjectKey): Promise<string> {
    const resource = (await this.resources(apiVersion)).find((one) => one.kind === kind);
    if (resource === undefined) throw new Error(`the API server knows no ${kind} of ${apiVersion}`);
    const folder = resource.namespaced ? `/namespaces/${namespace}` : '';
    return `${resource.root}${folder}/${resource.name}/${name}`;
  }

  /** The resources of one version of a group. */
  async resources(apiVersion: string): Promise<readonly Resource[]> {
    const known = this.known.get(apiVersion);
    if (known !== undefined) return known;
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const { status, body } = await this.request('GET', root);
    if (status !== 200) return [];
    const { resources } = body as { resources: readonly Omit<Resource, 'root'>[] };
    const found = resources.filter(({ name }) => !name.includes('/')).map((resource) => ({ ...resource, root }));
    this.known.set(apiVersion, found);
    return found;
  }

  /** The keys of everything in the cluster, each once, sorted. Leases and events come and go by themselves. */
  async everything(): Promise<readonly string[]> {
    const { body } = await this.request('GET', '/apis');
    const { groups } = body as { groups: readonly { preferredVersion: { groupVersion: string } }[] };
    const versions = ['v1', ...groups.map(({ preferredVersion }) => preferredVersion.groupVersion)];
    const resources = (await Promise.all(versions.map((version) => this.resources(version)))).flat();
    const listed = resources.filter(
      ({ verbs, name }) => verbs.includes('list') && !['leases', 'events'].includes(name),
    );
    const keys = await Promise.all(
      listed.map(async ({ root, name }) => {
        const { items } = (await this.request('GET', `${root}/${name}`)).body as { items: readonly KubeObject[] };
        return items.map(({ metadata }) => `${root}/${name} ${metadata.namespace ?? ''}/${metadata.name}`);
      }),
    );
    return keys.flat().sort();
  }
}

export function keyOf({ apiVersion, kind, metadata }: KubeObject): ObjectKey {
  return { apiVersion, kind, namespace: metadata.namespace, name: metadata.name };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Each warning is `299 - "text"`, with quotes and backslashes escaped; Node joins the headers by commas. */
function warningsIn(header: string | undefined): readonly string[] {
  return [...(header ?? '').matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) =>
    text.replace(/\\(.)/g, '$1'),
  );
}
