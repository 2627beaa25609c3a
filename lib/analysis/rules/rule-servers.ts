import type { Analysis } from '../analysis';
import type { NamedPort } from '../load/manifests';
import type { GovernedPods } from './governed-pods';

/** What the named ports of a rule for some pods mean with an end at the other side. */
export function serverPorts(
  { universe, dialect }: Analysis,
  { direction, ports }: Pick<GovernedPods, 'direction' | 'ports'>,
  end: number,
): readonly NamedPort[] {
  if (direction === 'ingress') return ports;
  // Cilium asks all pods of the cluster what a name means.
  if (dialect.kind === 'cilium') return universe.clusterPorts;
  const found = universe.ends[end];
  return found?.kind === 'pods' ? found.ports : [];
}

/** Named ports of an end; none if it is no pods. */
export function portsOf({ universe }: Pick<Analysis, 'universe'>, end: number): readonly NamedPort[] {
  const found = universe.ends[end];
  return found?.kind === 'pods' ? found.ports : [];
}
