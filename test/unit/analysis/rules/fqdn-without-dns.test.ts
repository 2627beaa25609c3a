import { expect, test } from 'vitest';
import { fqdnWithoutDns } from '../../../../lib/analysis/rules/fqdn-without-dns';
import { cnp, findings, workload } from './build';

const workloads = [workload('a', 'web'), workload('kube-system', 'dns', { labels: { 'k8s-app': 'kube-dns' } })];
const FQDN = '- toFQDNs: [{matchName: api.example.com}]\n  toPorts: [{ports: [{port: "443", protocol: TCP}]}]';
const DNS = (rules: string) => `
- toEndpoints: [{matchLabels: {io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}}]
  toPorts:
  - ports: [{port: "53", protocol: UDP}]${rules}`;
const found = (egress: string) =>
  findings(fqdnWithoutDns, { yaml: cnp('a', 'p', `endpointSelector: {}\negress:\n${egress}`), workloads });

test.each([
  ['without any DNS', FQDN],
  ['with DNS that the proxy does not see', FQDN + DNS('')],
])('%s', (_, egress) => {
  expect(found(egress)).toEqual([
    'error: Cilium never learns the addresses of api.example.com for a/web: no DNS rule is for these pods',
  ]);
});

test('silent: a DNS rule in another policy of the same pods', () => {
  const dns = DNS('\n    rules: {dns: [{matchName: api.example.com}]}');
  expect(found(FQDN + dns)).toEqual([]);
  const yaml =
    cnp('a', 'p', `endpointSelector: {}\negress:\n${FQDN}`) + cnp('a', 'dns', `endpointSelector: {}\negress:${dns}`);
  expect(findings(fqdnWithoutDns, { yaml, workloads })).toEqual([]);
});
