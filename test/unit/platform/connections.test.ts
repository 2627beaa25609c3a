import { describe, expect, test } from 'vitest';
import { InvalidValueError } from '../../../lib/finding';
import type { Edge } from '../../../lib/model/edge';
import { Peer } from '../../../lib/model/peer';
import { Port } from '../../../lib/model/port';
import type { EdgeOptions, IConnectable } from '../../../lib/platform/connections';
import { ExternalSystem } from '../../../lib/platform/external-system';
import { Service } from '../../../lib/platform/service';
import { platform } from './build';

function services() {
  const root = platform();
  const client = new Service(root, 'client', { namespace: 'clients' });
  const server = new Service(root, 'server', { namespace: 'servers', ports: [Port.tcp(8443), Port.tcp(8080)] });
  return { root, client, server };
}

const REASON = { purpose: 'a reason' };
const PODS = Peer.pods({ namespace: 'elsewhere', labels: { app: 'x' } });

describe('an edge', () => {
  const declare: readonly (readonly [string, (from: Service, to: Service) => Edge])[] = [
    ['allowTo', (from, to) => from.allowTo(to, REASON)],
    ['allowFrom', (from, to) => to.allowFrom(from, REASON)],
    ['connections.allowTo', (from, to) => from.connections.allowTo(to, REASON)],
    ['connections.allowFrom', (from, to) => to.connections.allowFrom(from.connections, REASON)],
    ['allowDefaultPortTo', (from, to) => from.connections.allowDefaultPortTo(to, REASON)],
  ];
  test.each(declare)('declared once with %s is noted at both ends and on the platform', (_, allow) => {
    const { root, client, server } = services();
    const edge = allow(client, server);
    expect(edge).toMatchObject({ from: { title: 'client' }, to: { title: 'server' }, purpose: 'a reason' });
    expect([client.connections.egress, client.connections.ingress]).toEqual([[edge], []]);
    expect([server.connections.egress, server.connections.ingress]).toEqual([[], [edge]]);
    expect(root.edges.all()).toEqual([edge]);
  });

  test('names the construct that declared it', () => {
    const { client, server } = services();
    expect(client.allowTo(server, REASON).declaredAt).toBe(client.node.path);
    expect(server.allowFrom(client, REASON).declaredAt).toBe(server.node.path);
  });

  test('uses the ports of the server, whoever declares it', () => {
    const { client, server } = services();
    const ports = [Port.tcp(8080), Port.tcp(8443)];
    expect(client.allowTo(server, REASON).ports).toEqual(ports);
    expect(server.allowFrom(client, REASON).ports).toEqual(ports);
    expect(client.allowTo(server, { ...REASON, ports: [Port.tcp(1)] }).ports).toEqual([Port.tcp(1)]);
  });

  test('to the default ports is on those alone, whatever the options hold', () => {
    const { client, server } = services();
    const options: EdgeOptions = { ...REASON, ports: [Port.tcp(22)] };
    expect(client.connections.allowDefaultPortTo(server, options).ports).toEqual([Port.tcp(8080), Port.tcp(8443)]);
  });

  test('may start and end at the same pods', () => {
    const { root, server } = services();
    const edge = server.allowTo(server, { purpose: 'replication' });
    expect([server.connections.egress, server.connections.ingress]).toEqual([[edge], [edge]]);
    expect(root.edges.all()).toEqual([edge]);
  });

  test('may end at something that consists of others', () => {
    const { client, server } = services();
    const facade: IConnectable = { connections: server.connections };
    expect(client.allowTo(facade, REASON)).toMatchObject({ to: { title: 'server' } });
    expect(server.connections.ingress).toHaveLength(1);
  });

  test('to a host carries the name that has to be resolved', () => {
    const { client } = services();
    const edge = client.allowTo(Peer.fqdn('api.example.com'), { ...REASON, ports: [Port.tcp(443)] });
    expect(edge.to).toEqual({
      peer: Peer.fqdn('api.example.com'),
      title: 'api.example.com',
      managed: false,
      name: { kind: 'host', host: 'api.example.com' },
    });
  });

  test('keeps its purpose without the blanks around it', () => {
    const { client, server } = services();
    expect(client.allowTo(server, { purpose: '  credentials\n' }).purpose).toBe('credentials');
  });

  test('lists each port once, and the same way in whatever order they were given', () => {
    const { client, server } = services();
    const ports = [
      Port.udp(53),
      Port.tcpNamed('web'),
      Port.tcp(443),
      Port.sctp(1),
      Port.tcpRange(80, 90),
      Port.tcp(80),
      Port.tcp(443),
    ];
    const canonical = [
      Port.tcp(80),
      Port.tcpRange(80, 90),
      Port.tcp(443),
      Port.tcpNamed('web'),
      Port.udp(53),
      Port.sctp(1),
    ];
    expect(client.allowTo(server, { ...REASON, ports }).ports).toEqual(canonical);
    expect(client.allowTo(server, { ...REASON, ports: [...ports].reverse() }).ports).toEqual(canonical);
  });

  test('reads ports that somebody wrote as plain data as their factory would have made them', () => {
    const { client, server } = services();
    const ports = [{ port: 443, protocol: 'TCP', endPort: 443 } as const, Port.tcp(443)];
    expect(client.allowTo(server, { ...REASON, ports }).ports).toEqual([Port.tcp(443)]);
  });
});

