import { describe, expect, test } from 'vitest';
import type { Flow } from '../../../../lib/analysis/flow/flow';
import { FlowEnds, ownerName } from '../../../../lib/analysis/flow/flow-end';
import { readFlow } from '../../../../lib/analysis/flow/read-flow';
import { API_SERVER, flow, HOST, line, pod, podLabels, remotePod, request, WORLD } from './flows';

const read = (text: string) => readFlow(text, new FlowEnds());
const readFields = (fields: Readonly<Record<string, unknown>>) => read(line(fields));

describe('a flow between pods', () => {
  const fields = flow(pod('shop', 'web'), remotePod('shop', 'api'), 8080);

  test('says who, to whom and on which port', () => {
    const found = readFields(fields) as Flow;
    expect(found).toMatchObject({
      source: { kind: 'pods', namespace: 'shop', name: 'web', workload: 'Deployment', pod: 'web-7d9f8c6b5d-x2kzq' },
      // Of pods of other nodes, Hubble does not know the workload.
      destination: { kind: 'pods', namespace: 'shop', name: 'api', cluster: 'default' },
      protocol: 'TCP',
      port: 8080,
      passed: true,
      count: 1,
      time: '2026-03-01T12:00:00.123456789Z',
    });
    expect(found.source.kind === 'pods' && [...found.source.labels]).toContainEqual(['app', 'web']);
  });

  test.each([
    ['hubble observe -o jsonpb, the exporter', { flow: fields, node_name: 'default/node-1', time: fields.time }],
    ['without envelope, as HUBBLE_COMPAT=legacy-json-output', fields],
    ['the envelope in another order', { time: fields.time, node_name: 'n', flow: fields }],
  ])('is the same in every form: %s', (_, value) => {
    expect(read(JSON.stringify(value))).toEqual(readFields(fields));
  });

  test('reads blanks between tokens', () => {
    expect(read(JSON.stringify({ flow: fields }, undefined, 1).replaceAll('\n', ' '))).toEqual(readFields(fields));
  });
});

const SHOP = [pod('shop', 'web'), pod('shop', 'api')] as const;

test.each([
  ['a reply', { is_reply: true }, 'reply'],
  ['a reply in words of before', { is_reply: undefined, reply: true }, 'reply'],
  ['an ICMP error about a connection', { trace_reason: 'RELATED' }, 'reply'],
  ['an answer to a request', { l7: { type: 'RESPONSE', http: { code: 200, method: 'GET', url: '/' } } }, 'reply'],
  ['a SYN-ACK of unknown direction', { is_reply: undefined, l4: tcp(8080, { SYN: true, ACK: true }) }, 'reply'],
  ['a packet of unknown direction', { is_reply: undefined, l4: tcp(8080, { ACK: true }) }, 'no-direction'],
  ['a packet without flags', { is_reply: undefined, l4: { UDP: { destination_port: 53 } } }, 'no-direction'],
  ['a drop of another kind', { verdict: 'DROPPED', drop_reason_desc: 'STALE_OR_UNROUTABLE_IP' }, 'other-drop'],
  ['a drop by number', { verdict: 'DROPPED', drop_reason: 151 }, 'other-drop'],
  ['an error of the proxy', { verdict: 'ERROR' }, 'error'],
  ['a translation of a socket', { Type: 'SOCK', event_type: { type: 7 } }, 'socket'],
  ['a captured packet', { debug_capture_point: 'DBG_CAPTURE_DELIVERY' }, 'other-event'],
  ['no source', { source: undefined }, 'no-ends'],
  ['a source that is no object', { source: 'web' }, 'no-ends'],
  ['no protocol', { l4: undefined }, 'no-port'],
  ['port 0', { l4: { TCP: { destination_port: 0 } } }, 'no-port'],
  ['a port that is text', { l4: { TCP: { destination_port: 'http' } } }, 'no-port'],
  ['a port out of range', { l4: { TCP: { destination_port: 70_000 } } }, 'no-port'],
  ['IGMP', { l4: { IGMP: { type: 22 } } }, 'other-protocol'],
  [
    'the address of a Service',
    { destination: WORLD, destination_service: { name: 'api', namespace: 'shop' } },
    'before-translation',
  ],
])('%s is not judged', (_, more, kind) => {
  expect(readFields({ ...flow(...SHOP, 8080), ...more })).toEqual({ skipped: kind });
});

