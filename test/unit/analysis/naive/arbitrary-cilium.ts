import * as fc from 'fast-check';
import type { KubeObject } from '../../../../lib/kube/object';
import type { LabelSelector } from '../../../../lib/kube/selector';
import { podSelector, requirement, weighted } from './arbitrary-kubernetes';
import type { CidrRule, HttpRule, PortRule } from './policy';

const NAMESPACE = 'io.kubernetes.pod.namespace';
const NAMESPACE_TEAM = 'io.cilium.k8s.namespace.labels.team';

function matching(key: string, ...values: readonly string[]): fc.Arbitrary<LabelSelector> {
  return fc.constantFrom(...values).map((value) => ({ matchLabels: { [key]: value } }));
}

/** Selectors with all the keys that Cilium knows to mean something. */
const endpoint: fc.Arbitrary<LabelSelector> = weighted<LabelSelector>(
  [8, podSelector],
  [2, matching('k8s:app', 'web', 'api')],
  [1, matching('any:app', 'web')],
  [3, matching(`k8s:${NAMESPACE}`, 'one', 'two')],
  [1, matching(NAMESPACE, 'one', 'two')],
  [1, fc.constant({ matchLabels: { app: 'web', [NAMESPACE]: 'two' } })],
  [2, fc.constant({ matchExpressions: [{ key: NAMESPACE, operator: 'Exists' as const }] })],
  [1, fc.constant({ matchExpressions: [{ key: `k8s:${NAMESPACE}`, operator: 'NotIn' as const, values: ['one'] }] })],
  [2, requirement('team', NAMESPACE_TEAM).map((each) => ({ matchExpressions: [each] }))],
  [1, requirement('team', `k8s:${NAMESPACE_TEAM}`).map((each) => ({ matchExpressions: [each] }))],
  [2, matching('io.cilium.k8s.policy.serviceaccount', 'special', 'default')],
  [1, fc.constantFrom('host', 'world-ipv4', 'init').map((name) => ({ matchLabels: { [`reserved:${name}`]: '' } }))],
  [1, fc.constant({ matchExpressions: [{ key: 'reserved:host', operator: 'DoesNotExist' as const }] })],
);

const ENTITIES = ['all', 'world', 'world-ipv4', 'cluster', 'host', 'remote-node', 'kube-apiserver'];
const RARE_ENTITIES = ['none', 'world-ipv6', 'ingress', 'health', 'init', 'unmanaged'];

const cidr = fc.constantFrom('0.0.0.0/0', '10.0.0.0/8', '10.1.0.0/16', '192.0.2.7', '192.0.2.0/24', '::/0', 'fd00::/8');

const cidrRule: fc.Arbitrary<CidrRule> = weighted<CidrRule>(
  [3, cidr.filter((each) => each.includes('/')).map((each) => ({ cidr: each }))],
  [
    2,
    fc.constantFrom({ cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }, { cidr: '192.0.2.0/24', except: ['192.0.2.7/32'] }),
  ],
  [2, fc.constantFrom('first', 'second').map((cidrGroupRef) => ({ cidrGroupRef }))],
  [1, matching('env', 'dev', 'prod').map((cidrGroupSelector) => ({ cidrGroupSelector }))],
  [
    1,
    fc.constant({
      cidrGroupSelector: { matchExpressions: [{ key: 'env', operator: 'NotIn' as const, values: ['dev'] }] },
    }),
  ],
);

const DNS_NAMES = [
  { matchName: 'a.example.com' },
  { matchPattern: '*.example.com' },
  { matchPattern: '*example.com' },
  { matchPattern: '**.example.com' },
  { matchPattern: '*' },
] as const;

const service = fc.constantFrom(
  { k8sService: { serviceName: 'svc', namespace: 'one' } },
  { k8sService: { serviceName: 'svc' } },
  { k8sServiceSelector: { selector: { matchLabels: { kind: 'backend' } } } },
  { k8sServiceSelector: { selector: {}, namespace: 'two' } },
);

