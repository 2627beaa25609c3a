import { expect, test } from 'vitest';
import { dnsPatternMismatch } from '../../../../lib/analysis/rules/dns-pattern-mismatch';
import { cnp, findings, workload } from './build';

const workloads = [workload('a', 'web'), workload('kube-system', 'dns', { labels: { 'k8s-app': 'kube-dns' } })];
const dns = (...names: string[]) => `
- toEndpoints: [{matchLabels: {io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}}]
  toPorts:
  - ports: [{port: "53", protocol: UDP}]
    rules: {dns: [${names.map((name) => `{matchPattern: "${name}"}`).join(', ')}]}`;
const host = (name: string) =>
  `\n- toFQDNs: [{matchPattern: "${name}"}]\n  toPorts: [{ports: [{port: "443", protocol: TCP}]}]`;
const found = (egress: string, dialect = 'cilium-1.19') =>
  findings(dnsPatternMismatch, { yaml: cnp('a', 'p', `endpointSelector: {}\negress:${egress}`), workloads, dialect });

test.each([
  ['*.svc.cluster.local', 'error', 'service.namespace.svc.cluster.local'],
  ['*.cluster.local', 'error', 'service.namespace.svc.cluster.local'],
  ['*.svc.corp.internal', 'warning', 'service.namespace.svc.corp.internal'],
  ['*.amazonaws.com', 'warning', 'sts.us-east-1.amazonaws.com'],
  ['*.rds.amazonaws.com', 'error', 'name.id.us-east-1.rds.amazonaws.com'],
  ['*.elb.amazonaws.com', 'error', 'name.us-east-1.elb.amazonaws.com'],
  ['*.eks.amazonaws.com', 'error', 'id.gr7.us-east-1.eks.amazonaws.com'],
  ['*.windows.net', 'error', 'account.blob.core.windows.net'],
  ['*.core.windows.net', 'error', 'account.blob.core.windows.net'],
])('%s is too short', (pattern, severity, example) => {
  expect(found(dns(pattern))).toEqual([
    `${severity}: ${pattern} does not match ${example}: * stands for one label and never crosses a dot`,
  ]);
});

test('a host that may not be asked for', () => {
  expect(found(dns('*.example.com') + host('sts.us-east-1.example.com'))).toEqual([
    'error: the pods may not ask for sts.us-east-1.example.com: their DNS rules allow only *.example.com',
  ]);
});

test.each([
  ['Services of one namespace', dns('*.shop.svc.cluster.local')],
  ['any depth', dns('**.amazonaws.com')],
  ['the host by its name', dns('sts.us-east-1.amazonaws.com') + host('sts.us-east-1.amazonaws.com')],
  ['any name', dns('*') + host('api.example.com')],
  ['no DNS rule, which is another fault', host('api.example.com')],
  ['pattern and name overlap', dns('api.example.com') + host('*.example.com')],
  ['patterns of which neither holds the other', dns('*.example.com') + host('api.*.com')],
  ['one of several names of DNS rules', dns('api.example.org', 'api.example.com') + host('api.example.com')],
])('silent: %s', (_, egress) => {
  expect(found(egress)).toEqual([]);
});

test('a host is too short as a name of a DNS rule is', () => {
  expect(found(dns('*') + host('*.amazonaws.com'))).toEqual([
    expect.stringMatching(/^warning: \*\.amazonaws\.com does not match/),
  ]);
});

test('before Cilium 1.19, two stars are no way to ask for any depth', () => {
  const egress = dns('**.example.com') + host('sts.us-east-1.example.com');
  expect(found(egress)).toEqual([]);
  expect(found(egress, 'cilium-1.18')).toEqual([
    expect.stringContaining('the pods may not ask for sts.us-east-1.example.com'),
  ]);
});

test('silent: plain Kubernetes, which enforces no names', () => {
  expect(found(dns('*.cluster.local'), 'kubernetes')).toEqual([]);
});
