import * as fc from 'fast-check';
import type { Protocol } from '../../../../lib/analysis/connection/connection';
import type { AnalysisDialect } from '../../../../lib/analysis/dialect';
import type {
  Manifest,
  Manifests,
  Namespace,
  Service,
  Source,
  Workload,
} from '../../../../lib/analysis/load/manifests';
import { ciliumPolicy } from './arbitrary-cilium';
import { networkPolicy } from './arbitrary-kubernetes';
import type { End, Query } from './evaluate';

const SOURCE: Source = { file: 'random.yaml', line: 1, lineOf: () => 1 };

export const NAMESPACES = ['one', 'two', 'three'] as const;

const labels = fc.record(
  { app: fc.constantFrom('web', 'api'), tier: fc.constantFrom('front', 'back') },
  { requiredKeys: [] },
);

const namedPorts = fc.subarray([
  { name: 'http', port: 80, protocol: 'TCP' as const },
  { name: 'alt', port: 8080, protocol: 'TCP' as const },
  { name: 'dns', port: 53, protocol: 'UDP' as const },
]);

/** Pods that call port 8080 `http`, where others mean 80 by it. */
const disagreeingPorts = fc.constant([{ name: 'http', port: 8080, protocol: 'TCP' as const }]);

function workload(index: number): fc.Arbitrary<Workload> {
  return fc.record({
    namespace: fc.constantFrom(...NAMESPACES.slice(0, 2)),
    name: fc.constant(`w${index}`),
    kind: fc.constantFrom('Deployment', 'Pod'),
    labels,
    serviceAccount: fc.constantFrom('default', 'special'),
    hostNetwork: fc.nat(9).map((roll) => roll === 0),
    ports: fc.oneof({ weight: 5, arbitrary: namedPorts }, { weight: 1, arbitrary: disagreeingPorts }),
    addresses: fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.constant([`10.1.0.${index + 1}`]) },
      { weight: 1, arbitrary: fc.constant([`10.2.0.${index + 1}`, `fd00::${index + 1}`]) },
    ),
  });
}

function namespace(name: string): fc.Arbitrary<Namespace> {
  return fc
    .constantFrom({}, { team: 'red' }, { team: 'blue' })
    .map((own) => ({ name, labels: { ...own, 'kubernetes.io/metadata.name': name } }));
}

const service: fc.Arbitrary<Service> = fc.record({
  namespace: fc.constantFrom(...NAMESPACES.slice(0, 2)),
  name: fc.constantFrom('svc', 'other'),
  labels: fc.constantFrom({}, { kind: 'backend' }),
  selector: fc.constantFrom({ app: 'web' }, { app: 'api' }, {}),
  addresses: fc.constantFrom([], ['192.0.2.7']),
  source: fc.constant(SOURCE),
});

const cidrGroup = fc
  .record({
    name: fc.constantFrom('first', 'second'),
    labels: fc.constantFrom({}, { env: 'dev' }, { env: 'prod' }),
    externalCIDRs: fc.subarray(['10.1.0.0/16', '192.0.2.0/24', '203.0.113.5/32', 'fd00::/16'], { minLength: 1 }),
  })
  .map(({ name, labels, externalCIDRs }) =>
    manifest({
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumCIDRGroup',
      metadata: { name, labels },
      spec: { externalCIDRs },
    }),
  );

function manifest(object: Manifest['object']): Manifest {
  return { object, source: SOURCE };
}

function numbered(policies: readonly Manifest['object'][]): Manifest[] {
  return policies.map((object, index) =>
    manifest({ ...object, metadata: { ...object.metadata, name: `policy-${index}` } }),
  );
}

export const kubernetesPolicies: fc.Arbitrary<Manifest[]> = fc
  .array(networkPolicy(NAMESPACES), { maxLength: 5 })
  .map(numbered);

/** NetworkPolicies among them, since Cilium enforces them too. */
export function ciliumPolicies(version: string): fc.Arbitrary<Manifest[]> {
  const one = fc.oneof(
    { weight: 1, arbitrary: networkPolicy(NAMESPACES) },
    { weight: 4, arbitrary: ciliumPolicy(NAMESPACES, version) },
  );
  return fc.array(one, { minLength: 1, maxLength: 5 }).map(numbered);
}

