import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CiliumNetworkPolicySpec } from '../../../../lib/kube/cilium-network-policy';
import { DEFAULT_CLUSTER } from '../../../../lib/model/cluster';
import type { ComponentModel, Direction } from '../../../../lib/model/component';
import type { Edge, L7 } from '../../../../lib/model/edge';
import { METADATA_ADDRESSES } from '../../../../lib/model/metadata-address';
import { ENTITIES, Peer } from '../../../../lib/model/peer';
import { Port } from '../../../../lib/model/port';
import { cilium } from '../../../../lib/render/network/cilium';
import { type Attempt, ciliumAllows, type Pod } from './evaluate';
import { attempts, ciliumEdges, component, DIRECTIONS, edge, fars, pods, SUBJECT, withEdges } from './model';

const dialect = cilium({ version: '1.19' });
const HTTP: L7 = { http: [{ method: 'GET', path: '/a' }] };

function render(model: ComponentModel): CiliumNetworkPolicySpec {
  return dialect.componentPolicy(model, DEFAULT_CLUSTER).spec as unknown as CiliumNetworkPolicySpec;
}

function allows(spec: CiliumNetworkPolicySpec, attempt: Attempt): boolean {
  return ciliumAllows([{ namespace: SUBJECT.namespace, spec }], attempt);
}

test.each(['1.17', '1.22', '1.19.4', undefined])('version %s is refused', (version) => {
  expect(() => cilium({ version: version as '1.19' })).toThrow(
    /^the version of Cilium '.*' is unknown; use one of 1\.18, 1\.19, 1\.20, 1\.21$/,
  );
});

test('a component without edges denies both directions: an empty rule enforces, an empty list would not', () => {
  expect(render(component())).toEqual({
    endpointSelector: { matchLabels: SUBJECT.labels },
    ingress: [{}],
    egress: [{}],
  });
});

test.each(DIRECTIONS)('a policy that governs %s alone leaves the other direction alone', (direction) => {
  const model = component({
    directions: [direction],
    ingress: [edge('Ingress', pods('a'))],
    egress: [edge('Egress', pods('a'))],
  });
  expect(Object.keys(render(model))).toEqual(['endpointSelector', direction.toLowerCase()]);
  const { ingress, egress } = dialect.componentPolicy(model, DEFAULT_CLUSTER);
  expect([ingress.length, egress.length]).toEqual(direction === 'Ingress' ? [1, 0] : [0, 1]);
});

describe.each(DIRECTIONS)('the rendered policy on %s', (direction) => {
  const edges = fc.array(ciliumEdges(direction), { maxLength: 5 });

  test('names one kind of peer, not an empty list of it, and ports in every rule', () => {
    fc.assert(
      fc.property(edges, (list) => {
        const spec = render(withEdges(direction, list));
        const rules = [...(spec.ingress ?? []), ...(spec.egress ?? [])].filter((rule) => Object.keys(rule).length > 0);
        for (const { toPorts, authentication: _, ...peers } of rules) {
          expect(Object.values(peers).map((peer) => peer.length > 0)).toEqual([true]);
          expect(toPorts?.length).toBeGreaterThan(0);
          for (const { ports } of toPorts ?? []) expect(ports.length).toBeGreaterThan(0);
        }
      }),
    );
  });
});

describe('peers', () => {
  test.each<[Peer, object]>([
    [pods('a'), { toEndpoints: [{ matchLabels: { 'io.kubernetes.pod.namespace': 'a', app: 'x' } }] }],
    [Peer.namespace('a'), { toEndpoints: [{ matchLabels: { 'io.kubernetes.pod.namespace': 'a' } }] }],
    [Peer.cidr('203.0.113.0/24'), { toCIDRSet: [{ cidr: '203.0.113.0/24' }] }],
    [
      Peer.cidr('203.0.113.0/24', { except: ['203.0.113.128/25'] }),
      { toCIDRSet: [{ cidr: '203.0.113.0/24', except: ['203.0.113.128/25'] }] },
    ],
    [Peer.fqdn('api.example.com'), { toFQDNs: [{ matchName: 'api.example.com' }] }],
    [Peer.fqdn('*.example.com'), { toFQDNs: [{ matchPattern: '*.example.com' }] }],
    ...ENTITIES.map((entity): [Peer, object] => [Peer.entity(entity), { toEntities: [entity] }]),
  ])('%o as a target', (peer, written) => {
    const rules = render(component({ egress: [edge('Egress', peer)] })).egress ?? [];
    expect(rules.at(-1)).toEqual({ ...written, toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] });
  });

  test.each<[Peer, object]>([
    [pods('a'), { fromEndpoints: [{ matchLabels: { 'io.kubernetes.pod.namespace': 'a', app: 'x' } }] }],
    [Peer.namespace('a'), { fromEndpoints: [{ matchLabels: { 'io.kubernetes.pod.namespace': 'a' } }] }],
    [Peer.cidr('203.0.113.0/24'), { fromCIDRSet: [{ cidr: '203.0.113.0/24' }] }],
    [Peer.entity('ingress'), { fromEntities: ['ingress'] }],
  ])('%o as a source', (peer, written) => {
    expect(render(component({ ingress: [edge('Ingress', peer)] })).ingress).toEqual([
      { ...written, toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] },
    ]);
  });

  test('a host is no source', () => {
    expect(() => render(component({ ingress: [edge('Ingress', Peer.fqdn('api.example.com'))] }))).toThrow('source');
  });

  test('a rule without ports never comes out, since it would open every port', () => {
    expect(() => render(component({ egress: [edge('Egress', pods('a'), { ports: [] })] }))).toThrow('every port');
  });
});

