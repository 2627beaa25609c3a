import { setTimeout as wait } from 'node:timers/promises';
import { field, list, text } from '../../../kube/field';
import type { KubeObject } from '../../../kube/object';
import type { ApiAnswer, ApiClient } from './api-client';

/** Objects of a page; the number that kubectl asks for. */
const PAGE = 500;
/** How often one page is asked for while the server is busy, and the seconds that are waited at most. */
const ATTEMPTS = 4;
const LONGEST_WAIT = 10;
const [GONE, BUSY, UNAVAILABLE] = [410, 429, 503];

/** Everything on a path, or the answer because of which it is not known. */
export type Listed = { readonly objects: readonly KubeObject[] } | { readonly failed: ApiAnswer };

/**
 * Lists objects page by page. Pages that follow belong to the first; where the server has forgotten it meanwhile, the
 * list starts again, once and as a whole.
 * @param defaults apiVersion and kind, which items of a list do not carry
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
export async function listObjects(
  client: ApiClient,
  path: string,
  defaults: { readonly apiVersion: string; readonly kind: string },
): Promise<Listed> {
  const paged = await pages(client, path, defaults, PAGE);
  return 'failed' in paged && paged.failed.status === GONE ? pages(client, path, defaults) : paged;
}

async function pages(
  client: ApiClient,
  path: string,
  defaults: { readonly apiVersion: string; readonly kind: string },
  limit?: number,
): Promise<Listed> {
  const objects: KubeObject[] = [];
  const asked = new Set<string>();
  let next: string | undefined;
  do {
    const query = new URLSearchParams({
      ...(limit === undefined ? {} : { limit: String(limit) }),
      ...(next === undefined ? {} : { continue: next }),
    });
    const answer = await patiently(client, `${path}${query.size === 0 ? '' : `?${query}`}`);
    const items = field(answer.body, 'items');
    // What is no list must not look like an empty one. Go writes an empty one as null where nobody looks.
    if (answer.status !== 200 || (!Array.isArray(items) && items !== null)) return { failed: answer };
    if (!list(items).every((item) => text(field(field(item, 'metadata'), 'name')))) return { failed: answer };
    for (const item of list(items)) objects.push({ ...defaults, ...(item as object) } as KubeObject);
    next = text(field(field(answer.body, 'metadata'), 'continue'));
    // A server that goes round in circles would be asked for ever.
    if (next !== undefined && asked.has(next)) return { failed: answer };
    if (next !== undefined) asked.add(next);
  } while (next !== undefined);
  return { objects };
}

async function patiently(client: ApiClient, path: string): Promise<ApiAnswer> {
  for (let attempt = 1; ; attempt++) {
    const answer = await client.get(path);
    const busy = answer.status === BUSY || answer.status === UNAVAILABLE;
    if (!busy || attempt === ATTEMPTS) return answer;
    await wait(Math.min(answer.retryAfter ?? 1, LONGEST_WAIT) * 1000);
  }
}
