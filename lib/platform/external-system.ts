import { Construct } from 'constructs';
import { InvalidValueError } from '../finding';
import type { Peer } from '../model/peer';
import { Port } from '../model/port';
import { Connections, type IConnectable } from './connections';
import { Platform } from './platform';

export interface ExternalSystemProps {
  /**
   * Where the system is: `Peer.fqdn('api.example.com')`, `Peer.cidr('203.0.113.0/24')`, or
   * `Peer.internet({ reason })` where no list can be given.
   */
  readonly peer: Extract<Peer, { kind: 'fqdn' | 'cidr' | 'internet' }>;
  /** @default - TCP 443 */
  readonly ports?: readonly Port[];
}

/**
 * A system outside the cluster, such as a system of record.
 *
 * @example
 * const billing = new ExternalSystem(platform, 'billing', { peer: Peer.fqdn('api.billing.example.com') });
 * plane.allowTo(billing, { purpose: 'read invoices' });
 */
export class ExternalSystem extends Construct implements IConnectable {
  readonly connections: Connections;

  constructor(scope: Construct, id: string, props: ExternalSystemProps) {
    super(scope, id);
    const { peer } = props;
    if (!('kind' in peer)) {
      throw new InvalidValueError({ message: 'the system has no address', fix: 'give a Peer' }, this.node.path);
    }
    this.connections = new Connections({
      owner: this,
      end: {
        peer,
        title: id,
        managed: false,
        ...(peer.kind === 'fqdn' ? { name: { kind: 'host', host: peer.host } } : {}),
      },
      defaultPorts: props.ports ?? [Port.tcp(443)],
      registry: Platform.of(this).edges,
    });
  }
}
