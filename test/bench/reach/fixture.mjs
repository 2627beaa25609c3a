import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { clusterOf } from './cluster.mjs';

/** Writes a cluster's objects to a file, as `kubectl get -o json` prints them. */
export function write({ folder, size }) {
  mkdirSync(folder, { recursive: true });
  const items = clusterOf(size);
  writeFileSync(path.join(folder, 'cluster.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const count = (kind) => items.filter((item) => item.kind === kind).length;
  return { pods: count('Pod'), policies: count('NetworkPolicy') };
}
