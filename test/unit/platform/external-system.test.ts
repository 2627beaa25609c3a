import { describe, expect, test } from 'vitest';
import { Peer } from '../../../lib/model/peer';
import { Port } from '../../../lib/model/port';
import { ExternalSystem } from '../../../lib/platform/external-system';
import { Service } from '../../../lib/platform/service';
import { allows, DIALECTS, platform, rules } from './build';

const PEERS = {
  fqdn: Peer.fqdn('api.example.com'),
  cidr: Peer.cidr('203.0.113.0/24'),
  internet: Peer.internet({ reason: 'browsing' }),
};

describe('an external system', () => {
  test.each(Object.entries(PEERS))('by %s is reached on TCP 443 unless it says otherwise', (_, peer) => {
    const root = platform();
    const client = new Service(root, 'client', { namespace: 'clients' });
    const system = new ExternalSystem(root, 'system', { peer });
    const other = new ExternalSystem(root, 'other', { peer, ports: [Port.tcp(8443)] });
    expect(client.allowTo(system, { purpose: 'p' })).toMatchObject({
      to: { title: 'system', managed: false, peer },
      ports: [Port.tcp(443)],
    });
    expect(client.allowTo(other, { purpose: 'p' }).ports).toEqual([Port.tcp(8443)]);
  });

  test.each([
    ['fqdn', { kind: 'host', host: 'api.example.com' }],
    ['cidr', undefined],
    ['internet', undefined],
  ] as const)('by %s has the name %j to look up', (kind, name) => {
    const system = new ExternalSystem(platform(), 'system', { peer: PEERS[kind] });
    expect(system.connections.end.name).toEqual(name);
  });

  test.each(DIALECTS)('may be a source by its addresses, in %s', (_, dialect) => {
    const root = platform({ dialect });
    const server = new Service(root, 'server', { namespace: 'servers', ports: [Port.tcp(443)] });
    new ExternalSystem(root, 'partner', { peer: PEERS.cidr }).connections.allowTo(server, { purpose: 'webhooks' });
    const pod = { namespace: 'servers', labels: { ...server.podLabels } };
    const from = (address: string, port: number) =>
      allows(root, { direction: 'Ingress', pod, far: { address }, protocol: 'TCP', port });
    expect([from('203.0.113.9', 443), from('203.0.113.9', 80), from('198.51.100.1', 443)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('is no way to reach a metadata address, by a range written as plain data', () => {
    const peer = { kind: 'cidr', cidr: '169.254.169.254/32', except: [] } as const;
    const create = () => new ExternalSystem(platform(), 'system', { peer });
    expect(create).toThrow(/metadata/);
    expect(create).toThrow('[platform0/system]');
  });

  test('has an address', () => {
    const peer = {} as typeof PEERS.cidr;
    expect(() => new ExternalSystem(platform(), 'system', { peer })).toThrow(/no address/);
  });

  test('that reaches another one is nothing that we could render', () => {
    const root = platform();
    const [one, two] = ['one', 'two'].map((id) => new ExternalSystem(root, id, { peer: PEERS.cidr }));
    one?.connections.allowTo(two as ExternalSystem, { purpose: 'p' });
    expect(rules(root)).toEqual(['error unrendered-edge platform0/one']);
  });
});