describe('an edge that was declared does not change any more', () => {
  test('when its list of ports goes on being used', () => {
    const { client } = services();
    const ports = [Port.tcp(443)];
    const edge = client.allowTo(PODS, { ...REASON, ports });
    ports.push(Port.tcp(22));
    expect(edge.ports).toEqual([Port.tcp(443)]);
    ports.length = 0;
    expect(edge.ports).toEqual([Port.tcp(443)]);
  });

  test("when the server's own list does", () => {
    const root = platform();
    const ports = [Port.tcp(443)];
    const server = new Service(root, 'server', { namespace: 'servers', ports });
    const client = new Service(root, 'client', { namespace: 'clients' });
    const edge = client.allowTo(server, REASON);
    ports.push(Port.tcp(22));
    expect(edge.ports).toEqual([Port.tcp(443)]);
    expect(client.allowTo(server, { purpose: 'another' }).ports).toEqual([Port.tcp(443)]);
  });

  test('when its lists of requests and names do', () => {
    const { client } = services();
    const http = [{ method: 'GET' }];
    const dns = ['api.example.com'];
    const [requests, names] = [
      client.allowTo(PODS, { ...REASON, ports: [Port.tcp(80)], http }),
      client.allowTo(PODS, { ...REASON, ports: [Port.udp(53)], dns }),
    ];
    http[0] = { method: 'DELETE' };
    dns.push('evil.example.org');
    expect([requests.l7, names.l7]).toEqual([{ http: [{ method: 'GET' }] }, { dns: ['api.example.com'] }]);
  });

  test('by hand', () => {
    const { client, server } = services();
    const edge = client.allowTo(server, { ...REASON, http: [{ method: 'GET' }] });
    const everything = [edge, edge.ports, ...edge.ports, edge.l7, ...Object.values(edge.l7 ?? {}).flat(), edge.from];
    expect(everything.map(Object.isFrozen)).toEqual(everything.map(() => true));
    expect(Object.values(edge.l7 ?? {}).map(Object.isFrozen)).toEqual([true]);
  });
});

