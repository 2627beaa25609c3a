import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NetworkPolicySpec } from '../../../../lib/kube/network-policy';
import { DEFAULT_CLUSTER } from '../../../../lib/model/cluster';
import type { ComponentModel } from '../../../../lib/model/component';
import { METADATA_ADDRESSES } from '../../../../lib/model/metadata-address';
import { Peer } from '../../../../lib/model/peer';
import { Port } from '../../../../lib/model/port';
import { kubernetes } from '../../../../lib/render/network/kubernetes';
import { type Attempt, kubernetesAllows } from './evaluate';
import { component, DIRECTIONS, edge, plainEdges, pods, SUBJECT, withEdges } from './model';

const dialect = kubernetes();

function render(model: ComponentModel): NetworkPolicySpec {
  return dialect.componentPolicy(model, DEFAULT_CLUSTER).spec as unknown as NetworkPolicySpec;
}

function allows(spec: NetworkPolicySpec, attempt: Attempt): boolean {
  return kubernetesAllows([{ namespace: SUBJECT.namespace, spec }], attempt);
}

test('a component without edges denies both directions by itself', () => {
  expect(render(component())).toEqual({
    podSelector: { matchLabels: SUBJECT.labels },
    policyTypes: ['Ingress', 'Egress'],
  });
});

test('a policy that governs one direction leaves the other alone', () => {
  const model = component({ directions: ['Egress'], ingress: [edge('Ingress', pods('a'))] });
  expect(render(model)).toEqual({
    podSelector: { matchLabels: SUBJECT.labels },
    policyTypes: ['Egress'],
  });
  expect(dialect.componentPolicy(model, DEFAULT_CLUSTER)).toMatchObject({ ingress: [], egress: [] });
});

describe.each(DIRECTIONS)('the rendered policy on %s', (direction) => {
  const edges = fc.array(plainEdges(direction), { maxLength: 5 });

  test('names peers and ports in every rule', () => {
    fc.assert(
      fc.property(edges, (list) => {
        const spec = render(withEdges(direction, list));
        for (const { from, ports } of spec.ingress ?? []) expect([from.length, ports.length]).not.toContain(0);
        for (const { to, ports } of spec.egress ?? []) expect([to.length, ports.length]).not.toContain(0);
      }),
    );
  });
});

describe('what would allow everyone never comes out', () => {
  test('a rule without ports', () => {
    const model = component({ egress: [edge('Egress', pods('a'), { ports: [] })] });
    expect(() => render(model)).toThrow('every port');
  });

  test.each([Peer.fqdn('api.example.com'), Peer.entity('host')])(
    'an edge to $kind that findings should have stopped',
    (peer) => {
      expect(() => render(component({ egress: [edge('Egress', peer)] }))).toThrow('cannot name');
    },
  );
});

describe('ports', () => {
  test.each([
    [Port.tcp(443), { protocol: 'TCP', port: 443 }],
    [Port.udp(443), { protocol: 'UDP', port: 443 }],
    [Port.sctp(443), { protocol: 'SCTP', port: 443 }],
    [Port.tcpRange(440, 450), { protocol: 'TCP', port: 440, endPort: 450 }],
    [Port.udpNamed('quic'), { protocol: 'UDP', port: 'quic' }],
  ])('%o', (port, written) => {
    const spec = render(component({ ingress: [edge('Ingress', pods('a'), { ports: [port] })] }));
    expect(spec.ingress?.[0]?.ports).toEqual([written]);
  });

  test.each([41, 100])('%d of them share a rule: Kubernetes has no limit', (count) => {
    const ports = Array.from({ length: count }, (_, index) => Port.tcp(1000 + index));
    const spec = render(component({ ingress: [edge('Ingress', pods('a'), { ports })] }));
    expect(spec.ingress?.map((rule) => rule.ports.length)).toEqual([count]);
  });
});

