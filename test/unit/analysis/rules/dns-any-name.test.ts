import { expect, test } from 'vitest';
import { dnsAnyName } from '../../../../lib/analysis/rules/dns-any-name';
import { cnp, findings, workload } from './build';

const workloads = [workload('a', 'web')];
const dns = (name: string, rest = '') =>
  cnp(
    'a',
    'p',
    `endpointSelector: {}${rest}\negress:\n- toEntities: [cluster]\n  toPorts:\n  - ports: [{port: "53", protocol: UDP}]\n    rules: {dns: [{matchPattern: "${name}"}]}`,
  );

test.each(['*', '**', '*.'])('a rule for any name: %s', (name) => {
  expect(findings(dnsAnyName, { yaml: dns(name), workloads })).toEqual([
    'warning: the pods may ask for any name, which is a way to send data out',
  ]);
});

test('a policy that observes may list nothing yet', () => {
  const yaml = dns('*', '\nenableDefaultDeny: {ingress: false, egress: false}');
  expect(findings(dnsAnyName, { yaml, workloads })).toEqual([expect.stringMatching(/^info: .*only observes so far$/)]);
});

test.each(['*.example.com', '**.example.com', 'example.*'])('silent: %s', (name) => {
  expect(findings(dnsAnyName, { yaml: dns(name), workloads })).toEqual([]);
});

test('silent: any host, which is another fault', () => {
  const yaml = cnp('a', 'p', 'endpointSelector: {}\negress:\n- toFQDNs: [{matchPattern: "*"}]');
  expect(findings(dnsAnyName, { yaml, workloads })).toEqual([]);
});