/** One list of peers, mostly; now and then an empty one, and seldom two of them, which Cilium refuses. */
function peers(direction: 'from' | 'to', deny: boolean): fc.Arbitrary<object> {
  const list = <T>(items: fc.Arbitrary<T>) =>
    weighted([12, fc.array(items, { minLength: 1, maxLength: 2 })], [1, fc.constant<T[]>([])]);
  const entity = weighted([6, fc.constantFrom(...ENTITIES)], [1, fc.constantFrom(...RARE_ENTITIES)]);
  const fields: Record<string, fc.Arbitrary<unknown[]>> = {
    [`${direction}Endpoints`]: list(endpoint),
    [`${direction}Entities`]: list(entity),
    [`${direction}CIDR`]: list(cidr),
    [`${direction}CIDRSet`]: list(cidrRule),
    ...(direction === 'to' && !deny ? { toFQDNs: list(fc.constantFrom(...DNS_NAMES)) } : {}),
    ...(direction === 'to' ? { toServices: list(service) } : {}),
  };
  const one = (name: string) => (fields[name] ?? fc.constant([])).map((items) => ({ [name]: items }));
  return weighted<object>(
    [6, one(`${direction}Endpoints`)],
    [8, fc.constantFrom(...Object.keys(fields)).chain(one)],
    [3, fc.constant({})],
    [1, fc.tuple(one(`${direction}Endpoints`), one(`${direction}Entities`)).map(([a, b]) => ({ ...a, ...b }))],
  );
}

const plainPort = weighted<NonNullable<PortRule['ports']>[number]>(
  [6, fc.constantFrom('80', '443', '8080').map((port) => ({ port, protocol: 'TCP' }))],
  [2, fc.constantFrom({ port: '80' }, { port: '53', protocol: 'ANY' }, { port: '53', protocol: 'UDP' })],
  [2, fc.constantFrom({ port: '80', endPort: 90, protocol: 'TCP' }, { port: '443', endPort: 8080, protocol: 'TCP' })],
  [2, fc.constantFrom({ port: 'http', protocol: 'TCP' }, { port: 'alt' }, { port: 'dns', protocol: 'UDP' })],
  [1, fc.constantFrom({ port: '0', protocol: 'TCP' }, { port: '0', protocol: 'ANY' }, { port: '0', protocol: 'UDP' })],
);

const HTTP: HttpRule[] = [
  { method: 'GET', path: '/a' },
  { method: 'POST', path: '/b' },
  { path: '/c' },
  { method: 'PUT' },
];

const httpRule: fc.Arbitrary<PortRule> = fc.record({
  ports: fc.constantFrom(
    [{ port: '80', protocol: 'TCP' }],
    [
      { port: '80', protocol: 'TCP' },
      { port: '443', protocol: 'TCP' },
    ],
    [{ port: '80', endPort: 90, protocol: 'TCP' }],
    [{ port: 'http', protocol: 'TCP' }],
  ),
  rules: weighted([8, fc.subarray([...HTTP], { minLength: 1, maxLength: 2 })], [1, fc.constant<HttpRule[]>([{}])]).map(
    (http) => ({
      http,
    }),
  ),
});

const dnsRule: fc.Arbitrary<PortRule> = fc.record({
  ports: fc.constantFrom([{ port: '53', protocol: 'UDP' }], [{ port: '53', protocol: 'ANY' }], [{ port: '53' }]),
  rules: fc.subarray([...DNS_NAMES], { minLength: 1, maxLength: 2 }).map((dns) => ({ dns })),
});

const nameRule: fc.Arbitrary<PortRule> = fc.record({
  ports: fc.constantFrom([{ port: '443', protocol: 'TCP' }], [{ port: '80', endPort: 90, protocol: 'TCP' }]),
  serverNames: fc.subarray(['a.example.com', 'b.example.com'], { minLength: 1 }),
});

