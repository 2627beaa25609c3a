import { expect, test } from 'vitest';
import { type Cluster, DEFAULT_CLUSTER } from '../../../lib/model/cluster';
import { Peer } from '../../../lib/model/peer';
import { Port } from '../../../lib/model/port';
import { checkCluster } from '../../../lib/platform/cluster-check';
import { platform } from './build';

const dns = (over: Partial<Cluster['dns']>): Cluster => ({
  ...DEFAULT_CLUSTER,
  dns: { ...DEFAULT_CLUSTER.dns, ...over },
});

test.each<Cluster>([
  DEFAULT_CLUSTER,
  { ...DEFAULT_CLUSTER, domain: 'k8s.corp.example.net', searchDomains: ['corp.example.net', 'internal'] },
  dns({ peer: Peer.namespace('kube-system') }),
  dns({ peer: Peer.entity('host') }),
  dns({ peer: Peer.cidr('10.96.0.10/32') }),
  dns({ ports: [Port.udpNamed('dns'), Port.tcpNamed('dns-tcp')] }),
])('a cluster is taken: %o', (cluster) => {
  expect(checkCluster(cluster, 'app/platform')).toBe(cluster);
});

test.each<readonly [Cluster, RegExp]>([
  [{ ...DEFAULT_CLUSTER, domain: '' }, /domain of the cluster '' is not a DNS subdomain/],
  [{ ...DEFAULT_CLUSTER, domain: '*' }, /not a DNS subdomain/],
  [{ ...DEFAULT_CLUSTER, searchDomains: ['corp.example.net', '*'] }, /search domain '\*' is not a DNS subdomain/],
  [dns({ ports: [] }), /DNS has no ports/],
  [dns({ ports: [{ protocol: 'UDP', port: 0 }] }), /0 is not a port/],
  [dns({ ports: [Port.udpRange(53, 54)] }), /cannot be served on UDP 53-54/],
  [dns({ ports: [Port.sctp(53)] }), /cannot be served on SCTP 53/],
  [dns({ peer: Peer.fqdn('dns.example.com') }), /cannot be the cluster's DNS/],
  [dns({ peer: Peer.internet({ reason: 'none' }) }), /cannot be the cluster's DNS/],
  [dns({ peer: { kind: 'pods', namespace: 'kube-system', labels: {} } }), /every pod/],
  [dns({ peer: { kind: 'cidr', cidr: '0.0.0.0/0', except: [] } }), /whole internet/],
])('a cluster is refused at its platform: %o', (cluster, message) => {
  expect(() => checkCluster(cluster, 'app/platform')).toThrow(message);
  expect(() => platform({ cluster })).toThrow('[platform0]');
});

test.each(['1', '1.x', 'v1.33', '1.333', '2.0'])('%s is no version of Kubernetes', (kubernetes) => {
  expect(() => platform({ cluster: { ...platform().cluster, kubernetes } })).toThrow('is not a minor version');
});
