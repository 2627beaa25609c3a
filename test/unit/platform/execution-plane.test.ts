import { describe, expect, test } from 'vitest';
import type { AllowlistEntry } from '../../../lib/model/allowlist';
import { Peer } from '../../../lib/model/peer';
import { Port } from '../../../lib/model/port';
import { Workspace } from '../../../lib/platform/workspace';
import { allows, platform } from './build';

const ENTRIES: readonly AllowlistEntry[] = [
  { peer: Peer.fqdn('api.example.com'), ports: [Port.tcp(443)], purpose: 'invoices' },
  { peer: Peer.cidr('203.0.113.0/24'), ports: [Port.tcp(8443)], purpose: 'stub' },
];

describe('an execution plane', () => {
  test('reaches exactly what its allowlist names', () => {
    const root = platform();
    const workspace = new Workspace(root, 'ws');
    const plane = workspace.addExecutionPlane(ENTRIES);
    expect(plane.connections.egress.map(({ to, ports, purpose }) => [to.title, ports, purpose])).toEqual([
      ['api.example.com', [Port.tcp(443)], 'invoices'],
      ['203.0.113.0/24', [Port.tcp(8443)], 'stub'],
    ]);
    const pod = { namespace: 'ws', labels: { ...plane.podLabels } };
    const reaches = (address: string, port: number, host?: string) =>
      allows(root, {
        direction: 'Egress',
        pod,
        far: host === undefined ? { address } : { address, host },
        protocol: 'TCP',
        port,
      });
    expect(reaches('93.184.216.34', 443, 'api.example.com')).toBe(true);
    expect(reaches('203.0.113.5', 8443)).toBe(true);
    expect(reaches('203.0.113.5', 443)).toBe(false);
    expect(reaches('93.184.216.34', 443, 'evil.example.org')).toBe(false);
    // A host name that is made to point at a metadata address does not get there.
    expect(reaches('169.254.169.254', 443, 'api.example.com')).toBe(false);
  });

  test('shares none of it with the agents of its workspace', () => {
    const root = platform();
    const workspace = new Workspace(root, 'ws');
    workspace.addExecutionPlane(ENTRIES);
    expect(workspace.agents.connections.egress).toEqual([]);
    const pod = { namespace: 'ws', labels: { ...workspace.agents.podLabels } };
    expect(
      allows(root, { direction: 'Egress', pod, far: { address: '203.0.113.5' }, protocol: 'TCP', port: 8443 }),
    ).toBe(false);
  });

  test("reaches nothing with 'none'", () => {
    expect(new Workspace(platform(), 'ws').addExecutionPlane('none').connections.egress).toEqual([]);
  });

  test('is refused an empty list, which could be a mistake', () => {
    const create = () => new Workspace(platform(), 'ws').addExecutionPlane([]);
    expect(create).toThrow(/allowlist is empty.*'none'/);
    expect(create).toThrow('[platform0/ws/execution-plane]');
  });

  test.each([
    ['all', /allowlist is 'all', which is no list.*'none'/],
    ['None', /allowlist is 'None', which is no list/],
    [undefined, /allowlist is empty/],
    [[{ peer: Peer.fqdn('api.example.com'), ports: [Port.tcp(443)] }], /has no purpose/],
  ])('is refused %j', (allowlist, message) => {
    const create = () => new Workspace(platform(), 'ws').addExecutionPlane(allowlist as 'none');
    expect(create).toThrow(message);
    expect(create).toThrow('[platform0/ws/execution-plane]');
  });

  test('is allowed more later', () => {
    const plane = new Workspace(platform(), 'ws').addExecutionPlane('none');
    plane.allowEgress(ENTRIES);
    plane.allowEgress('none');
    expect(plane.connections.egress).toHaveLength(2);
  });
});
