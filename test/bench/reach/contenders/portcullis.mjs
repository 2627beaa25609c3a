// The whole graph, through the public API: every class of pods with everything that it may reach.

import path from 'node:path';
import { analyse, loadManifests } from 'portcullis/analysis';

export function evaluate({ folder }) {
  const started = performance.now();
  const manifests = loadManifests([path.join(folder, 'cluster.json')]);
  const loaded = performance.now();
  const { universe, graph } = analyse(manifests, { dialect: { kind: 'kubernetes' } });
  const podsOf = universe.ends.map((end) => (end.kind === 'pods' ? end.workloads.length : 0));
  let pairs = 0;
  for (const [from, pods] of podsOf.entries()) {
    if (pods === 0) continue;
    for (const { ends } of graph.row(from)) {
      // A pod's connection to itself is no pair.
      ends.forEach((to) => {
        pairs += pods * podsOf[to] - (from === to ? pods : 0);
      });
    }
  }
  const seconds = { load: (loaded - started) / 1000, graph: (performance.now() - loaded) / 1000 };
  return { pairs, classes: universe.ends.length, seconds };
}
