import { describe, expect, test } from 'vitest';
import { type AnalysisDialect, loadManifests } from '../../../../lib/analysis';
import type { ReplayGroup } from '../../../../lib/analysis/replay/outcome';
import { API_SERVER, flow, HOST, line, pod, podLabels, remotePod, request, WORLD } from '../flow/flows';
import { dns, type Fields, http, named, only, replayed, to, udp, web } from './recording';

describe('each outcome', () => {
  test.each<[string, Fields, Partial<ReplayGroup>]>([
    ['a rule at both ends', flow(web, remotePod('shop', 'api'), 8080), { outcome: 'forwarded' }],
    ['authentication that both ends require', flow(web, pod('shop', 'db'), 5432), { outcome: 'authentication' }],
    ['another port', flow(web, remotePod('shop', 'api'), 9090), { outcome: 'denied' }],
    ['a request that matches', request(web, pod('shop', 'cart'), 8080, http('GET', '/v1')), { outcome: 'forwarded' }],
    ['a request that does not', request(web, pod('shop', 'cart'), 8080, http('PUT', '/v1')), { outcome: 'refused' }],
    [
      'a name that may be asked for',
      request(web, dns, 53, { dns: { query: 'api.example.com.' } }, udp(53)),
      { outcome: 'forwarded' },
    ],
    [
      'a name that may not',
      request(web, dns, 53, { dns: { query: 'evil.example.org.' } }, udp(53)),
      { outcome: 'refused' },
    ],
    [
      'a host that may be reached',
      flow(web, WORLD, 443, named('203.0.113.7', 'api.example.com')),
      { outcome: 'forwarded' },
    ],
    [
      'one of several names',
      flow(web, WORLD, 443, named('203.0.113.7', 'cdn.example.org', 'api.example.com')),
      { outcome: 'forwarded' },
    ],
    ['a host that may not', flow(web, WORLD, 443, named('203.0.113.7', 'evil.example.org')), { outcome: 'denied' }],
    ['an address in a block', flow(web, WORLD, 5671, to('198.51.100.9')), { outcome: 'forwarded' }],
    ['an address outside of it', flow(web, WORLD, 5671, to('203.0.113.7')), { outcome: 'denied' }],
    ['the API server', flow(web, API_SERVER, 6443), { outcome: 'forwarded' }],
    ['the host to its pods', flow(HOST, web, 8080), { outcome: 'forwarded' }],
    [
      'the world to pods',
      flow(WORLD, web, 8080, { IP: { source: '203.0.113.7', destination: '10.0.1.11' } }),
      { outcome: 'denied' },
    ],
    [
      'ICMP',
      flow(web, pod('shop', 'api'), 1, { l4: { ICMPv4: { type: 8 } } }),
      { outcome: 'denied', protocol: 'ICMP', port: 8 },
    ],
    ['pods that nothing governs', flow(dns, pod('other', 'any'), 80), { outcome: 'forwarded' }],
  ])('%s', async (_, fields, expected) => {
    expect(await only(fields)).toMatchObject(expected);
  });
});

test('a denied flow says which half is missing, and the nearest rule', async () => {
  const { reason } = await only(flow(web, remotePod('shop', 'api'), 9090));
  expect(reason).toMatchObject({
    kind: 'policies',
    egress: { allowed: 'no', nearest: [{ differs: 'port', text: 'allows TCP 8080 to it, not TCP 9090' }] },
    ingress: {
      allowed: 'no',
      isolating: [{ object: 'NetworkPolicy shop/default-deny' }, { object: 'CiliumNetworkPolicy shop/api' }],
    },
  });
});

test('a rule that denies an address decides before the names that it has', async () => {
  const found = await only(flow(web, WORLD, 443, named('203.0.113.66', 'api.example.com')));
  expect(found).toMatchObject({
    outcome: 'denied',
    reason: { kind: 'policies', egress: { denying: [{ rule: 'spec.egressDeny[0]' }] } },
  });
});