describe('an edge is refused, and the construct named,', () => {
  const refused: Readonly<Record<string, readonly [Partial<EdgeOptions>, RegExp]>> = {
    'without a purpose': [{ purpose: '' }, /has no purpose/],
    'with an undefined purpose': [{ purpose: undefined as unknown as string }, /has no purpose/],
    'with a number as purpose': [{ purpose: 5 as unknown as string }, /has no purpose/],
    'with a port that is nothing': [
      { ports: [{ protocol: 'TCP', port: undefined as unknown as 1 }] },
      /neither number/,
    ],
    'with authentication that nobody knows': [
      { authentication: 'mutual' as 'required' },
      /authentication 'mutual' is unknown/,
    ],
    'with a purpose of blanks': [{ purpose: ' \t\n' }, /has no purpose/],
    'with a purpose that says nothing': [{ purpose: '---' }, /says nothing/],
    'with a purpose of several lines': [{ purpose: 'a\n| forged | row |' }, /several lines/],
    'with a purpose that hides text': [{ purpose: 'a\u202eb' }, /invisible/],
    'with no ports': [{ ports: [] }, /has no ports/],
    'with port 0': [{ ports: [{ protocol: 'TCP', port: 0 }] }, /0 is not a port/],
    'with port 65536': [{ ports: [{ protocol: 'TCP', port: 65_536 }] }, /65536 is not a port/],
    'with half a port': [{ ports: [{ protocol: 'TCP', port: 80.5 }] }, /80.5 is not a port/],
    'with NaN': [{ ports: [{ protocol: 'TCP', port: Number.NaN }] }, /NaN is not a port/],
    'with a number as text': [{ ports: [{ protocol: 'TCP', port: '443' }] }, /'443' cannot name a port/],
    'with a range turned round': [{ ports: [{ protocol: 'TCP', port: 90, endPort: 80 }] }, /turned round/],
    'with a range from a name': [{ ports: [{ protocol: 'TCP', port: 'web', endPort: 90 }] }, /starts at a name/],
    'with any protocol': [{ ports: [{ protocol: 'ANY' as 'TCP', port: 443 }] }, /'ANY' is not a protocol/],
    'with a protocol that reads like ports that were checked before': [
      { ports: [{ protocol: 'TCP 8443-undefined,TCP' as 'TCP', port: 8080 }] },
      /is not a protocol/,
    ],
    'with a bad port behind a good one': [{ ports: [Port.tcp(1), { protocol: 'TCP', port: -1 }] }, /-1 is not a port/],
    'with HTTP and DNS rules': [{ http: [{ method: 'GET' }], dns: ['a.example.com'] }, /HTTP and DNS rules/],
    'with no HTTP rule': [{ http: [] }, /empty list of L7 rules/],
    'with no DNS rule': [{ dns: [] }, /empty list of L7 rules/],
    'with an HTTP rule that allows everything': [{ http: [{}] }, /allows every request/],
    'with an empty path, which is any path': [{ http: [{ method: 'GET', path: '' }] }, /path is empty/],
    'with a misspelt field': [{ http: [{ method: 'GET', pth: '/a' } as object] }, /no field 'pth'/],
    'with a broken expression': [{ http: [{ path: '(' }] }, /not a regular expression/],
    'with every name of DNS': [{ dns: ['*'] }, /every host/],
    'with a top-level domain': [{ dns: ['**.com'] }, /public suffix/],
  };
  test.each(Object.entries(refused))('%s', (_, [options, message]) => {
    const { client, server } = services();
    // What was checked before must not vouch for this.
    services().client.allowTo(PODS, { ...REASON, ports: server.connections.defaultPorts });
    const declare = () => client.allowTo(server, { ...REASON, ...options });
    expect(declare).toThrow(InvalidValueError);
    expect(declare).toThrow(message);
    expect(declare).toThrow('[platform0/client]');
    expect([client.connections.egress, server.connections.ingress]).toEqual([[], []]);
  });

  test('without anything said about it', () => {
    const { client, server } = services();
    const allowTo = client.allowTo.bind(client) as (to: IConnectable) => Edge;
    expect(() => allowTo(server)).toThrow(/^\[platform0\/client\] the edge client → server has no purpose/);
  });

  test.each([
    [undefined, /nothing is no end of an edge/],
    [null, /'null' is no end of an edge/],
    ['api.example.com', /'api\.example\.com' is no end of an edge.*Peer\.fqdn/],
    [{ kind: 'pod' }, /'pod' is no kind of peer/],
    [{}, /'nothing' is no kind of peer/],
    [{ kind: 'fqdn' }, /the host is no text/],
    [{ kind: 'cidr' }, /the range of addresses is no text/],
  ])('to %j', (other, message) => {
    const { client } = services();
    const declare = () => client.allowTo(other as unknown as Peer, { ...REASON, ports: [Port.tcp(1)] });
    expect(declare).toThrow(InvalidValueError);
    expect(declare).toThrow(message);
    expect(declare).toThrow('[platform0/client]');
  });

  test('without ports at a server that declares none', () => {
    const { client } = services();
    expect(() => client.allowTo(PODS, REASON)).toThrow(/client → elsewhere\/\{app=x\} has no ports/);
  });

  test('from a host, which no policy can match', () => {
    const { root, server } = services();
    const host = new ExternalSystem(root, 'partner', { peer: Peer.fqdn('api.example.com') });
    expect(() => server.allowFrom(host, REASON)).toThrow(/starts at a host name.*Peer\.cidr/);
    expect(() => host.connections.allowTo(server, REASON)).toThrow('[platform0/partner]');
  });
});

