import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { type Learned, learn } from '../../../../lib/governance/learn/learn';
import type { LearnOptions } from '../../../../lib/governance/learn/learn-logs';
import { flow, HOST, line, pod, podLabels, remotePod, request, WORLD } from '../../analysis/flow/flows';

type Fields = Readonly<Record<string, unknown>>;

const stdin = (lines: readonly string[]) => Readable.from([Buffer.from(lines.map((text) => `${text}\n`).join(''))]);

function fromLogs(calls: readonly (Fields | string)[], options: LearnOptions = {}): Promise<Learned> {
  const lines = calls.map((call) => (typeof call === 'string' ? call : JSON.stringify(call)));
  return learn({ logs: ['-'] }, { ...options, stdin: stdin(lines) });
}

const call = (url: string, more: Fields = {}): Fields => ({
  level: 'info',
  time: '2026-03-01T12:00:00.000Z',
  classification: 'control-plane-routed',
  workspaceId: 'ws-production',
  url,
  ...more,
});

describe('from logs of Portarium', () => {
  test('hosts and ports are proposed for each workspace, with counts and times', async () => {
    const { workspaces, notProposed, unread } = await fromLogs([
      call('https://api.stripe.com/v1/charges?key=1'),
      call('https://API.stripe.com./v1/refunds', { time: '2026-03-02T12:00:00Z' }),
      call('https://api.stripe.com:8443/', { time: undefined, ts: 1_772_000_000.5 }),
      call('http://hooks.example.com/', { time: 1_772_000_000_000 }),
      call('https://tickets.example.com', { workspaceId: undefined, workspace_id: 'ws-support', time: 'yesterday' }),
      call('https://tickets.example.com', { workspaceId: undefined, labels: { workspace_id: 'ws-support' } }),
    ]);
    expect([notProposed, unread]).toEqual([[], []]);
    const at = (first: string, last = first) => ({ first, last });
    expect(workspaces).toEqual([
      {
        workspace: 'ws-production',
        entries: [
          {
            host: 'api.stripe.com',
            port: 443,
            protocol: 'TCP',
            count: 2,
            ...at('2026-03-01T12:00:00.000Z', '2026-03-02T12:00:00.000Z'),
          },
          { host: 'api.stripe.com', port: 8443, protocol: 'TCP', count: 1, ...at('2026-02-25T06:13:20.500Z') },
          { host: 'hooks.example.com', port: 80, protocol: 'TCP', count: 1, ...at('2026-02-25T06:13:20.000Z') },
        ],
      },
      {
        workspace: 'ws-support',
        entries: [
          { host: 'tickets.example.com', port: 443, protocol: 'TCP', count: 2, ...at('2026-03-01T12:00:00.000Z') },
        ],
      },
    ]);
  });

  test.each([
    ['a wildcard', call('https://*.example.com/'), 'wildcards are never proposed'],
    ['an address', call('https://203.0.113.7/'), "'203.0.113.7' is an IP address posing as a host"],
    ['an address in one number', call('http://2852039166/'), 'is an IP address posing as a host'],
    ['metadata of a cloud', call('http://metadata.google.internal/'), 'cloud metadata endpoint'],
    ['a Service', call('http://vault.vault.svc.cluster.local:8200'), 'a name inside the cluster'],
    ['a short name', call('http://vault:8200'), 'a single label'],
    ['a name that holds an address', call('https://169.254.169.254.nip.io'), 'posing as a host'],
    ['a public suffix', call('https://co.uk'), 'a public suffix'],
    ['a name in another script', call('https://аpple.com'), 'xn--pple-43d.com'],
    [
      'a call past the control plane',
      call('https://api.stripe.com', { classification: 'direct-sor-call' }),
      'direct-sor-call',
    ],
    ['no URL', call('api.stripe.com'), 'it names no host and port'],
    ['a scheme without a port', call('ftp://files.example.com/'), 'it names no host and port'],
    ['no workspace', call('https://api.stripe.com', { workspaceId: undefined }), 'the line names no workspace'],
    ['a workspace that cannot be', call('https://api.stripe.com', { workspaceId: '../prod' }), 'workspace id'],
  ])('%s is not proposed, and says why', async (_, logged, reason) => {
    const { workspaces, notProposed } = await fromLogs([logged, logged]);
    expect(workspaces).toEqual([]);
    expect(notProposed).toEqual([
      expect.objectContaining({ count: 2, reason: expect.stringContaining(reason), fix: expect.any(String) }),
    ]);
  });

  test('a password in a URL is never repeated', async () => {
    const learned = await fromLogs([
      call('https://user:hunter2@api.stripe.com/?token=hunter2'),
      call('https://user:hunter2@203.0.113.7/hunter2'),
      call('user:hunter2'),
    ]);
    expect(learned.workspaces).toHaveLength(1);
    expect(learned.notProposed).toHaveLength(2);
    expect(JSON.stringify(learned)).not.toContain('hunter2');
  });

  test('what is no call is counted with its first line', async () => {
    const good = JSON.stringify(call('https://api.stripe.com'));
    const { workspaces, unread } = await fromLogs([
      'Starting Portarium',
      good.slice(0, 50),
      { level: 'info', msg: 'ready' },
      '',
      '[]',
      `[pod/portarium-agent-x2kzq/agent] 2026-03-01T12:00:00.123Z ${good}`,
      'x'.repeat(2 ** 20 + 1),
      good,
    ]);
    expect(workspaces[0]?.entries[0]?.count).toBe(2);
    expect(unread).toEqual([
      { kind: 'garbage', count: 2, first: { file: '-', line: 1 } },
      { kind: 'truncated', count: 1, first: { file: '-', line: 2 } },
      { kind: 'no-call', count: 1, first: { file: '-', line: 3 } },
      { kind: 'too-long', count: 1, first: { file: '-', line: 7 } },
    ]);
  });

  test('one workspace alone, with what names none', async () => {
    const calls = [
      call('https://a.example.com'),
      call('https://b.example.com', { workspaceId: 'ws-support' }),
      call('https://c.example.com', { workspaceId: undefined }),
    ];
    const { workspaces, notProposed } = await fromLogs(calls, { workspace: 'ws-production' });
    expect(workspaces.map(({ workspace, entries }) => [workspace, entries.map(({ host }) => host)])).toEqual([
      ['ws-production', ['a.example.com', 'c.example.com']],
    ]);
    expect(notProposed).toEqual([]);
  });

  test('a flood of targets is counted, and takes no more memory', async () => {
    const calls = Array.from({ length: 10_050 }, (_, index) => call(`https://h${index}.example.com`));
    const { workspaces, unlisted } = await fromLogs(calls);
    expect(workspaces[0]?.entries).toHaveLength(10_000);
    expect(unlisted).toBe(50);
  });
});

