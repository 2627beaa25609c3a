import type { KubeObject } from '../../../lib/kube/object';
import type { GuardedRequest } from '../../../lib/render/admission/guard';
import { type ApiClient, keyOf, type Reply } from './client';

/** What became of a request. */
export interface Answer {
  readonly allowed: boolean;
  /** The admission policy that refused it. */
  readonly policy?: string;
  readonly message?: string;
}

interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly securityContext?: { readonly procMount?: string };
}

interface PodLike {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly ephemeralContainers?: readonly object[];
  readonly [field: string]: unknown;
}

/** An example with what the server asks of every object and no rule is about. */
export function completed(object: KubeObject): KubeObject {
  const spec = object.spec as (PodLike & { readonly template?: Template }) | undefined;
  if (object.kind === 'Pod') return { ...object, spec: podSpec(spec ?? {}) };
  if (object.kind !== 'Deployment' || spec?.template === undefined) return object;
  const { metadata, spec: pod } = spec.template;
  const labels = { ...metadata?.labels, example: 'example' };
  return {
    ...object,
    spec: { ...spec, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec(pod ?? {}) } },
  };
}

interface Template {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: PodLike;
}

function podSpec(spec: PodLike): PodLike {
  const { containers = [], initContainers = [] } = spec;
  const whole: readonly Container[] = containers.length > 0 ? containers : [{ name: 'example', image: 'example' }];
  return {
    // What the admission plugin for service accounts would write.
    serviceAccountName: 'default',
    // The server wants it of those who show the whole of /proc, and no rule is about it.
    ...(whole.some(({ securityContext }) => securityContext?.procMount === 'Unmasked') ? { hostUsers: false } : {}),
    ...spec,
    containers: whole,
    initContainers: initContainers.map((container, index) => ({ ...container, name: `init-${index}` })),
  };
}

/** What is there before the request comes. */
export function presentBefore({ operation, object, oldObject }: GuardedRequest): KubeObject | undefined {
  const { ephemeralContainers, ...others } = ((object as KubeObject | undefined)?.spec ?? {}) as PodLike;
  // Ephemeral containers are added to pods that run.
  if (ephemeralContainers !== undefined) return completed({ ...(object as KubeObject), spec: others });
  return operation === 'CREATE' ? undefined : completed((oldObject ?? object) as KubeObject);
}

/** Sends a request for whoever it names, who may do everything as far as RBAC goes; nothing is stored. */
export async function send(admin: ApiClient, request: GuardedRequest): Promise<Answer> {
  const { operation, username, groups = [], namespace, name } = request;
  const client = admin.as(username, [...groups, 'system:masters']);
  const object = completed((request.object ?? request.oldObject) as KubeObject);
  const ask = async (method: string, target: string, body?: object) =>
    answerOf(await client.request(method, `${target}?dryRun=All`, body));
  if (object.kind === 'TokenRequest') {
    const token = { ...object, spec: { audiences: ['example'] } };
    return ask('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, token);
  }
  const target = await client.pathOf(keyOf(object));
  if ((object.spec as PodLike | undefined)?.ephemeralContainers !== undefined) {
    return ask('PUT', `${target}/ephemeralcontainers`, object);
  }
  if (operation === 'CREATE') return ask('POST', target.slice(0, target.lastIndexOf('/')), object);
  return operation === 'UPDATE' ? ask('PUT', target, object) : ask('DELETE', target);
}

function answerOf({ status, body }: Reply): Answer {
  if (status < 300) return { allowed: true };
  const { message = String(body) } = body as { readonly message?: string };
  const policy = /ValidatingAdmissionPolicy '([^']+)'/.exec(message)?.[1];
  return { allowed: false, message, ...(policy === undefined ? {} : { policy }) };
}
