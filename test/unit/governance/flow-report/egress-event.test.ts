import { describe, expect, test } from 'vitest';
import type { Flow } from '../../../../lib/analysis/flow/flow';
import { FlowEnds } from '../../../../lib/analysis/flow/flow-end';
import { readFlow } from '../../../../lib/analysis/flow/read-flow';
import { egressEvent } from '../../../../lib/governance/flow-report/egress-event';
import { API_SERVER, flow, HOST, line, pod, request, WORLD } from '../../analysis/flow/flows';

const WEB = pod('shop', 'web');
const DNS = pod('kube-system', 'coredns');
const DROPPED = { verdict: 'DROPPED', drop_reason_desc: 'POLICY_DENIED' };
const OUTSIDE = { IP: { source: '10.0.1.11', destination: '203.0.113.7', ipVersion: 'IPv4' } };

const event = (fields: Readonly<Record<string, unknown>>) =>
  egressEvent(readFlow(line(fields), new FlowEnds()) as Flow, 'cluster.local');
const lookup = (name: string, more: Readonly<Record<string, unknown>> = DROPPED) =>
  event(request(WEB, DNS, 53, { dns: { query: `${name}.` } }, { l4: { UDP: { destination_port: 53 } }, ...more }));

test('a connection that left is allowed, by the name that the pod had looked up', () => {
  expect(event(flow(WEB, WORLD, 443, { ...OUTSIDE, destination_names: ['api.stripe.com'] }))).toEqual({
    time: '2026-03-01T12:00:00.123456789Z',
    verdict: 'allowed',
    source: 'shop/web',
    host: 'api.stripe.com',
    protocol: 'TCP',
    port: 443,
    count: 1,
  });
});

test.each<[string, Readonly<Record<string, unknown>>, string]>([
  ['without a name, by its address', {}, '203.0.113.7'],
  [
    'with several names, by all of them',
    { destination_names: ['b.example.com', 'a.example.com'] },
    'a.example.com, b.example.com',
  ],
])('a connection that was dropped is blocked: %s', (_, more, host) => {
  expect(event(flow(WEB, WORLD, 443, { ...OUTSIDE, ...DROPPED, ...more }))).toMatchObject({ verdict: 'blocked', host });
});

test('a request that a proxy refused is blocked, with what was asked for', () => {
  const http = { http: { method: 'POST', url: 'https://api.stripe.com/v1/payouts' } };
  const more = { ...OUTSIDE, verdict: 'DROPPED', destination_names: ['api.stripe.com'] };
  expect(event(request(WEB, WORLD, 443, http, more))).toMatchObject({
    verdict: 'blocked',
    host: 'api.stripe.com',
    request: 'POST api.stripe.com/v1/payouts',
  });
});

test('flows that the exporter added up count as many', () => {
  const more = { ...OUTSIDE, ...DROPPED, aggregate: { egress_flow_count: '7' } };
  expect(event(flow(WEB, WORLD, 443, more))?.count).toBe(7);
});

describe('a lookup that was refused is about the host', () => {
  test.each([
    ['the name itself', 'evil.example.com', 'evil.example.com'],
    ["a resolver's first attempt", 'evil.example.com.shop.svc.cluster.local', 'evil.example.com'],
    ['a short name with a top level that exists', 'openai.com', 'openai.com'],
    ['a name that only ends like a known one', 'evil-openai.com', 'evil-openai.com'],
    ['a name of a network of its own', 'broker.tickets.corp', 'broker.tickets.corp'],
  ])('%s', (_, name, host) => {
    expect(lookup(name)).toMatchObject({ verdict: 'blocked', host, request: `dns ${name}` });
  });

  test.each([
    ['attempts that could as well be Services', 'evil.example.com.svc.cluster.local'],
    ['attempts in the domain', 'evil.example.com.cluster.local'],
    ['Services', 'vault.vault.svc.cluster.local'],
    ['Services, in short', 'vault.vault'],
    ['Services, less short', 'vault.vault.svc'],
    ["a Service of the pod's own namespace", 'cart.shop.svc.cluster.local'],
    ["a resolver's first attempt at one", 'vault.vault.shop.svc.cluster.local'],
    ['the domain', 'cluster.local'],
    ['a single label', 'localhost'],
    ['nothing', ''],
  ])('but not of %s', (_, name) => {
    expect(lookup(name)).toBeUndefined();
  });
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ['between pods', flow(WEB, pod('shop', 'api'), 8080, DROPPED)],
  ['to the API server', flow(WEB, API_SERVER, 6443, DROPPED)],
  ['of a node', flow(HOST, WORLD, 443, OUTSIDE)],
  ['from outside', flow(WORLD, WEB, 443, OUTSIDE)],
  [
    'of requests that passed, since their connection counts',
    request(WEB, WORLD, 443, { http: { method: 'GET', url: '/' } }, OUTSIDE),
  ],
])('flows %s are no events', (_, fields) => {
  expect(event(fields)).toBeUndefined();
});

test('lookups that were answered are no events', () => {
  expect(lookup('api.stripe.com', {})).toBeUndefined();
});
