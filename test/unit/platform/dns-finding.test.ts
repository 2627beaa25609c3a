import { describe, expect, test } from 'vitest';
import { type Cluster, DEFAULT_CLUSTER } from '../../../lib/model/cluster';
import { Peer } from '../../../lib/model/peer';
import { Port } from '../../../lib/model/port';
import { Service } from '../../../lib/platform/service';
import { cilium } from '../../../lib/render/network/cilium';
import { kubernetes } from '../../../lib/render/network/kubernetes';
import { findings, platform, rules } from './build';

function program(dns: Partial<Cluster['dns']>, dialect = cilium({ version: '1.19' })) {
  const root = platform({ dialect, cluster: { ...DEFAULT_CLUSTER, dns: { ...DEFAULT_CLUSTER.dns, ...dns } } });
  const client = new Service(root, 'client', { namespace: 'clients' });
  const server = new Service(root, 'server', { namespace: 'servers', ports: [Port.tcp(80)] });
  return { root, client, lookUp: () => client.allowTo(server, { purpose: 'p' }) };
}

describe('the way to the cluster’s DNS is checked like an edge', () => {
  test.each<readonly [string, Partial<Cluster['dns']>, ReturnType<typeof cilium>, readonly string[]]>([
    ['as it is by default', {}, kubernetes(), []],
    ['on the nodes, with Cilium', { peer: Peer.entity('host') }, cilium({ version: '1.19' }), []],
    ['on the nodes, in plain Kubernetes', { peer: Peer.entity('host') }, kubernetes(), ['entity-not-expressible']],
    [
      'by a label that Cilium does not match',
      { peer: Peer.pods({ namespace: 'dns', labels: { 'k8s.io/app': 'dns' } }) },
      cilium({ version: '1.19' }),
      ['label-not-matched'],
    ],
  ])('%s', (_, dns, dialect, refused) => {
    const { root, lookUp } = program(dns, dialect);
    lookUp();
    expect(rules(root)).toEqual(refused.map((rule) => `error ${rule} platform0`));
  });

  test('and found dead where we deny its namespace ourselves', () => {
    const { root, lookUp } = program({ peer: Peer.pods({ namespace: 'dns', labels: { app: 'dns' } }) });
    lookUp();
    root.manageNamespace('dns');
    expect(findings(root)).toMatchObject([
      { rule: 'dead-end', message: expect.stringMatching(/^client → cluster DNS: namespace 'dns' is denied/) },
    ]);
  });

  test('once, and only where somebody looks up a name', () => {
    const { root, client, lookUp } = program({ peer: Peer.entity('host') }, kubernetes());
    client.allowTo(Peer.cidr('203.0.113.0/24'), { ports: [Port.tcp(443)], purpose: 'p' });
    expect(rules(root)).toEqual([]);
    lookUp();
    const other = new Service(root, 'other', { namespace: 'others' });
    other.allowTo(client, { ports: [Port.tcp(80)], purpose: 'p' });
    expect(rules(root)).toEqual(['error entity-not-expressible platform0']);
  });
});
