// What one writes first: read line by line, parse, ask about every flow.

import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { analyse, explain, interestOf, loadManifests, parsePeer, parsePort } from 'portcullis/analysis';

export async function judge({ folder, names }) {
  const started = process.cpuUsage();
  const manifests = loadManifests([path.join(folder, 'manifests.yaml')]);
  const analysis = analyse(manifests, interestOf(...names.map(parsePeer)));
  let denied = 0;
  for await (const line of createInterface({ input: createReadStream(path.join(folder, 'flows.jsonl')) })) {
    const { flow } = JSON.parse(line);
    if (flow.is_reply) continue;
    const { source, destination, destination_names: found } = flow;
    const to = found === undefined ? parsePeer(peer(destination)) : parsePeer(found[0]);
    const port = parsePort(`tcp/${flow.l4.TCP.destination_port}`);
    if (explain(analysis, { from: parsePeer(peer(source)), to, port }).allowed === 'no') denied++;
  }
  const { user, system } = process.cpuUsage(started);
  return { denied, cpuSeconds: (user + system) / 1_000_000 };
}

function peer({ namespace, pod_name: pod }) {
  return `${namespace}/${pod.replace(/-[a-z0-9]+-[a-z0-9]+$/, '')}`;
}