test.each([
  ['no JSON', 'level=info msg="Starting Hubble"', { skipped: 'garbage' }],
  ['a number', '42', { skipped: 'garbage' }],
  ['null', 'null', { skipped: 'garbage' }],
  ['cut short', line(flow(...SHOP, 8080)).slice(0, 200), { skipped: 'truncated' }],
  ['cut short behind its first brace', '{', { skipped: 'truncated' }],
  ['another JSON', '{"msg":"hello"}', { skipped: 'no-flow' }],
  ['a list', '[]', { skipped: 'no-flow' }],
  ['a flow that is none', '{"flow":[]}', { skipped: 'no-flow' }],
  [
    'lost events',
    '{"lost_events":{"source":"HUBBLE_RING_BUFFER","num_events_lost":"1234"},"node_name":"default/node-1"}',
    { skipped: 'lost-events', count: 1234 },
  ],
  [
    'lost events alone',
    '{"source":"PERF_EVENT_RING_BUFFER","num_events_lost":7}',
    { skipped: 'lost-events', count: 7 },
  ],
  ['a status of nodes', '{"node_status":{"state_change":"NODE_CONNECTED"}}', { skipped: 'other-event' }],
  ['an event of an agent', '{"agent_event":{"type":"POLICY_UPDATED"}}', { skipped: 'other-event' }],
])('%s is no flow', (_, text, skipped) => {
  expect(read(text)).toEqual(skipped);
});

test.each([
  ['forwarded', { verdict: 'FORWARDED' }, true],
  ['sent to the proxy', { verdict: 'REDIRECTED' }, true],
  ['let pass in audit mode', { verdict: 'AUDIT', event_type: { type: 5 }, is_reply: undefined }, true],
  [
    'dropped by policy',
    { verdict: 'DROPPED', drop_reason: 133, drop_reason_desc: 'POLICY_DENIED', is_reply: undefined },
    false,
  ],
  ['dropped for want of authentication', { verdict: 'DROPPED', drop_reason_desc: 'AUTH_REQUIRED' }, false],
  ['dropped, by an exporter that gives no reasons', { verdict: 'DROPPED', is_reply: undefined }, false],
])('%s is told', (_, more, passed) => {
  expect(readFields({ ...flow(...SHOP, 8080), ...more })).toMatchObject({ port: 8080, passed });
});

test.each([
  [{ UDP: { source_port: 5353, destination_port: 53 } }, { protocol: 'UDP', port: 53 }],
  [{ SCTP: { destination_port: 38_412 } }, { protocol: 'SCTP', port: 38_412 }],
  [{ ICMPv4: { type: 8 } }, { protocol: 'ICMP', port: 8 }],
  [{ ICMPv6: { type: 128, code: 0 } }, { protocol: 'ICMPv6', port: 128 }],
  // What is 0 is left out.
  [{ ICMPv4: {} }, { protocol: 'ICMP', port: 0 }],
])('reads the port of %j', (l4, port) => {
  expect(readFields({ ...flow(...SHOP, 80), l4 })).toMatchObject(port);
});

test.each([
  ['the host', HOST, { kind: 'entity', entity: 'host' }],
  ['an API server on another node', API_SERVER, { kind: 'entity', entity: 'kube-apiserver' }],
  ['the host by its number alone', { identity: 1 }, { kind: 'entity', entity: 'host' }],
  ['another node', { identity: 6, labels: ['reserved:remote-node'] }, { kind: 'entity', entity: 'remote-node' }],
  ['the health endpoint', { identity: 4, labels: ['reserved:health'] }, { kind: 'entity', entity: 'health' }],
  ['the world', WORLD, { kind: 'address', address: '203.0.113.7', names: [] }],
  [
    'the world by family',
    { identity: 9, labels: ['reserved:world-ipv4'] },
    { kind: 'address', address: '203.0.113.7' },
  ],
  [
    'an address that a policy names',
    { identity: 16777217, labels: ['cidr:203.0.113.0/24', 'reserved:world'] },
    { kind: 'address', address: '203.0.113.7' },
  ],
  ['an address that a rule for a name learned', { labels: ['fqdn:*.example.com'] }, { kind: 'address' }],
  ['nothing but a public address', {}, { kind: 'address', address: '203.0.113.7' }],
  [
    'labels that say the namespace',
    { labels: podLabels('shop', { app: 'api' }) },
    { kind: 'pods', namespace: 'shop', name: 'api' },
  ],
  ['a namespace and nothing more', { namespace: 'shop' }, { kind: 'pods', namespace: 'shop', name: 'pods' }],
])('reads an end: %s', (_, destination, end) => {
  const fields = flow(SHOP[0], destination, 443, { IP: { source: '10.0.1.11', destination: '203.0.113.7' } });
  expect(readFields(fields)).toMatchObject({ destination: end });
});

