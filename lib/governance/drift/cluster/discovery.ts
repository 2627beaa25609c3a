import { field, list, text } from '../../../kube/field';
import type { ApiAnswer, ApiClient } from './api-client';
import type { Wanted } from './read-plan';

/** How a kind is asked for. */
export interface Resource {
  /** `/apis/cilium.io/v2` */
  readonly path: string;
  /** `cilium.io/v2` */
  readonly apiVersion: string;
  /** `ciliumnetworkpolicies` */
  readonly name: string;
  readonly namespaced: boolean;
}

/** What a server knows about a kind. */
export type Discovered =
  | { readonly resource: Resource }
  /** Nobody can have created objects of it. */
  | { readonly absent: true }
  /** It is there in other versions than the one that was rendered. */
  | { readonly versions: readonly string[] }
  | { readonly failed: ApiAnswer; readonly path: string };

/** Asks a server which kinds it serves, each group once. */
export class Discovery {
  private readonly answers = new Map<string, Promise<ApiAnswer>>();

  constructor(private readonly client: ApiClient) {}

  /** @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api */
  async find({ group, kind, version }: Wanted): Promise<Discovered> {
    if (group === '') return this.inVersion('/api', 'v1', kind, 'v1');
    const path = `/apis/${group}`;
    const answer = await this.get(path);
    if (answer.status === 404) return { absent: true };
    if (answer.status !== 200) return { failed: answer, path };
    const preferred = text(field(field(answer.body, 'preferredVersion'), 'version'));
    const served = list(field(answer.body, 'versions')).flatMap((one) => text(field(one, 'version')) ?? []);
    const others: string[] = [];
    for (const one of new Set([version, preferred, ...served])) {
      if (one === undefined || !served.includes(one)) continue;
      const found = await this.inVersion(path, one, kind, `${group}/${one}`);
      if ('failed' in found) return found;
      if ('absent' in found) continue;
      if (version === undefined || version === one) return found;
      others.push(one);
    }
    return others.length === 0 ? { absent: true } : { versions: others };
  }

  private async inVersion(above: string, version: string, kind: string, apiVersion: string): Promise<Discovered> {
    const path = `${above}/${version}`;
    const answer = await this.get(path);
    if (answer.status === 404) return { absent: true };
    if (answer.status !== 200 || answer.body === undefined) return { failed: answer, path };
    const found = list(field(answer.body, 'resources')).find(
      (one) => field(one, 'kind') === kind && text(field(one, 'name'))?.includes('/') === false,
    );
    const name = text(field(found, 'name'));
    if (name === undefined) return { absent: true };
    return { resource: { path, apiVersion, name, namespaced: field(found, 'namespaced') === true } };
  }

  private get(path: string): Promise<ApiAnswer> {
    const known = this.answers.get(path);
    if (known !== undefined) return known;
    const asked = this.client.get(path);
    this.answers.set(path, asked);
    return asked;
  }
}
