// A replay through the public API: every flow judged, with the missing rules.

import path from 'node:path';
import { loadManifests, replay } from 'portcullis/analysis';

export async function judge({ folder }) {
  const started = process.cpuUsage();
  const manifests = loadManifests([path.join(folder, 'manifests.yaml')]);
  const { groups, totals } = await replay(manifests, [path.join(folder, 'flows.jsonl')]);
  const { user, system } = process.cpuUsage(started);
  return { denied: totals.denied.flows, groups: groups.length, cpuSeconds: (user + system) / 1_000_000 };
}
