import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockedFindings } from '../../../../lib/governance/flow-report/blocked-finding';
import { EgressCounts } from '../../../../lib/governance/flow-report/egress-counts';
import type { EgressEvent } from '../../../../lib/governance/flow-report/egress-event';
import { isEmptyReport, reportFlows } from '../../../../lib/governance/flow-report/flow-report';
import { flowReportText } from '../../../../lib/governance/flow-report/flow-report-text';
import { flow, line, pod, WORLD } from '../../analysis/flow/flows';
import { temporaryFolder } from '../../environment/refusal';

const folder = temporaryFolder();

const EVENT: EgressEvent = {
  verdict: 'blocked',
  source: 'shop/web',
  host: 'evil.example.com',
  protocol: 'TCP',
  port: 443,
  count: 1,
};

const events = fc.array(
  fc.record({
    verdict: fc.constantFrom('allowed' as const, 'blocked' as const),
    source: fc.constantFrom('a/one', 'a/two'),
    host: fc.constantFrom('a.com', 'b.com', 'c.com'),
    protocol: fc.constant('TCP' as const),
    port: fc.constantFrom(80, 443),
    count: fc.integer({ min: 1, max: 9 }),
    time: fc.integer({ min: 10, max: 59 }).map((second) => `2026-03-01T12:00:${second}Z`),
  }),
  { maxLength: 60 },
);

function counted(list: readonly EgressEvent[]): EgressCounts {
  const counts = new EgressCounts();
  for (const event of list) counts.add(event);
  return counts;
}

/** Times of events, the newest first. */
function newest(list: readonly EgressEvent[]): readonly string[] {
  return list
    .map(({ time = '' }) => time)
    .sort()
    .reverse();
}

describe('counting', () => {
  test('totals are the sums of the hosts, and of the events', () => {
    fc.assert(
      fc.property(events, (list) => {
        const counts = counted(list);
        for (const verdict of ['allowed', 'blocked'] as const) {
          const sum = list.filter((event) => event.verdict === verdict).reduce((total, { count }) => total + count, 0);
          expect(counts.totals[verdict]).toBe(sum);
          expect(counts.list().reduce((total, host) => total + host[verdict], 0)).toBe(sum);
        }
      }),
    );
  });

  test('recent events are the newest, the newest first', () => {
    fc.assert(
      fc.property(events, (list) => {
        const counts = counted(list);
        expect(counts.recent().map(({ time }) => time)).toEqual(newest(list).slice(0, 20));
        for (const { host, recent } of counts.list()) {
          const own = list.filter((event) => event.host === host);
          expect(recent.map(({ time }) => time)).toEqual(newest(own).slice(0, 5));
        }
      }),
    );
  });

  test('there are ends to what a workload can make it remember', () => {
    const counts = new EgressCounts();
    for (let index = 0; index < 10_005; index++) counts.add({ ...EVENT, host: `${index}.evil.example.com` });
    expect(counts.list()).toHaveLength(10_000);
    expect(counts.totals.blocked).toBe(10_005);
    expect(counts.unlisted).toEqual({ allowed: 0, blocked: 5 });
  });
});

describe('findings', () => {
  const report = (list: readonly EgressEvent[]) => {
    const counts = counted(list);
    const { totals, unlisted } = counts;
    return { ...totals, hosts: counts.list(), recent: [], unlisted, inside: 0, skipped: [] };
  };

  test('one for each host that was blocked, with those who were, and an error where it is to fail', () => {
    const list: EgressEvent[] = [
      EVENT,
      { ...EVENT, port: 80, source: 'shop/cart', count: 4, time: '2026-03-01T12:00:00Z' },
      { ...EVENT, verdict: 'allowed', source: 'shop/proxy', port: 8443 },
      { ...EVENT, host: 'fine.example.com', verdict: 'allowed' },
    ];
    expect(blockedFindings(report(list), false)).toEqual([
      {
        rule: 'egress-blocked',
        severity: 'warning',
        where: { construct: 'evil.example.com' },
        message:
          '5 flows to evil.example.com (TCP 443, TCP 80) blocked, from shop/cart, shop/web, last at 2026-03-01T12:00:00Z',
        fix: 'find out who wants it, and why: allow it with a purpose, or look into the workload',
      },
    ]);
    expect(blockedFindings(report(list), true).map(({ severity }) => severity)).toEqual(['error']);
  });

  test('what is not listed counts all the same', () => {
    const found = blockedFindings({ ...report([]), unlisted: { allowed: 1, blocked: 2 } }, true);
    expect(found).toMatchObject([{ severity: 'error', message: '2 flows to further hosts blocked' }]);
  });

  test('many sources are counted', () => {
    const list = ['a', 'b', 'c', 'd', 'e'].map((source) => ({ ...EVENT, source }));
    expect(blockedFindings(report(list), false)[0]?.message).toContain('from a, b, c and 2 more');
  });
});

describe('reading', () => {
  const outside = { IP: { source: '10.0.1.11', destination: '203.0.113.7', ipVersion: 'IPv4' } };
  const lines = [
    line(flow(pod('shop', 'web'), WORLD, 443, { ...outside, destination_names: ['api.stripe.com'] })),
    line(flow(pod('shop', 'web'), WORLD, 443, { ...outside, verdict: 'DROPPED', drop_reason_desc: 'POLICY_DENIED' })),
    line(flow(pod('shop', 'web'), pod('shop', 'api'), 8080)),
    'garbage',
  ].join('\n');

  test('files and standard input are one recording', async () => {
    const file = join(folder, 'flows.json');
    writeFileSync(file, lines);
    const report = await reportFlows([file, '-'], { stdin: Readable.from([lines]) });
    expect(report).toMatchObject({ allowed: 2, blocked: 2, inside: 2 });
    expect(report.skipped).toMatchObject([{ kind: 'garbage', count: 2, first: { file, line: 4 } }]);
    expect([...flowReportText(report)].join('')).toContain(
      '203.0.113.7  TCP 443  0 allowed, 2 blocked\n  2026-03-01T12:00:00Z  blocked  shop/web  TCP 443\n',
    );
  });

  test('a recording without flows is empty', async () => {
    expect(isEmptyReport(await reportFlows(['-'], { stdin: Readable.from(['garbage\n']) }))).toBe(true);
  });

  test("the cluster's own domain is a setting", async () => {
    const refusedLookup = line({
      ...flow(pod('shop', 'web'), pod('kube-system', 'coredns'), 53),
      verdict: 'DROPPED',
      Type: 'L7',
      l7: { type: 'REQUEST', dns: { query: 'evil.example.com.shop.svc.k8s.corp.' } },
    });
    const hosts = async (clusterDomain?: string) => {
      const options = clusterDomain === undefined ? {} : { clusterDomain };
      const report = await reportFlows(['-'], { stdin: Readable.from([refusedLookup]), ...options });
      return report.hosts.map(({ host }) => host);
    };
    expect(await hosts('k8s.corp')).toEqual(['evil.example.com']);
    expect(await hosts()).toEqual(['evil.example.com.shop.svc.k8s.corp']);
  });
});
