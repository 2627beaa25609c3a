import { describe, expect, test } from 'vitest';
import { Peer } from '../../../lib/model/peer';
import { Port } from '../../../lib/model/port';
import type { EdgeOptions } from '../../../lib/platform/connections';
import { Service } from '../../../lib/platform/service';
import { Workspace } from '../../../lib/platform/workspace';
import { findings, platform, rules } from './build';

const GET: EdgeOptions = { purpose: 'read', ports: [Port.tcp(80)], http: [{ method: 'GET' }] };
const OPEN: EdgeOptions = { purpose: 'anything', ports: [Port.tcp(80)] };
const pods = (labels: Record<string, string>, namespace = 'clients') => Peer.pods({ namespace, labels });

function server(root = platform()) {
  return { root, server: new Service(root, 'server', { namespace: 'servers' }) };
}

describe('a list of requests that a broader edge makes void', () => {
  test.each<readonly [string, Peer, Peer, EdgeOptions]>([
    ['the same pods', pods({ app: 'a' }), pods({ app: 'a' }), OPEN],
    ['their namespace', pods({ app: 'a' }), Peer.namespace('clients'), OPEN],
    ['pods that may carry both labels', pods({ app: 'a' }), pods({ tier: 'b' }), OPEN],
    ['the cluster', pods({ app: 'a' }), Peer.entity('cluster'), OPEN],
    ['a range of ports around it', pods({ app: 'a' }), pods({ app: 'a' }), { ...OPEN, ports: [Port.tcpRange(1, 100)] }],
    [
      'a name that may stand for the port',
      pods({ app: 'a' }),
      pods({ app: 'a' }),
      { ...OPEN, ports: [Port.tcpNamed('web')] },
    ],
    ['addresses within addresses', Peer.cidr('203.0.113.7/32'), Peer.cidr('203.0.113.0/24'), OPEN],
  ])('is found: %s', (_, restricted, broader, options) => {
    const { root, server: service } = server();
    service.allowFrom(restricted, GET);
    service.allowFrom(broader, options);
    expect(rules(root).filter((rule) => rule.includes('l7'))).toEqual(['error l7-bypassed platform0/server']);
  });

  test.each<readonly [string, Peer, EdgeOptions]>([
    ['other pods', pods({ app: 'b' }), OPEN],
    ['another namespace', pods({ app: 'a' }, 'others'), OPEN],
    ['another port', pods({ app: 'a' }), { ...OPEN, ports: [Port.tcp(81)] }],
    ['another protocol', pods({ app: 'a' }), { ...OPEN, ports: [Port.udp(80)] }],
    ['another list', pods({ app: 'a' }), { ...GET, purpose: 'write', http: [{ method: 'POST' }] }],
  ])('is not: %s', (_, other, options) => {
    const { root, server: service } = server();
    service.allowFrom(pods({ app: 'a' }), GET);
    service.allowFrom(other, options);
    expect(rules(root)).toEqual([]);
  });

  test('is found on egress to a server of others, where the list is rendered', () => {
    const { root, server: service } = server();
    const vault = new Service(root, 'vault', { namespace: 'vault', managed: false });
    service.allowTo(vault, GET);
    service.allowTo(vault, OPEN);
    expect(findings(root)).toMatchObject([
      {
        rule: 'l7-bypassed',
        message:
          'the requests listed for server → vault (read) have no effect, because server → vault (anything) allows any traffic on TCP 80',
      },
    ]);
  });

  test('is found between two components of ours at the server alone', () => {
    const { root, server: service } = server();
    const client = new Service(root, 'client', { namespace: 'clients' });
    client.allowTo(service, GET);
    client.allowTo(service, OPEN);
    expect(rules(root)).toEqual(['error l7-bypassed platform0/server']);
  });

  test('is looked for among thousands of workspaces of one namespace', () => {
    const { root, server: service } = server(platform({ sharedNamespace: 'agents' }));
    for (let index = 0; index < 1500; index++) {
      const workspace = new Workspace(root, `ws-${index}`, { isolation: 'label' });
      workspace.agents.allowTo(service, GET);
      workspace.addExecutionPlane('none').allowTo(service, OPEN);
    }
    expect(findings(root)).toEqual([]);
  });
});