describe('from flows of Hubble', () => {
  const plane = (more: Fields = {}) => {
    const labels = podLabels('ws-production', {
      'portarium.io/component': 'execution-plane',
      'portarium.dev/workspace': 'ws-production',
    });
    return pod('ws-production', 'execution-plane', { labels, ...more });
  };
  const named = (...names: readonly string[]) => ({
    IP: { source: '10.0.1.11', destination: '203.0.113.7' },
    destination_names: names,
  });
  const fromFlows = (flows: readonly Fields[], options: LearnOptions = {}) =>
    learn({ flows: ['-'] }, { ...options, stdin: stdin(flows.map(line)) });

  test('hosts that pods of a workspace connect to are proposed', async () => {
    const inNamespace = [
      ...podLabels('ws-support', { app: 'x' }),
      'k8s:io.cilium.k8s.namespace.labels.portarium.dev/workspace=ws-support',
    ];
    const { workspaces, notProposed, skipped } = await fromFlows([
      flow(plane(), WORLD, 443, named('api.stripe.com')),
      flow(plane(), WORLD, 443, named('api.stripe.com')),
      flow(plane(), WORLD, 443, { ...named('api.stripe.com'), is_reply: true }),
      flow(pod('ws-support', 'x', { labels: inNamespace }), WORLD, 5671, named('mq.example.com')),
      // Not of a workspace, not outside, not theirs to ask for.
      flow(pod('shop', 'web'), WORLD, 443, named('api.stripe.com')),
      flow(plane(), remotePod('vault', 'vault'), 8200),
      request(plane(), remotePod('kube-system', 'coredns'), 53, { dns: { query: 'x.example.com.' } }),
      flow(HOST, WORLD, 443, named('api.stripe.com')),
    ]);
    const at = { first: '2026-03-01T12:00:00.123456789Z', last: '2026-03-01T12:00:00.123456789Z' };
    expect(workspaces).toEqual([
      {
        workspace: 'ws-production',
        entries: [{ host: 'api.stripe.com', port: 443, protocol: 'TCP', count: 2, ...at }],
      },
      { workspace: 'ws-support', entries: [{ host: 'mq.example.com', port: 5671, protocol: 'TCP', count: 1, ...at }] },
    ]);
    expect(notProposed).toEqual([]);
    expect(skipped).toEqual([{ kind: 'reply', count: 1, first: { file: '-', line: 3 } }]);
  });

  test.each([
    ['an address without a name', flow(plane(), WORLD, 443, named()), '203.0.113.7 TCP 443', 'no name for the address'],
    [
      'an address of several names',
      flow(plane(), WORLD, 443, named('a.example.com', 'b.example.com')),
      'a.example.com, b.example.com TCP 443',
      'several names',
    ],
    [
      'what was dropped',
      flow(plane(), WORLD, 443, { ...named('a.example.com'), verdict: 'DROPPED' }),
      'a.example.com TCP 443',
      'dropped',
    ],
    [
      'a ping',
      flow(plane(), WORLD, 443, { ...named('a.example.com'), l4: { ICMPv4: { type: 8 } } }),
      'a.example.com ICMP 8',
      'ICMP',
    ],
    ['a private name', flow(plane(), WORLD, 443, named('vault.vault')), 'vault.vault TCP 443', 'no top-level domain'],
    [
      'what agents do on their own',
      flow(
        pod('ws-production', 'agent', {
          labels: podLabels('ws-production', { app: 'portarium-agent', 'portarium.dev/workspace': 'ws-production' }),
        }),
        WORLD,
        443,
        named('a.example.com'),
      ),
      'a.example.com TCP 443',
      'on their own',
    ],
  ])('%s is not proposed, and says why', async (_, fields, target, reason) => {
    const { workspaces, notProposed } = await fromFlows([fields]);
    expect(workspaces).toEqual([]);
    expect(notProposed).toEqual([
      expect.objectContaining({ workspace: 'ws-production', target, reason: expect.stringContaining(reason) }),
    ]);
  });

  test('one workspace alone', async () => {
    const { workspaces } = await fromFlows([flow(plane(), WORLD, 443, named('a.example.com'))], {
      workspace: 'ws-support',
    });
    expect(workspaces).toEqual([]);
  });
});
