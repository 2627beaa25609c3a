import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Segment } from '../../../lib/analysis/connection/connection';
import type { AnalysisDialect } from '../../../lib/analysis/dialect';
import type { Manifest, Manifests } from '../../../lib/analysis/load/manifests';
import { analysed, endIndex } from './graph/compare';
import { cluster, queries } from './naive/arbitrary';
import type { Query } from './naive/evaluate';

const KUBERNETES: AnalysisDialect = { kind: 'kubernetes' };
const CILIUM = (['1.18', '1.19', '1.21'] as const).map((version): AnalysisDialect => ({ kind: 'cilium', version }));
const DIALECTS = [KUBERNETES, ...CILIUM];

type Fields = Readonly<Record<string, unknown>>;
const DIRECTIONS = ['ingress', 'egress'] as const;
type Direction = (typeof DIRECTIONS)[number];

/** Every pair of ends that a question about a cluster can be about. */
function pairs(manifests: Manifests): readonly Query[] {
  const first = new Map(queries({ ...manifests, policies: [] }).map((query) => [keyOf(query), query]));
  return [...first.values()];
}

const keyOf = ({ from, to }: Query) => JSON.stringify([from, to]);

/** What is allowed between the pairs of ends of a cluster; `about` is the one whose pairs they are. */
function reach(
  manifests: Manifests,
  dialect: AnalysisDialect,
  about: Manifests = manifests,
): ReadonlyMap<string, readonly Segment[]> {
  const asked = pairs(about);
  const analysis = analysed(manifests, dialect, asked);
  return new Map(
    asked.flatMap((pair) => {
      const [from, to] = [endIndex(analysis, pair.from), endIndex(analysis, pair.to)];
      // Plain Kubernetes knows no names and no entities.
      if (from === undefined || to === undefined) return [];
      return [[keyOf(pair), analysis.graph.between(from, to).segments] as const];
    }),
  );
}

/** Pairs between which something is allowed in `less` and not, or only with narrower requests, in `more`. */
function lost(less: ReturnType<typeof reach>, more: ReturnType<typeof reach>): readonly string[] {
  return [...less].flatMap(([pair, segments]) =>
    segments
      .filter((segment) => !isCovered(segment, more.get(pair) ?? []))
      .map((segment) => `${pair} ${JSON.stringify(segment)} of ${JSON.stringify(more.get(pair))}`),
  );
}

function isCovered(segment: Segment, by: readonly Segment[]): boolean {
  const size = ({ first, last }: Pick<Segment, 'first' | 'last'>) => last - first + 1;
  const overlaps = by
    .filter(({ protocol, l7 }) => protocol === segment.protocol && isWider(l7, segment.l7))
    .map(({ first, last }) => ({ first: Math.max(first, segment.first), last: Math.min(last, segment.last) }))
    .filter(({ first, last }) => first <= last);
  return overlaps.reduce((sum, overlap) => sum + size(overlap), 0) === size(segment);
}

/** Whether every request that passes the lists of `narrow` passes those of `wide`. */
function isWider(wide: Segment['l7'], narrow: Segment['l7']): boolean {
  return wide.every((list) => {
    const rules = new Set(list.map((rule) => JSON.stringify(rule)));
    return narrow.some((strict) => strict.every((rule) => rules.has(JSON.stringify(rule))));
  });
}

/**
 * Whether the manifests tell what both ends are. Of the others, a rule has to mean all that they may be for its
 * authentication to count, and a rule for each peer may mean only a part: `world-ipv4` and `world-ipv6` are not all that
 * a name may resolve to before they stand together.
 */
function isCertain({ workloads }: Manifests, pair: string): boolean {
  const onHost = workloads
    .filter(({ hostNetwork }) => hostNetwork)
    .map(({ namespace, name }) => `${namespace}/${name}`);
  const isDoubtful = (end: Query['from']) =>
    'host' in end ||
    ('entity' in end && end.entity === 'kube-apiserver') ||
    ('workload' in end && onHost.includes(end.workload));
  return !(JSON.parse(pair) as Query['from'][]).some(isDoubtful);
}

