import { describe, expect, test } from 'vitest';
import { type Cluster, DEFAULT_CLUSTER } from '../../../../lib/model/cluster';
import type { ComponentModel } from '../../../../lib/model/component';
import type { DnsName } from '../../../../lib/model/edge';
import { cilium } from '../../../../lib/render/network/cilium';
import { dnsSelector } from '../../../../lib/render/network/cilium-port-rule';
import { dnsQueries } from '../../../../lib/render/network/dns';
import { hostMatches } from './evaluate';
import { type Library, queries, searchList } from './resolver';

function queriesFor(...of: Parameters<typeof dnsQueries>): readonly string[] {
  return dnsQueries(...of).flatMap(({ items }) => items);
}

const LIBRARIES: readonly Library[] = ['glibc', 'musl'];

interface Case {
  readonly what: string;
  readonly name: DnsName;
  /** What clients write, and what the name server knows it by. */
  readonly typed: Readonly<Record<string, string>>;
  /** Names that nobody needs, however near they are. */
  readonly refused: readonly string[];
}

function cases(domain: string): readonly Case[] {
  const vault = `vault.secrets.svc.${domain}`;
  return [
    {
      what: 'a Service of another namespace',
      name: { kind: 'service', service: 'vault', namespace: 'secrets' },
      typed: {
        'vault.secrets': vault,
        'vault.secrets.svc': vault,
        [vault]: vault,
        [`${vault}.`]: vault,
      },
      refused: [
        'vault',
        `vault.agents.svc.${domain}`,
        `vault.svc.${domain}`,
        `other.secrets.svc.${domain}`,
        `a.${vault}`,
      ],
    },
    {
      what: 'a Service of the same namespace',
      name: { kind: 'service', service: 'cache', namespace: 'agents' },
      typed: {
        cache: `cache.agents.svc.${domain}`,
        'cache.agents': `cache.agents.svc.${domain}`,
        'cache.agents.svc': `cache.agents.svc.${domain}`,
        [`cache.agents.svc.${domain}`]: `cache.agents.svc.${domain}`,
      },
      refused: ['cache', 'cache.example.com', `cache.secrets.svc.${domain}`, `cache.svc.${domain}`, `cache.${domain}`],
    },
    {
      what: 'the pods of a headless Service',
      name: { kind: 'pods', service: 'nats', namespace: 'bus' },
      typed: {
        'nats-0.nats.bus': `nats-0.nats.bus.svc.${domain}`,
        'nats-1.nats.bus.svc': `nats-1.nats.bus.svc.${domain}`,
        [`nats-2.nats.bus.svc.${domain}`]: `nats-2.nats.bus.svc.${domain}`,
      },
      refused: [`nats.bus.svc.${domain}`, `a.b.nats.bus.svc.${domain}`, `nats-0.other.bus.svc.${domain}`],
    },
    {
      what: 'a host',
      name: { kind: 'host', host: 'api.example.com' },
      typed: { 'api.example.com': 'api.example.com', 'api.example.com.': 'api.example.com' },
      refused: [
        'example.com',
        'www.example.com',
        'a.api.example.com',
        'api.example.com.evil.org',
        `vault.secrets.svc.${domain}`,
      ],
    },
    {
      what: 'a host with more dots than ndots',
      name: { kind: 'host', host: 'a.b.c.d.e.example.com' },
      typed: { 'a.b.c.d.e.example.com': 'a.b.c.d.e.example.com' },
      refused: ['b.c.d.e.example.com'],
    },
    {
      what: 'any host one label below a domain',
      name: { kind: 'host', host: '*.example.com' },
      typed: { 'api.example.com': 'api.example.com', 'db_1.example.com': 'db_1.example.com' },
      refused: ['example.com', 'a.b.example.com', 'evilexample.com', 'api.example.org'],
    },
    {
      what: 'any host below a domain',
      name: { kind: 'host', host: '**.example.com' },
      typed: { 'api.example.com': 'api.example.com', 'a.b.c.example.com': 'a.b.c.example.com' },
      refused: ['example.com', 'evilexample.com', 'api.example.com.evil.org'],
    },
  ];
}

const CLUSTERS: Readonly<Record<string, Cluster>> = {
  'the default domain': DEFAULT_CLUSTER,
  "a domain of one's own, and nodes with search domains": {
    ...DEFAULT_CLUSTER,
    domain: 'k8s.corp.example.net',
    searchDomains: ['eu-west-1.compute.internal', 'corp.example.net'],
  },
};