describe('a peer written as plain data is no way round its factory:', () => {
  const forged: Readonly<Record<string, readonly [Peer, RegExp]>> = {
    'every host': [{ kind: 'fqdn', host: '*' }, /every host/],
    'a public suffix': [{ kind: 'fqdn', host: '*.com' }, /public suffix/],
    'a metadata host': [{ kind: 'fqdn', host: 'metadata.google.internal' }, /metadata/],
    'the whole internet': [{ kind: 'cidr', cidr: '0.0.0.0/0', except: [] }, /whole internet/],
    'a metadata address': [{ kind: 'cidr', cidr: '169.254.169.254/32', except: [] }, /metadata/],
    'the world': [{ kind: 'entity', entity: 'world' as 'host' }, /'world' is not an entity/],
    'pods without labels': [{ kind: 'pods', namespace: 'a', labels: {} }, /every pod/],
    'a namespace by a label': [
      { kind: 'pods', namespace: 'a', labels: { 'io.kubernetes.pod.namespace': 'kube-system' } },
      /derived by Cilium/,
    ],
    'a namespace that is none': [{ kind: 'namespace', namespace: '*' }, /not a DNS label/],
    'the internet without a reason': [{ kind: 'internet', reason: ' ', ranges: [] }, /without a reason/],
  };
  test.each(Object.entries(forged))('%s', (_, [peer, message]) => {
    const { client } = services();
    const ports = [Port.tcp(443)];
    expect(() => client.allowTo(peer, { ...REASON, ports })).toThrow(message);
    expect(() => client.allowFrom(peer, { ...REASON, ports })).toThrow('[platform0/client]');
  });

  test('a wide range gets its exceptions all the same', () => {
    const { client } = services();
    const wide: Peer = { kind: 'cidr', cidr: '100.0.0.0/8', except: [] };
    const { to } = client.allowTo(wide, { ...REASON, ports: [Port.tcp(443)] });
    expect(to.peer).toEqual({ kind: 'cidr', cidr: '100.0.0.0/8', except: ['100.100.100.200/32'] });
  });

  test('a host in punycode that its factory has made is taken', () => {
    const { client } = services();
    const peer = Peer.fqdn('*.xn--bcher-kva.example.com', { displays: '*.bücher.example.com' });
    expect(client.allowTo(peer, { ...REASON, ports: [Port.tcp(443)] }).to.peer).toEqual(peer);
  });
});

test('an edge between two platforms concerns both', () => {
  const one = platform({ directory: 'one' });
  const two = platform({ directory: 'two' }, one.node.scope as never);
  const client = new Service(one, 'client', { namespace: 'clients' });
  const server = new Service(two, 'server', { namespace: 'servers', ports: [Port.tcp(80)] });
  const edge = client.allowTo(server, REASON);
  expect(one.edges.all()).toEqual([edge]);
  expect(two.edges.all()).toEqual([edge]);
});