const plainRule: fc.Arbitrary<PortRule> = fc
  .array(plainPort, { minLength: 1, maxLength: 2 })
  .map((ports) => ({ ports }));

const kafkaRule: fc.Arbitrary<PortRule> = fc.constant({
  ports: [{ port: '8080', protocol: 'TCP' }],
  rules: { kafka: [{ role: 'produce', topic: 'events' }] },
});

function ports(direction: 'from' | 'to', deny: boolean, version: string): fc.Arbitrary<object> {
  const l7 =
    direction === 'to' ? weighted([2, httpRule], [2, dnsRule], [1, nameRule]) : weighted([3, httpRule], [1, nameRule]);
  const withKafka = ['1.18', '1.19'].includes(version) ? weighted([9, l7], [1, kafkaRule]) : l7;
  const rule = deny ? plainRule : weighted([4, plainRule], [3, withKafka]);
  const icmps = fc
    .constantFrom({ type: 8 }, { family: 'IPv6', type: 'EchoRequest' }, { type: 0 }, { type: 'EchoRequest' })
    .map((field) => ({ icmps: [{ fields: [field] }] }));
  return weighted<object>(
    [12, fc.array(rule, { minLength: 1, maxLength: 2 }).map((toPorts) => ({ toPorts }))],
    [5, fc.constant({})],
    [2, icmps],
    [1, fc.constantFrom({ toPorts: [] }, { toPorts: [{}] }, { toPorts: [{ ports: [] }] })],
  );
}

function rule(direction: 'from' | 'to', deny: boolean, version: string): fc.Arbitrary<object> {
  const authentication = weighted<object>(
    [6, fc.constant({})],
    [2, fc.constant({ authentication: { mode: 'required' } })],
    [1, fc.constant({ authentication: { mode: 'disabled' } })],
  );
  const parts = fc.tuple(
    peers(direction, deny),
    ports(direction, deny, version),
    deny ? fc.constant({}) : authentication,
  );
  return parts.map(([peer, port, mode]) => ({ ...peer, ...port, ...mode }));
}

const enableDefaultDeny = weighted<object>(
  [5, fc.constant({})],
  [1, fc.record({ ingress: fc.boolean(), egress: fc.boolean() }).map((each) => ({ enableDefaultDeny: each }))],
  [1, fc.constantFrom({ ingress: false }, { egress: false }).map((each) => ({ enableDefaultDeny: each }))],
);

/** A CiliumNetworkPolicy or a CiliumClusterwideNetworkPolicy. */
export function ciliumPolicy(namespaces: readonly string[], version: string): fc.Arbitrary<KubeObject> {
  const list = (direction: 'from' | 'to', deny: boolean) =>
    fc.array(rule(direction, deny, version), { maxLength: deny ? 1 : 2 });
  const rules = fc.record(
    {
      ingress: list('from', false),
      egress: list('to', false),
      ingressDeny: list('from', true),
      egressDeny: list('to', true),
    },
    { requiredKeys: [] },
  );
  const subject = weighted([6, podSelector], [1, endpoint]).map((endpointSelector) => ({ endpointSelector }));
  const spec = fc.tuple(subject, enableDefaultDeny, rules).map((parts): object => Object.assign({}, ...parts));
  const namespaced = fc.constantFrom(...namespaces.slice(0, 2)).map((namespace) => ({
    kind: 'CiliumNetworkPolicy',
    metadata: { name: 'policy', namespace },
  }));
  const clusterwide = fc.constant({ kind: 'CiliumClusterwideNetworkPolicy', metadata: { name: 'policy' } });
  const head = weighted<{ kind: string; metadata: KubeObject['metadata'] }>([3, namespaced], [1, clusterwide]);
  return fc.tuple(head, spec).map(([each, body]) => ({ apiVersion: 'cilium.io/v2', ...each, spec: body }));
}