describe.each(Object.entries(CLUSTERS))('in a cluster with %s', (_, cluster) => {
  const search = searchList('agents', cluster.domain, cluster.searchDomains);

  describe.each(cases(cluster.domain))('$what', ({ name, typed, refused }) => {
    const allowed = queriesFor([name], 'agents', cluster);
    const mayAsk = (query: string) => allowed.some((entry) => hostMatches(dnsSelector(entry), query));

    test.each(LIBRARIES.flatMap((library) => Object.entries(typed).map((entry) => [library, ...entry] as const)))(
      'resolves with %s as %s',
      (library, spelling, found) => {
        const asked = queries(spelling, { library, search, ndots: 5 }, (query) => query === found);
        expect(asked.at(-1)).toBe(found);
        expect(asked.filter((query) => !mayAsk(query))).toEqual([]);
      },
    );

    test.each(refused)('does not let %s be asked for', (query) => {
      expect(mayAsk(query)).toBe(false);
    });

    test('lets nothing be asked for that no resolver asks', () => {
      // A pattern stands for itself here: what holds for the pattern holds for every name that it matches.
      const spellings = Object.keys(typed).filter((spelling) => !spelling.endsWith('.'));
      const patterns = spellings.map((spelling) => patternOf(spelling, name));
      const found = patternOf(Object.values(typed)[0] ?? '', name);
      // Pods may raise ndots as far as resolvers go, and then walk the search list for every name.
      const needed = patterns.flatMap((spelling) =>
        queries(spelling, { library: 'glibc', search, ndots: 15 }, (query) => query === found),
      );
      expect(allowed).toEqual([...new Set(needed)].sort());
    });
  });
});

/** The spelling with the pattern's own wildcard in front, where the name is one. */
function patternOf(spelling: string, name: DnsName): string {
  if (name.kind === 'pods') return spelling.replace(/^nats-\d/, '*');
  return name.kind === 'host' ? name.host : spelling;
}

test('several names are asked for together, each query once and sorted', () => {
  const names: readonly DnsName[] = [
    { kind: 'host', host: 'b.example.com' },
    { kind: 'host', host: 'a.example.com' },
    { kind: 'host', host: 'b.example.com' },
  ];
  const together = queriesFor(names, 'agents', DEFAULT_CLUSTER);
  expect(together).toEqual([...new Set(together)].sort());
  expect(together).toHaveLength(8);
  expect(queriesFor([...names].reverse(), 'agents', DEFAULT_CLUSTER)).toEqual(together);
});

test('no names need no queries', () => {
  expect(queriesFor([], 'agents', DEFAULT_CLUSTER)).toEqual([]);
});

test('a name that search domains make longer than a name can be is not asked for, and Cilium takes the policy', () => {
  const host = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(52)}.example.com`;
  expect(host).toHaveLength(247);
  expect(queriesFor([{ kind: 'host', host }], 'agents', DEFAULT_CLUSTER)).toEqual([host]);
  const deep = `**.${'e'.repeat(63)}.${host.slice(64)}`.slice(0, 254);
  const queried = queriesFor([{ kind: 'host', host: deep }], 'agents', DEFAULT_CLUSTER);
  expect(Math.max(...queried.map((query) => query.length))).toBeLessThanOrEqual(254);
});

test('a cluster that was changed since is asked as it is now', () => {
  const cluster = { ...DEFAULT_CLUSTER, searchDomains: [] as string[] };
  const asked = () => queriesFor([{ kind: 'host', host: 'api.example.com' }], 'agents', cluster);
  expect(asked()).not.toContain('api.example.com.corp.example.net');
  cluster.searchDomains.push('corp.example.net');
  expect(asked()).toContain('api.example.com.corp.example.net');
});

test('a name that is too long to be asked for in a cluster opens no query at all', () => {
  const label = 'd'.repeat(63);
  const cluster = { ...DEFAULT_CLUSTER, domain: [label, label, label, 'd'.repeat(55)].join('.') };
  const name: DnsName = { kind: 'service', service: 'vault', namespace: 'vault' };
  expect(dnsQueries([name], 'agents', cluster)).toEqual([]);
  const model: ComponentModel = {
    ...{ title: 'agent', namespace: 'agents', selector: { app: 'agent' }, stage: 'enforce' as const },
    ...{ directions: ['Ingress', 'Egress'] as const, egress: [], ingress: [], names: [name] },
  };
  expect(cilium({ version: '1.19' }).componentPolicy(model, cluster).spec.egress).toEqual([{}]);
});