test('a rule for a name that no DNS rule lets Cilium learn lets nobody pass', async () => {
  const found = await only(flow(web, WORLD, 443, named('203.0.113.7', 'pay.example.net')));
  expect(found).toMatchObject({ outcome: 'denied', reason: { kind: 'name-not-learned', name: 'pay.example.net' } });
});

describe('what the recording does not tell is left open', () => {
  const OTHER = remotePod('shop', 'api', { cluster_name: 'west' });
  test.each<[string, Fields, string, readonly string[]]>([
    [
      'an address without a name',
      flow(web, WORLD, 443, to('203.0.113.7')),
      'no-name',
      ['*.example.com', 'pay.example.net'],
    ],
    ['a connection without its requests', flow(web, pod('shop', 'cart'), 8080), 'no-requests', ['GET /v1']],
    [
      'pods without labels that are not in the manifests',
      flow({ namespace: 'shop', pod_name: 'x' }, web, 80),
      'no-labels',
      ['shop'],
    ],
    ['an end that may be anything', flow(web, {}, 443), 'unknown-end', []],
    ['another cluster', flow(web, OTHER, 8080), 'other-cluster', ['default', 'west']],
  ])('%s', async (_, fields, doubt, about) => {
    expect(await only(fields)).toMatchObject({ outcome: 'undecided', reason: { kind: 'doubt', doubt, about } });
  });

  test('a connection passes if the recording holds its requests, which are judged on their own', async () => {
    const cart = pod('shop', 'cart');
    const flows = [
      flow(web, cart, 8080),
      request(web, cart, 8080, http('GET', '/v1')),
      request(web, cart, 8080, http('PUT', '/v1')),
    ];
    const { groups, totals } = await replayed(flows);
    expect(groups.map(({ outcome, flows: count }) => [outcome, count])).toEqual([
      ['refused', 1],
      ['forwarded', 2],
    ]);
    expect(totals.undecided).toEqual({ flows: 0, passed: 0 });
    expect(totals.forwarded).toEqual({ flows: 2, passed: 2 });
  });
});

test('flows are added up by source, target, port and outcome, what would break first', async () => {
  const api = remotePod('shop', 'api');
  const dropped = { verdict: 'DROPPED', drop_reason_desc: 'POLICY_DENIED', is_reply: undefined };
  const at = (time: string) => ({ time: `2026-03-01T12:00:0${time}Z` });
  const { groups, totals, first, last } = await replayed([
    flow(web, api, 8080, at('5')),
    flow(web, api, 8080, at('1.5')),
    flow(web, api, 8080, at('1')),
    flow(web, api, 9090, { ...dropped, ...at('7') }),
    flow(web, api, 9091, { ...at('2'), aggregate: { egress_flow_count: 10 } }),
    flow(WORLD, web, 80, { IP: { source: '203.0.113.7', destination: '10.0.1.11' } }),
    flow(WORLD, web, 80, { IP: { source: '203.0.113.8', destination: '10.0.1.11' } }),
  ]);
  expect(
    groups.map(({ source, target, port, outcome, flows, passed }) => [
      source.label,
      target.label,
      port,
      outcome,
      flows,
      passed,
    ]),
  ).toEqual([
    ['shop/web', 'shop/api', 9091, 'denied', 10, 10],
    ['world', 'shop/web', 80, 'denied', 2, 2],
    ['shop/web', 'shop/api', 9090, 'denied', 1, 0],
    ['shop/web', 'shop/api', 8080, 'forwarded', 3, 3],
  ]);
  expect(groups[1]?.examples).toEqual(['203.0.113.7', '203.0.113.8']);
  expect(groups[3]).toMatchObject({ first: '2026-03-01T12:00:01Z', last: '2026-03-01T12:00:05Z' });
  expect(totals.denied).toEqual({ flows: 13, passed: 12 });
  expect([first, last]).toEqual(['2026-03-01T12:00:00.123456789Z', '2026-03-01T12:00:07Z']);
});

