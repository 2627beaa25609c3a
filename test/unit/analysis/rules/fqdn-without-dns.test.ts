import { expect, test } from 'vitest';
import { fqdnWithoutDns } from '../../../../lib/analysis/rules/fqdn-without-dns';
import { cnp, findings, lines, workload } from './build';

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

test('only those of the pods that no DNS rule is for', () => {
  const pods = [workload('a', 'web'), workload('a', 'worker'), workload('a', 'blind')];
  const dns = DNS('\n    rules: {dns: [{matchName: api.example.com}]}');
  const yaml =
    cnp('a', 'hosts', `endpointSelector: {}\negress:\n${FQDN}`) +
    cnp(
      'a',
      'dns',
      `endpointSelector: {matchExpressions: [{key: app, operator: In, values: [web, worker]}]}\negress:${dns}`,
    );
  expect(findings(fqdnWithoutDns, { yaml, workloads: pods })).toEqual([
    expect.stringMatching(/ for a\/blind: no DNS rule is for these pods$/),
  ]);
  expect(lines(fqdnWithoutDns, { yaml, workloads: pods })).toEqual([
    'toPorts: [{ports: [{port: "443", protocol: TCP}]}]',
  ]);
});

test('silent: plain Kubernetes, which enforces no names', () => {
  const yaml = cnp('a', 'p', `endpointSelector: {}\negress:\n${FQDN}`);
  expect(findings(fqdnWithoutDns, { yaml, workloads, dialect: 'kubernetes' })).toEqual([]);
});