describe('the ports of a rule', () => {
  test.each([
    [41, [40, 1]],
    [100, [40, 40, 20]],
  ])('%d of them are split, and the requests listed for each entry', (count, sizes) => {
    const ports = Array.from({ length: count }, (_, index) => Port.tcp(1000 + index));
    const [rule] = render(component({ ingress: [edge('Ingress', pods('a'), { ports, l7: HTTP })] })).ingress ?? [];
    expect(rule?.toPorts?.map((entry) => entry.ports.length)).toEqual(sizes);
    expect(rule?.toPorts?.every(({ rules }) => JSON.stringify(rules) === JSON.stringify(HTTP))).toBe(true);
  });
});

describe('authentication', () => {
  const authenticated = (direction: Direction) => edge(direction, pods('a'), { authentication: 'required' });

  test('is required at both ends, and of nobody else', () => {
    const spec = render(
      component({
        ingress: [authenticated('Ingress'), edge('Ingress', pods('b'))],
        egress: [authenticated('Egress'), edge('Egress', pods('b'))],
      }),
    );
    const modes = (rules: readonly { readonly authentication?: { readonly mode: string } }[] = []) =>
      rules.map(({ authentication }) => authentication?.mode);
    expect(modes(spec.ingress)).toEqual(['required', undefined]);
    expect(modes(spec.egress)).toEqual(['required', undefined]);
  });
});

describe('DNS', () => {
  const vault = { kind: 'service', service: 'vault', namespace: 'vault' } as const;
  const dnsPod: Pod = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
  const ask = (spec: CiliumNetworkPolicySpec, query: string, pod = dnsPod, port = 53) =>
    (['UDP', 'TCP'] as const).map((protocol) =>
      allows(spec, { direction: 'Egress', pod: SUBJECT, far: { pod }, protocol, port, request: { query } }),
    );
  const named = render(
    component({
      egress: [edge('Egress', pods('vault'), { name: vault }), edge('Egress', Peer.fqdn('**.example.com'))],
    }),
  );

  test.each([
    ['vault.vault.svc.cluster.local', true],
    ['vault.vault.here.svc.cluster.local', true],
    ['api.example.com', true],
    ['a.b.example.com', true],
    ['api.example.com.here.svc.cluster.local', true],
    ['example.com', false],
    ['evilexample.com', false],
    ['secret.exfiltrated.example.org', false],
    ['other.vault.svc.cluster.local', false],
  ])('may be asked for %s: %s', (query, allowed) => {
    expect(ask(named, query)).toEqual([allowed, allowed]);
  });

  test.each([
    ['other pods of the namespace', { namespace: 'kube-system', labels: { 'k8s-app': 'x' } }, 53],
    ['the same labels elsewhere', { ...dnsPod, namespace: 'here' }, 53],
    ['other ports of the DNS pods', dnsPod, 8080],
  ])('is not allowed to %s', (_, pod, port) => {
    expect(ask(named, 'api.example.com', pod, port)).toEqual([false, false]);
  });

  test('is not allowed where addresses are enough', () => {
    const spec = render(
      component({ egress: [edge('Egress', Peer.cidr('203.0.113.0/24')), edge('Egress', pods('a'))] }),
    );
    expect(ask(spec, 'api.example.com')).toEqual([false, false]);
    expect(spec.egress).toHaveLength(2);
  });

  test('is looked at name by name even for a single one', () => {
    for (const { toEndpoints, toPorts } of named.egress ?? []) {
      const isDnsRule = toEndpoints?.some(({ matchLabels }) => matchLabels?.['k8s-app'] === 'kube-dns');
      if (isDnsRule) for (const { rules } of toPorts ?? []) expect(rules?.dns?.length).toBeGreaterThan(0);
    }
    expect(ask(named, '*')).toEqual([false, false]);
  });
});