describe('addresses', () => {
  test('keep their exceptions', () => {
    const peer = Peer.cidr('203.0.113.0/24', { except: ['203.0.113.128/25'] });
    const spec = render(component({ egress: [edge('Egress', peer)] }));
    expect(spec.egress?.[0]?.to).toEqual([{ ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.128/25'] } }]);
  });

  const wide = [Peer.internet({ reason: 'browsing' }), Peer.cidr('100.0.0.0/8'), Peer.cidr('fd00::/16')];
  test.each(METADATA_ADDRESSES)('never reach the metadata address %s', (address) => {
    const spec = render(component({ egress: wide.map((peer) => edge('Egress', peer)) }));
    expect(allows(spec, { direction: 'Egress', pod: SUBJECT, far: { address }, protocol: 'TCP', port: 443 })).toBe(
      false,
    );
  });

  test.each([
    ['93.184.216.34', true],
    ['2606:2800:220:1::1', true],
    ['10.1.2.3', false],
    ['172.16.5.5', false],
    ['192.168.1.1', false],
    ['100.64.0.1', false],
    ['127.0.0.1', false],
    ['fd00::1', false],
    ['fe80::1', false],
    ['2002:a9fe:a9fe::1', false],
    ['224.0.0.1', false],
  ])('the internet holds %s: %s', (address, inside) => {
    const spec = render(component({ egress: [edge('Egress', Peer.internet({ reason: 'browsing' }))] }));
    expect(allows(spec, { direction: 'Egress', pod: SUBJECT, far: { address }, protocol: 'TCP', port: 443 })).toBe(
      inside,
    );
  });
});

describe('DNS', () => {
  const vault = { kind: 'service', service: 'vault', namespace: 'vault' } as const;
  const dnsPod = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
  const lookUp = (spec: NetworkPolicySpec, pod: Attempt['pod'], port: number) =>
    (['UDP', 'TCP'] as const).map((protocol) =>
      allows(spec, { direction: 'Egress', pod: SUBJECT, far: { pod }, protocol, port }),
    );
  const spec = render(component({ egress: [edge('Egress', pods('vault'), { name: vault })] }));

  test('is allowed to the DNS pods on their port where a name is needed', () => {
    expect(lookUp(spec, dnsPod, 53)).toEqual([true, true]);
  });

  test.each([
    ['other pods of their namespace', { namespace: 'kube-system', labels: { 'k8s-app': 'metrics' } }, 53],
    ['pods that look like them elsewhere', { ...dnsPod, namespace: 'here' }, 53],
    ['their other ports', dnsPod, 9153],
  ])('is not allowed to %s', (_, pod, port) => {
    expect(lookUp(spec, pod, port)).toEqual([false, false]);
  });

  test('is not allowed where addresses are enough', () => {
    const addressed = render(component({ egress: [edge('Egress', Peer.cidr('203.0.113.0/24'))] }));
    expect(lookUp(addressed, dnsPod, 53)).toEqual([false, false]);
    expect(addressed.egress).toHaveLength(1);
  });
});

describe('refuses what a NetworkPolicy cannot say, and names the ways out', () => {
  test.each([
    {
      what: 'a host',
      one: edge('Egress', Peer.fqdn('api.example.com')),
      rule: 'fqdn-not-expressible',
      ways: ['cilium', 'cidr', 'service'],
    },
    {
      what: 'an entity as target',
      one: edge('Egress', Peer.entity('kube-apiserver')),
      rule: 'entity-not-expressible',
      ways: ['cilium', 'cidr'],
    },
    {
      what: 'an entity as source',
      one: edge('Ingress', Peer.entity('host')),
      rule: 'entity-not-expressible',
      ways: ['cilium', 'cidr'],
    },
    {
      what: 'HTTP rules',
      one: edge('Ingress', pods('a'), { l7: { http: [{ method: 'GET' }] } }),
      rule: 'l7-not-expressible',
      ways: ['cilium', 'proxy'],
    },
    {
      what: 'DNS rules',
      one: edge('Egress', pods('a'), { l7: { dns: ['a.example.com'] } }),
      rule: 'l7-not-expressible',
      ways: ['cilium', 'proxy'],
    },
    {
      what: 'the name of a port where no pod has names for its ports',
      one: edge('Egress', Peer.cidr('203.0.113.0/24'), { ports: [Port.tcpNamed('https')] }),
      rule: 'named-port-outside',
      ways: ['number'],
    },
    {
      what: 'authentication',
      one: edge('Egress', pods('a'), { authentication: 'required' }),
      rule: 'authentication-not-expressible',
      ways: ['cilium', '1.20', 'mutual TLS'],
    },
  ])('$what', ({ one, rule, ways }) => {
    const refusals = dialect.refusals(one);
    expect(refusals.map((refusal) => refusal.rule)).toEqual([rule]);
    for (const way of ways) expect(refusals[0]?.fix).toContain(way);
  });

  test('all at once', () => {
    const one = edge('Egress', Peer.fqdn('api.example.com'), {
      l7: { http: [{ method: 'GET' }] },
      authentication: 'required',
    });
    expect(dialect.refusals(one).map(({ rule }) => rule)).toEqual([
      'fqdn-not-expressible',
      'l7-not-expressible',
      'authentication-not-expressible',
    ]);
  });

  test('and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(plainEdges('Ingress'), plainEdges('Egress')), (one) => dialect.refusals(one).length === 0),
    );
  });
});

test('claims nothing that it cannot do', () => {
  expect(dialect).toMatchObject({
    name: 'kubernetes',
    policy: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
    canObserve: false,
    canAuthenticate: false,
  });
});

describe('the default deny', () => {
  test('names both directions and no rule', () => {
    expect(dialect.defaultDeny({ stage: 'enforce', except: [] })).toEqual({
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      ingress: [],
      egress: [],
    });
  });
});