test('what is more than the limit is counted, and nothing that would break gives way to what passes', async () => {
  const flows = [8080, 8080, 1, 2, 3].map((port) => flow(web, remotePod('shop', 'api'), port));
  const { groups, totals, unlisted } = await replayed([...flows, flow(web, API_SERVER, 6443)], { limit: 1 });
  expect(groups.map(({ outcome, port }) => [outcome, port])).toEqual([
    ['denied', 1],
    ['forwarded', 8080],
  ]);
  expect(totals.denied.flows).toBe(3);
  expect(unlisted.denied).toEqual({ flows: 2, passed: 2 });
  expect(unlisted.forwarded).toEqual({ flows: 1, passed: 1 });
});

test('more kinds of flows than are held at once are judged in turns, with ends that come up only later', async () => {
  const many = Array.from({ length: 20_050 }, (_, index) =>
    flow(web, WORLD, 5671, to(`198.51.${100 + (index >> 8)}.${index & 255}`)),
  );
  const later = flow(
    pod('shop', 'late', { labels: podLabels('shop', { app: 'web' }) }),
    remotePod('shop', 'api'),
    8080,
  );
  const { totals, unlisted, groups } = await replayed([...many, later, later], { limit: 100 });
  // One block of 256 addresses is open.
  expect(totals.forwarded.flows).toBe(256 + 2);
  expect(totals.denied.flows).toBe(20_050 - 256);
  expect(unlisted.denied.flows).toBe(20_050 - 256 - 100);
  expect(groups).toHaveLength(200);
});

test('garbage, truncated lines and lost events are counted with the first of their lines', async () => {
  const good = line(flow(web, remotePod('shop', 'api'), 8080));
  const lost = '{"lost_events":{"source":"HUBBLE_RING_BUFFER","num_events_lost":"41"},"node_name":"n"}';
  const { totals, recording } = await replayed([good, 'garbage', '', good.slice(0, 99), lost, lost, good, '\u0000']);
  expect(totals.forwarded.flows).toBe(2);
  expect(recording).toEqual({
    lines: 7,
    skipped: [
      { kind: 'garbage', count: 2, first: { file: '-', line: 2 }, isLoss: true },
      { kind: 'truncated', count: 1, first: { file: '-', line: 4 }, isLoss: true },
      { kind: 'lost-events', count: 82, first: { file: '-', line: 5 }, isLoss: true },
    ],
  });
});

describe('dialects', () => {
  const KUBERNETES: AnalysisDialect = { kind: 'kubernetes' };
  const plain = () =>
    loadManifests(['-'], {
      stdin: () => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress, Egress]
  egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }], ports: [{ port: 443 }] }]
`,
    });

  test('where nobody says otherwise it is Cilium that recorded, and enforces', async () => {
    const { dialect, groups } = await replayed([flow(web, pod('other', 'any'), 443)], { manifests: plain() });
    expect(dialect).toEqual({ kind: 'cilium', version: '1.19' });
    // A block of addresses matches no pods there.
    expect(groups[0]?.outcome).toBe('denied');
  });

  test.each<[string, Fields, string]>([
    ['a block matches pods', flow(web, pod('other', 'any'), 443), 'forwarded'],
    ['a node reaches its pods', flow(HOST, web, 8080), 'forwarded'],
    ['another node is its address', flow({ identity: 6, labels: ['reserved:remote-node'] }, web, 8080), 'denied'],
    ['an API server is its address', flow(web, API_SERVER, 443), 'forwarded'],
    ['names say nothing', flow(web, WORLD, 443, named('203.0.113.7', 'evil.example.org')), 'forwarded'],
    ['ICMP is not promised', flow(web, pod('other', 'any'), 1, { l4: { ICMPv4: { type: 8 } } }), 'undecided'],
  ])('plain Kubernetes: %s', async (_, fields, outcome) => {
    expect(await only(fields, { manifests: plain(), dialect: KUBERNETES })).toMatchObject({ outcome });
  });
});
