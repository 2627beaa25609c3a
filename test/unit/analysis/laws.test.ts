import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnalysisDialect } from '../../../lib/analysis/dialect';
import type { Manifest, Manifests } from '../../../lib/analysis/load/manifests';
import { analysed, verdictOf } from './graph/compare';
import { cluster, queries } from './naive/arbitrary';

const DIALECTS: readonly AnalysisDialect[] = [
  { kind: 'kubernetes' },
  { kind: 'cilium', version: '1.18' },
  { kind: 'cilium', version: '1.19' },
  { kind: 'cilium', version: '1.21' },
];

type Fields = Readonly<Record<string, unknown>>;
const DIRECTIONS = ['ingress', 'egress'] as const;
type Direction = (typeof DIRECTIONS)[number];

/** What is allowed, for every question about the first of two clusters. */
function verdicts(manifests: Manifests, dialect: AnalysisDialect, about: Manifests = manifests): readonly string[] {
  const asked = queries(about);
  const analysis = analysed(manifests, dialect, asked);
  return asked.map((query) => JSON.stringify(verdictOf(analysis, query)));
}

const isAllowed = (verdict: string | undefined) => verdict?.includes('"allowed":true') === true;

function withSpecs(manifests: Manifests, change: (spec: Fields, manifest: Manifest) => Fields): Manifests {
  const policies = manifests.policies.map((manifest) => {
    const spec = change(manifest.object.spec as Fields, manifest);
    return { ...manifest, object: { ...manifest.object, spec } };
  });
  return { ...manifests, policies };
}

const listOf = (spec: Fields, field: string) => (spec[field] ?? []) as readonly Fields[];
const isCilium = ({ object }: Manifest) => object.apiVersion.startsWith('cilium.io/');
/** Whether the policy says anything yet; a spec that says nothing is refused as a whole. */
const speaks = (spec: Fields) =>
  ['ingress', 'egress', 'ingressDeny', 'egressDeny'].some((field) => listOf(spec, field).length > 0);

/** A rule more in every list that has one, which allows a port to everybody. */
function withAllow(spec: Fields, manifest: Manifest): Fields {
  const added = DIRECTIONS.filter((direction) => listOf(spec, direction).length > 0).map((direction) => {
    const rule = isCilium(manifest)
      ? { [direction === 'ingress' ? 'fromEntities' : 'toEntities']: ['all'], toPorts: [{ ports: [{ port: '80' }] }] }
      : { ports: [{ port: 80 }] };
    return [direction, [...listOf(spec, direction), rule]] as const;
  });
  return { ...spec, ...Object.fromEntries(added) };
}

function withDeny(direction: Direction) {
  return (spec: Fields, manifest: Manifest): Fields => {
    if (!isCilium(manifest) || !speaks(spec)) return spec;
    const field = `${direction}Deny`;
    const rule = {
      [direction === 'ingress' ? 'fromEntities' : 'toEntities']: ['cluster'],
      toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }] }],
    };
    return { ...spec, [field]: [...listOf(spec, field), rule] };
  };
}

/** The rule once for each item of its lists of that name, so that each copy has one. */
function split(rule: Fields, fields: readonly string[]): readonly Fields[] {
  const field = fields.find((name) => Array.isArray(rule[name]) && rule[name].length > 1);
  if (field === undefined) return [rule];
  return (rule[field] as readonly unknown[]).map((item) => ({ ...rule, [field]: [item] }));
}

const PEERS = ['from', 'to', 'fromEndpoints', 'toEndpoints', 'fromEntities', 'toEntities', 'fromCIDR', 'toCIDR'];
PEERS.push('fromCIDRSet', 'toCIDRSet', 'toFQDNs');
const PORTS = ['ports', 'toPorts'];

function withSplit(fields: readonly string[]) {
  return (spec: Fields): Fields => {
    const lists = ['ingress', 'egress', 'ingressDeny', 'egressDeny'].filter((name) => Array.isArray(spec[name]));
    return {
      ...spec,
      ...Object.fromEntries(lists.map((name) => [name, listOf(spec, name).flatMap((rule) => split(rule, fields))])),
    };
  };
}

/** More of them find rarer differences. */
const OPTIONS = { numRuns: Number(process.env.NUM_RUNS ?? 6) };

describe.each(DIALECTS)('for %j', (dialect) => {
  test('the order of documents does not matter', () => {
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
        expect(verdicts(other, dialect, manifests)).toEqual(verdicts(manifests, dialect));
      }),
      OPTIONS,
    );
  });

  test('an allow that joins a list never removes reach', () => {
    fc.assert(
      fc.property(cluster(dialect), (manifests) => {
        const before = verdicts(manifests, dialect);
        const after = verdicts(withSpecs(manifests, withAllow), dialect, manifests);
        expect(before.filter((verdict, index) => isAllowed(verdict) && !isAllowed(after[index]))).toEqual([]);
      }),
      OPTIONS,
    );
  });

  test.each(DIRECTIONS)('a deny for %s never adds reach', (direction) => {
    fc.assert(
      fc.property(cluster(dialect), (manifests) => {
        const before = verdicts(manifests, dialect);
        const after = verdicts(withSpecs(manifests, withDeny(direction)), dialect, manifests);
        expect(after.filter((verdict, index) => isAllowed(verdict) && !isAllowed(before[index]))).toEqual([]);
      }),
      OPTIONS,
    );
  });

  test.each([
    ['peer', PEERS],
    ['port', PORTS],
  ])('a rule for each %s is the same as one for all', (_, fields) => {
    fc.assert(
      fc.property(cluster(dialect), (manifests) => {
        expect(verdicts(withSpecs(manifests, withSplit(fields)), dialect, manifests)).toEqual(
          verdicts(manifests, dialect),
        );
      }),
      OPTIONS,
    );
  });
});
