import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Cluster, DEFAULT_CLUSTER } from '../../../../lib/model/cluster';
import { joined } from '../../../../lib/model/shared';
import { dnsSelector } from '../../../../lib/render/network/cilium-port-rule';
import { dnsQueries } from '../../../../lib/render/network/dns';
import { emitDocument, emitPlain } from '../../../../lib/synth/yaml';

const CORPORATE: Cluster = {
  ...DEFAULT_CLUSTER,
  domain: 'k8s.corp.example.net',
  searchDomains: ['eu-west-1.compute.internal', 'svc.svc', 'corp.example.net'],
};

const LONG = ['a', 'b', 'c'].map((letter) => letter.repeat(60)).join('.');

test('lists that are written as the pattern of others read as they are, whatever the names', () => {
  const label = fc.oneof(
    fc.constantFrom('on', 'n', 'e5', 'svc', 'cluster', 'local', '1e5', '0', 'null', 'stem', 'a-b', 'a'),
    fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/),
  );
  const few = fc.constantFrom('svc', 'a', 'a-b', '0');
  const some = fc.oneof(few, label);
  const name = fc.oneof(
    fc.record({ kind: fc.constantFrom('service' as const, 'pods' as const), service: some, namespace: some }),
    fc.nat({ max: 60 }).map((length) => ({ kind: 'host' as const, host: `${LONG}.${'d'.repeat(length)}.com` })),
    fc
      .tuple(fc.constantFrom('', '', '*.', '**.'), fc.array(label, { minLength: 1, maxLength: 3 }))
      .map(([wildcard, labels]) => ({ kind: 'host' as const, host: `${wildcard}${labels.join('.')}` })),
  );
  const asking = fc.record({
    namespace: some,
    names: fc.array(name, { minLength: 1, maxLength: 5 }),
    cluster: fc.constantFrom(DEFAULT_CLUSTER, CORPORATE),
  });
  fc.assert(
    fc.property(fc.array(asking, { minLength: 1, maxLength: 4 }), (all) => {
      for (const { names, namespace, cluster } of all) {
        const lists = dnsQueries(names, namespace, cluster);
        const dns = joined(lists.map((list) => list.map(dnsSelector)));
        const text = emitPlain({ dns });
        const queries = lists.flatMap(({ items }) => items);
        expect(queries).toEqual([...new Set(queries)].sort());
        expect(text).toBe(emitDocument({ dns: queries.map(dnsSelector) }));
        expect(parse(text as string)).toEqual({ dns: queries.map(dnsSelector) });
      }
    }),
    { numRuns: 300 },
  );
});