function withSpecs(manifests: Manifests, change: (spec: Fields, manifest: Manifest) => Fields): Manifests {
  const policies = manifests.policies.map((manifest) => {
    const spec = change(manifest.object.spec as Fields, manifest);
    return { ...manifest, object: { ...manifest.object, spec } };
  });
  return { ...manifests, policies };
}

const listOf = (spec: Fields, field: string) => (Array.isArray(spec[field]) ? spec[field] : []) as readonly Fields[];
const isCilium = ({ object }: Manifest) => object.apiVersion.startsWith('cilium.io/');
/** Whether the policy says anything yet; a spec that says nothing is refused as a whole. */
const speaks = (spec: Fields) =>
  ['ingress', 'egress', 'ingressDeny', 'egressDeny'].some((field) => listOf(spec, field).length > 0);

/** Rules that allow something, for each direction in Cilium's words. */
const ALLOWS: Readonly<Record<string, (direction: Direction) => Fields>> = {
  'a port': (direction) => ({
    [direction === 'ingress' ? 'fromEntities' : 'toEntities']: ['all'],
    toPorts: [{ ports: [{ port: '80' }] }],
  }),
  pods: (direction) => ({ [direction === 'ingress' ? 'fromEndpoints' : 'toEndpoints']: [{}] }),
  requests: (direction) => ({
    [direction === 'ingress' ? 'fromEndpoints' : 'toEndpoints']: [{ matchLabels: { app: 'web' } }],
    toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }], rules: { http: [{ method: 'GET', path: '/new' }] } }],
  }),
  'a named port': () => ({ toPorts: [{ ports: [{ port: 'http', protocol: 'TCP' }] }] }),
  'a name': (direction) =>
    direction === 'ingress'
      ? { fromEntities: ['world'] }
      : { toFQDNs: [{ matchPattern: '*.example.com' }], toPorts: [{ ports: [{ port: '443' }] }] },
};

/** In the words of a NetworkPolicy. */
const PLAIN_ALLOWS: Readonly<Record<string, Fields>> = {
  'a port': { ports: [{ port: 80 }] },
  pods: {},
  'a named port': { ports: [{ port: 'http' }] },
};

/** A rule more in every list that has one. */
function withAllow(kind: string) {
  return (spec: Fields, manifest: Manifest): Fields => {
    const added = DIRECTIONS.filter((direction) => listOf(spec, direction).length > 0).flatMap((direction) => {
      const far = direction === 'ingress' ? 'from' : 'to';
      const plain = kind === 'pods' ? { [far]: [{ podSelector: {} }] } : PLAIN_ALLOWS[kind];
      const rule = isCilium(manifest) ? ALLOWS[kind]?.(direction) : plain;
      return rule === undefined ? [] : [[direction, [...listOf(spec, direction), rule]] as const];
    });
    return { ...spec, ...Object.fromEntries(added) };
  };
}

/** The far end is not certain for every peer: an API server is only perhaps in the cluster. */
const DENIED = ['cluster', 'all', 'host', 'world'];

function withDeny(direction: Direction, entity: string) {
  return (spec: Fields, manifest: Manifest): Fields => {
    if (!isCilium(manifest) || !speaks(spec)) return spec;
    const field = `${direction}Deny`;
    const rule = {
      [direction === 'ingress' ? 'fromEntities' : 'toEntities']: [entity],
      toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }] }],
    };
    return { ...spec, [field]: [...listOf(spec, field), rule] };
  };
}

/** The rule once for each item of its list, so that each copy has one. */
function split(rule: Fields, fields: readonly string[]): readonly Fields[] {
  const field = fields.find((name) => listOf(rule, name).length > 1);
  return field === undefined ? [rule] : listOf(rule, field).map((item) => ({ ...rule, [field]: [item] }));
}

const PEERS = ['from', 'to', 'fromEndpoints', 'toEndpoints', 'fromEntities', 'toEntities', 'fromCIDR', 'toCIDR'];
PEERS.push('fromCIDRSet', 'toCIDRSet', 'toFQDNs');

const byPeer = (rule: Fields) => split(rule, PEERS);
const byPort = (rule: Fields) => split(rule, ['ports', 'toPorts', 'icmps']);
/** Ports of one entry, each in its own entry with the same L7 rules. */
function withinEntries(rule: Fields): readonly Fields[] {
  if (!Array.isArray(rule.toPorts)) return [rule];
  return [{ ...rule, toPorts: listOf(rule, 'toPorts').flatMap((entry) => split(entry, ['ports'])) }];
}

