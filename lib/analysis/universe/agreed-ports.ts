import type { NamedPort, Workload } from '../load/manifests';

/**
 * Named ports that have one number in all pods that have them, by protocol. Cilium does not know the ports of pods on
 * the host's network.
 * @see addK8sPodV1 in pkg/k8s/watchers/pod.go of Cilium 1.19
 */
export function agreedPorts(workloads: readonly Workload[]): readonly NamedPort[] {
  const known = new Map<string, NamedPort | undefined>();
  for (const { ports, hostNetwork } of workloads) {
    if (hostNetwork) continue;
    for (const port of ports) {
      const key = `${port.protocol} ${port.name}`;
      const other = known.has(key) ? known.get(key) : port;
      known.set(key, other?.port === port.port ? port : undefined);
    }
  }
  return [...known.values()].filter((port) => port !== undefined);
}
