import type { Manifests } from '../../../analysis/load/manifests';
import type { Finding } from '../../../finding';
import { type LiveObject, type LiveObjects, readKey } from '../live-objects';
import type { ApiClient } from './api-client';
import { Discovery, type Resource } from './discovery';
import { listObjects } from './list-objects';
import { readPlan, type Wanted } from './read-plan';
import { refusal, versionFinding } from './refusal';

export interface ReadClusterOptions {
  /**
   * One list of each kind for the whole cluster, rather than one for each namespace: faster where there are many, and
   * whoever asks has to be allowed to.
   * @default false
   */
  readonly clusterWide?: boolean;
  /** Hears after each list how many there have been, and of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Lists that are asked for at the same time. */
const AT_ONCE = 8;

/** One list to ask for. */
interface Task {
  readonly wanted: Wanted;
  readonly resource: Resource;
  readonly namespace?: string;
}

/**
 * Reads of a cluster what rendered objects have to be compared with, by GET alone. What may not be read is a finding, and
 * counts as unknown; a kind that the cluster does not serve has no objects.
 * @throws FindingsError if the cluster cannot be reached, or does not know who asks
 */
export async function readCluster(
  rendered: Manifests,
  client: ApiClient,
  options: ReadClusterOptions = {},
): Promise<LiveObjects> {
  const plan = readPlan(rendered);
  const discovery = new Discovery(client);
  const findings: Finding[] = [];
  const unread = new Set<string>();
  const tasks: Task[] = [];
  for (const wanted of plan) {
    const found = await discovery.find(wanted);
    if ('resource' in found) tasks.push(...tasksFor(wanted, found.resource, options));
    else if (!('absent' in found)) {
      unread.add(readKey(wanted.group, wanted.kind));
      findings.push('versions' in found ? versionFinding(wanted, found.versions) : refusal(found.failed, found));
    }
  }
  const objects: LiveObject[] = [];
  let done = 0;
  const run = async ({ wanted, resource, namespace }: Task) => {
    const { group, kind, namespaces } = wanted;
    const place = namespace === undefined ? '' : `/namespaces/${namespace}`;
    const path = `${resource.path}${place}/${resource.name}`;
    const listed = await listObjects(client, path, { apiVersion: resource.apiVersion, kind });
    options.onProgress?.(++done, tasks.length);
    if ('failed' in listed) {
      unread.add(readKey(group, kind, namespace));
      const where = { group, resource: resource.name, ...(namespace === undefined ? {} : { namespace }) };
      findings.push(refusal(listed.failed, { path, ...where }));
      return;
    }
    const inPlan = (in_: string | undefined) => namespaces === 'all' || (in_ !== undefined && namespaces.includes(in_));
    for (const object of listed.objects) if (inPlan(object.metadata.namespace)) objects.push({ object });
  };
  await inTurns(tasks, run);
  const byPlace = (one: Finding) => JSON.stringify([one.rule, one.where, one.message]);
  return {
    name: `cluster '${client.name}'`,
    objects,
    unread,
    findings: findings.sort((one, other) => (byPlace(one) < byPlace(other) ? -1 : 1)),
  };
}

function tasksFor(wanted: Wanted, resource: Resource, { clusterWide = false }: ReadClusterOptions): readonly Task[] {
  const { namespaces } = wanted;
  if (!resource.namespaced || namespaces === 'all' || clusterWide) return [{ wanted, resource }];
  return namespaces.map((namespace) => ({ wanted, resource, namespace }));
}

/** Some at a time; the first that fails ends it all. */
async function inTurns<Item>(items: readonly Item[], run: (item: Item) => Promise<void>): Promise<void> {
  const rest = items.values();
  const work = async () => {
    for (const item of rest) await run(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