function withSplit(splitRule: (rule: Fields) => readonly Fields[]) {
  return (spec: Fields): Fields => {
    const lists = ['ingress', 'egress', 'ingressDeny', 'egressDeny'].filter((name) => Array.isArray(spec[name]));
    return { ...spec, ...Object.fromEntries(lists.map((name) => [name, listOf(spec, name).flatMap(splitRule)])) };
  };
}

/** More of them find rarer differences: `NUM_RUNS=500 npx vitest run test/unit/analysis/laws.test.ts`. */
const OPTIONS = { numRuns: Number(process.env.NUM_RUNS ?? 12) };
const LONG = 600_000;

describe.each(DIALECTS)('for %j', (dialect) => {
  test(
    'the order of documents does not matter',
    () => {
      fc.assert(
        fc.property(cluster(dialect), fc.infiniteStream(fc.double({ noNaN: true })), (manifests, keys) => {
          const shuffled = <Item>(items: readonly Item[]): readonly Item[] =>
            items
              .map((item) => [keys.next().value ?? 0, item] as const)
              .sort(([a], [b]) => a - b)
              .map(([, item]) => item);
          const { namespaces, workloads, services, policies, cidrGroups } = manifests;
          const other: Manifests = {
            ...manifests,
            namespaces: shuffled(namespaces),
            workloads: shuffled(workloads),
            services: shuffled(services),
            policies: shuffled(policies),
            cidrGroups: shuffled(cidrGroups),
          };
          expect(reach(other, dialect, manifests)).toEqual(reach(manifests, dialect));
        }),
        OPTIONS,
      );
    },
    LONG,
  );

  /**
   * Authentication is left out: a rule that says nothing about it takes over what a wider one says, so that an allow for
   * a narrower range of ports can undo a `disabled` (see authentication.test.ts).
   *
   * So is what a proxy makes of it. The graph says that requests are free where one rule leaves them free. In a cluster
   * they then pass Envoy all the same if another rule looks at them, and Envoy passes on nothing but HTTP; a list of
   * names or of TLS servers even outlasts some broader rules.
   */
  test(
    'an allow that joins a list removes no reach, nor does it narrow requests',
    () => {
      fc.assert(
        fc.property(cluster(dialect), fc.constantFrom(...Object.keys(ALLOWS)), (manifests, kind) => {
          const before = reach(manifests, dialect);
          const after = reach(withSpecs(manifests, withAllow(kind)), dialect, manifests);
          expect(lost(before, after)).toEqual([]);
        }),
        OPTIONS,
      );
    },
    LONG,
  );

  /** Services are no peers here: those that a rule does not find open its ports to everybody, which a copy would too. */
  test.each([
    ['peer', byPeer],
    ['port', byPort],
    ['port of an entry', withinEntries],
  ])(
    'a rule for each %s is the same as one for all',
    (_, splitRule) => {
      fc.assert(
        fc.property(cluster(dialect), (manifests) => {
          const before = reach(manifests, dialect);
          const after = reach(withSpecs(manifests, withSplit(splitRule)), dialect, manifests);
          const certain = (all: ReturnType<typeof reach>) => [...all].filter(([pair]) => isCertain(manifests, pair));
          expect(certain(after)).toEqual(certain(before));
          expect(lost(before, after)).toEqual([]);
          expect(lost(after, before)).toEqual([]);
        }),
        OPTIONS,
      );
    },
    LONG,
  );
});

/** A NetworkPolicy denies nothing by rule. */
describe.each(CILIUM)('for %j', (dialect) => {
  test.each(DIRECTIONS)(
    'a deny for %s adds no reach, nor does it widen requests',
    (direction) => {
      fc.assert(
        fc.property(cluster(dialect), fc.constantFrom(...DENIED), (manifests, entity) => {
          const before = reach(manifests, dialect);
          const after = reach(withSpecs(manifests, withDeny(direction, entity)), dialect, manifests);
          expect(lost(after, before)).toEqual([]);
        }),
        OPTIONS,
      );
    },
    LONG,
  );
});
