import type { NamedPort, Workload } from '../load/manifests';

/** Named ports that have one number in all pods that have them, by protocol. */
export function agreedPorts(workloads: readonly Workload[]): readonly NamedPort[] {
  const known = new Map<string, NamedPort | undefined>();
  for (const { ports } of workloads) {
    for (const port of ports) {
      const key = `${port.protocol} ${port.name}`;
      const other = known.has(key) ? known.get(key) : port;
      known.set(key, other?.port === port.port ? port : undefined);
    }
  }
  return [...known.values()].filter((port) => port !== undefined);
}