describe('while a component observes', () => {
  const everything = (edges: readonly Edge[]) =>
    component({
      stage: 'observe',
      ingress: edges.filter(({ to }) => to.title === 'subject'),
      egress: edges.filter(({ from }) => from.title === 'subject'),
    });
  const someEdges = fc.array(fc.oneof(ciliumEdges('Ingress'), ciliumEdges('Egress')), { maxLength: 5 });

  test('nothing is dropped, not even by a list of requests or by its own default deny', () => {
    const observing = dialect.defaultDeny({ stage: 'observe', except: [] }).spec as unknown as CiliumNetworkPolicySpec;
    fc.assert(
      fc.property(someEdges, fc.array(fc.oneof(attempts('Ingress'), attempts('Egress'))), (edges, tries) => {
        const policies = [render(everything(edges)), observing].map((spec) => ({ namespace: SUBJECT.namespace, spec }));
        expect(tries.filter((attempt) => !ciliumAllows(policies, attempt))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('no rule requires authentication, denies or turns on a default deny', () => {
    const edges = [
      edge('Egress', pods('a'), { authentication: 'required' }),
      edge('Ingress', pods('a'), { authentication: 'required', l7: HTTP }),
      edge('Egress', Peer.fqdn('api.example.com')),
    ];
    const spec = render(everything(edges));
    expect(spec.enableDefaultDeny).toEqual({ ingress: false, egress: false });
    expect(JSON.stringify(spec)).not.toMatch(/authentication|Deny":\[/);
    expect(spec.ingress?.[0]?.toPorts?.[0]?.rules).toEqual({ http: [{}] });
    expect(spec.egress?.[0]?.toPorts?.[0]?.rules).toEqual({ dns: [{ matchPattern: '*' }] });
  });

  test('the same rules are there to be seen', () => {
    fc.assert(
      fc.property(someEdges, (edges) => {
        const enforced = dialect.componentPolicy({ ...everything(edges), stage: 'enforce' }, DEFAULT_CLUSTER);
        const observed = dialect.componentPolicy(everything(edges), DEFAULT_CLUSTER);
        expect([observed.ingress, observed.egress]).toEqual([enforced.ingress, enforced.egress]);
      }),
    );
  });
});

describe('the default deny', () => {
  const policy = dialect.defaultDeny({ stage: 'enforce', except: [] });
  const spec = policy.spec as unknown as CiliumNetworkPolicySpec;

  test('denies both directions, and metadata addresses whatever else is allowed', () => {
    const metadata = METADATA_ADDRESSES.map((address) => ({ cidr: `${address}/${address.includes(':') ? 128 : 32}` }));
    expect(policy).toEqual({
      spec: { endpointSelector: {}, ingress: [{}], egress: [{}], egressDeny: [{ toCIDRSet: metadata }] },
      ingress: [],
      egress: [],
    });
  });

  test.each(DIRECTIONS)('lets nothing through on %s', (direction) => {
    fc.assert(fc.property(attempts(direction), (attempt) => !allows(spec, attempt)));
  });

  test.each(METADATA_ADDRESSES)('wins over an edge to a host that somebody points at %s', (address) => {
    const own = render(component({ egress: [edge('Egress', Peer.fqdn('api.example.com'))] }));
    const far = { address, host: 'api.example.com' };
    const attempt: Attempt = { direction: 'Egress', pod: SUBJECT, far, protocol: 'TCP', port: 443 };
    const policies = [own, spec].map((one) => ({ namespace: SUBJECT.namespace, spec: one }));
    expect(ciliumAllows(policies, attempt)).toBe(false);
    expect(ciliumAllows(policies, { ...attempt, far: { ...far, address: '93.184.216.34' } })).toBe(true);
  });

  test('does not deny anything while the namespace observes', () => {
    const observing = dialect.defaultDeny({ stage: 'observe', except: [] });
    expect(observing.spec).toEqual({
      endpointSelector: {},
      enableDefaultDeny: { ingress: false, egress: false },
      ingress: [{}],
      egress: [{}],
    });
    fc.assert(
      fc.property(fars, fc.constantFrom(...DIRECTIONS), (far, direction) =>
        allows(observing.spec as unknown as CiliumNetworkPolicySpec, {
          direction,
          pod: SUBJECT,
          far,
          protocol: 'TCP',
          port: 443,
        }),
      ),
    );
  });
});

test.each([
  ['1.18', true],
  ['1.19', true],
  ['1.20', true],
  ['1.21', false],
] as const)('Cilium %s can authenticate: %s', (version, canAuthenticate) => {
  expect(cilium({ version })).toMatchObject({
    name: `cilium ${version}`,
    policy: { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy' },
    canObserve: true,
    canAuthenticate,
  });
});