test('a private address without labels may be anything', () => {
  expect(readFields(flow(SHOP[0], {}, 443))).toMatchObject({ destination: { kind: 'unknown', address: '10.0.2.22' } });
});

test('names of addresses are read like names of policies, and what is none is left out', () => {
  const names = ['API.Example.com.', 'api.example.com', '*.example.com', 'b.example', 7, '', '203.0.113.7'];
  const fields = flow(SHOP[0], WORLD, 443, { IP: { destination: '203.0.113.7' }, destination_names: names });
  expect(readFields(fields)).toMatchObject({ destination: { names: ['api.example.com', 'b.example'] } });
});

test.each([
  [
    { http: { method: 'GET', url: 'http://api.shop:8080/v1?x=1' } },
    { method: 'GET', path: '/v1?x=1', host: 'api.shop:8080' },
  ],
  [{ http: { method: 'GET', url: 'https://user:HUBBLE_REDACTED@api.shop' } }, { path: '/', host: 'api.shop' }],
  [{ http: { method: 'POST', url: '/v1' } }, { protocol: 'http', method: 'POST', path: '/v1' }],
  [{ http: {} }, { protocol: 'http', method: '', path: '/' }],
  [{ dns: { query: 'API.example.com.', qtypes: ['A'] } }, { protocol: 'dns', name: 'api.example.com' }],
  [{ kafka: { api_key: 'produce', topic: 'orders' } }, { protocol: 'other' }],
])('reads the request %j', (l7, expected) => {
  expect(readFields(request(...SHOP, 8080, l7))).toMatchObject({ request: expected });
});

test('flows that the exporter added up count as many', () => {
  const aggregate = { ingress_flow_count: 3, egress_flow_count: 4 };
  expect(readFields(flow(...SHOP, 8080, { aggregate }))).toMatchObject({ count: 7 });
});

test('the sample of an exporter with a field mask', () => {
  // From https://docs.cilium.io/en/stable/observability/hubble/configuration/export/
  const masked = {
    time: '2023-08-21T12:12:18.510175415Z',
    verdict: 'DROPPED',
    IP: { source: '10.244.1.60', destination: '10.244.1.5', ipVersion: 'IPv4' },
    l4: { TCP: { source_port: 44_916, destination_port: 80, flags: { SYN: true } } },
    source: { namespace: 'default', pod_name: 'xwing' },
    destination: { namespace: 'default', pod_name: 'deathstar-7848d6c4d5-th9v2' },
    node_name: 'kind-kind/kind-worker',
    drop_reason_desc: 'POLICY_DENIED',
  };
  expect(readFields(masked)).toMatchObject({
    source: { kind: 'pods', namespace: 'default', name: 'xwing' },
    destination: { kind: 'pods', namespace: 'default', name: 'deathstar' },
    passed: false,
  });
});

test('ends that differ in labels are told apart, whatever they are called', () => {
  const ends = new FlowEnds();
  const one = readFlow(line(flow(...SHOP, 80)), ends) as Flow;
  const again = readFlow(line(flow(...SHOP, 81)), ends) as Flow;
  const relabelled = pod('shop', 'web', { identity: 31_000, labels: podLabels('shop', { app: 'web', tier: 'front' }) });
  const other = readFlow(line(flow(relabelled, SHOP[1], 80)), ends) as Flow;
  expect(again.source).toBe(one.source);
  expect(other.source.key).not.toBe(one.source.key);
});

test.each([
  ['api-7d9f8c6b5d-x2kzq', 'api'],
  ['node-agent-x2kzq', 'node-agent'],
  ['db-0', 'db'],
  ['xwing', 'xwing'],
  ['web-prod', 'web-prod'],
])('%s belongs to %s', (name, owner) => {
  expect(ownerName(name)).toBe(owner);
});

function tcp(port: number, flags: Readonly<Record<string, boolean>>) {
  return { TCP: { source_port: 51_234, destination_port: port, flags } };
}