/** A small cluster with policies. Policies of Cilium stand there for plain Kubernetes, too: they have to be ignored. */
export function cluster(dialect: AnalysisDialect): fc.Arbitrary<Manifests> {
  const policies =
    dialect.kind === 'cilium'
      ? ciliumPolicies(dialect.version)
      : fc.oneof({ weight: 6, arbitrary: kubernetesPolicies }, { weight: 1, arbitrary: ciliumPolicies('1.19') });
  return fc.record({
    namespaces: fc.tuple(...NAMESPACES.map(namespace)),
    workloads: fc.integer({ min: 3, max: 6 }).chain((count) => fc.tuple(...indexes(count).map(workload))),
    services: fc.uniqueArray(service, { maxLength: 2, selector: ({ namespace, name }) => `${namespace}/${name}` }),
    policies,
    cidrGroups: fc.uniqueArray(cidrGroup, { maxLength: 2, selector: ({ object }) => object.metadata.name }),
    objects: fc.constant(0),
    ignored: fc.constant({}),
    findings: fc.constant([]),
  });
}

function indexes(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

const ADDRESSES = ['10.1.2.3', '10.200.0.1', '192.0.2.7', '192.0.2.200', '203.0.113.5', 'fd00::5', '2001:db8::1'];
const HOSTS = ['example.com', 'a.example.com', 'b.example.com', 'x.y.example.com', 'notexample.com', 'other.org'];
export const ENTITIES = ['host', 'remote-node', 'kube-apiserver', 'ingress', 'health', 'init', 'unmanaged'] as const;

const OTHERS: readonly End[] = [
  ...ADDRESSES.map((address) => ({ address })),
  ...HOSTS.map((host) => ({ host })),
  ...ENTITIES.map((entity) => ({ entity })),
];

/** Every pair of ends of which one is a workload. */
export function pairsOf({ workloads }: Pick<Manifests, 'workloads'>, others = OTHERS): Pick<Query, 'from' | 'to'>[] {
  const inside = workloads.map(({ namespace, name }): End => ({ workload: `${namespace}/${name}` }));
  return inside.flatMap((workload) => [
    ...inside.map((to) => ({ from: workload, to })),
    ...others.flatMap((other) => [
      { from: workload, to: other },
      { from: other, to: workload },
    ]),
  ]);
}

/** Every pair, on every port where something could change. */
export function queries(manifests: Manifests): Query[] {
  const packets = packetsOf(manifests);
  return pairsOf(manifests).flatMap((pair) => packets.map((packet) => ({ ...pair, ...packet })));
}

/** Ports around every boundary that a policy or a pod names, and some ICMP. */
export function packetsOf({
  policies,
  workloads,
}: Manifests): { readonly protocol: Protocol; readonly port: number }[] {
  const named = [...workloads.flatMap(({ ports }) => ports.map(({ port }) => port)), ...policies.flatMap(portsIn)];
  const around = [1, 65535, ...named.flatMap((port) => [port - 1, port, port + 1])];
  const ports = [...new Set(around)].filter((port) => port >= 1 && port <= 65535).sort((a, b) => a - b);
  return [
    ...ports.map((port) => ({ protocol: 'TCP' as const, port })),
    ...[...new Set([53, 80, ...named])].filter((port) => port > 0).map((port) => ({ protocol: 'UDP' as const, port })),
    { protocol: 'SCTP', port: 80 },
    { protocol: 'ICMP', port: 0 },
    { protocol: 'ICMP', port: 8 },
    { protocol: 'ICMPv6', port: 128 },
  ];
}

/** The numbers under `port` and `endPort`, wherever they stand. */
function portsIn(value: unknown): number[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => {
    if (typeof field === 'object') return portsIn(field);
    return (key === 'port' || key === 'endPort') && Number(field) > 0 ? [Number(field)] : [];
  });
}
