import type { Edge } from '../../model/edge';
import { formatPeer, isExternal } from '../../model/peer';
import { formatPort } from '../../model/port';
import type { Refusal } from './dialect';

/** A port's name is looked up in the pod's spec, and outside the cluster there is none: nothing would come of the rule. */
export function refuseNamedPort({ to: { peer }, ports }: Edge, found: Refusal[]): void {
  if (!isExternal(peer) && peer.kind !== 'entity') return;
  const named = ports.find((port) => typeof port.port === 'string');
  if (named === undefined) return;
  found.push({
    rule: 'named-port-outside',
    message: `${formatPeer(peer)} has no pod that could name the port '${formatPort(named)}'`,
    fix: 'use the number of the port',
  });
}
