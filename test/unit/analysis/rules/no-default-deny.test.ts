import { expect, test } from 'vitest';
import { noDefaultDeny } from '../../../../lib/analysis/rules/no-default-deny';
import { ccnp, cnp, findings, np, workload } from './build';

const NAMESPACE = (name: string) => `---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n`;
const DENY = 'podSelector: {}\npolicyTypes: [Ingress, Egress]';
const workloads = [workload('a', 'web'), workload('a', 'db')];

test('one finding for each direction that is open for some pods', () => {
  const yaml =
    np('a', 'web', 'podSelector: {matchLabels: {app: web}}\npolicyTypes: [Ingress, Egress]') +
    np('a', 'db', 'podSelector: {matchLabels: {app: db}}');
  expect(findings(noDefaultDeny, { yaml, workloads })).toEqual([
    'error: everything may be reached from db in namespace a: no policy isolates them for egress',
  ]);
});

test('a namespace that has no policy at all', () => {
  expect(findings(noDefaultDeny, { yaml: NAMESPACE('a'), workloads })).toEqual([
    expect.stringMatching(/^error: everybody may reach web, db /),
    expect.stringMatching(/^error: everything may be reached from web, db /),
  ]);
});

test('silent where a policy isolates every pod, of the namespace or of the cluster', () => {
  expect(findings(noDefaultDeny, { yaml: NAMESPACE('a') + np('a', 'deny', DENY), workloads })).toEqual([]);
  const everywhere = ccnp('deny', 'endpointSelector: {}\ningress: [{}]\negress: [{}]');
  expect(findings(noDefaultDeny, { yaml: NAMESPACE('a') + everywhere, workloads })).toEqual([]);
});

test('silent about namespaces that are only mentioned', () => {
  const elsewhere = workload('monitoring', 'prometheus', { kind: 'Component' });
  const { source: _, ...component } = elsewhere;
  expect(findings(noDefaultDeny, { yaml: np('a', 'deny', DENY), workloads: [component] })).toEqual([]);
});

test('namespaces of the system are a warning where they are declared, and a note where they are not', () => {
  const { source: _, ...dns } = workload('kube-system', 'dns', { kind: 'Component' });
  const severities = (yaml: string) =>
    findings(noDefaultDeny, { yaml, workloads: [dns] }).map((text) => text.split(':')[0]);
  expect(severities(NAMESPACE('kube-system'))).toEqual(['warning', 'warning']);
  expect(severities(np('kube-system', 'bridge', 'podSelector: {matchLabels: {app: bridge}}'))).toEqual([
    'info',
    'info',
  ]);
});

test('pods whose policies only observe are a note', () => {
  const yaml =
    NAMESPACE('a') +
    cnp(
      'a',
      'observe',
      'endpointSelector: {}\nenableDefaultDeny: {ingress: false, egress: false}\ningress: [{}]\negress: [{}]',
    );
  expect(findings(noDefaultDeny, { yaml, workloads })).toEqual([
    expect.stringMatching(/^info: .*enableDefaultDeny.ingress to false$/),
    expect.stringMatching(/^info: .*enableDefaultDeny.egress to false$/),
  ]);
});

test('pods on the host network are nobody that a policy could isolate', () => {
  const agents = [workload('a', 'agent', { hostNetwork: true })];
  expect(findings(noDefaultDeny, { yaml: NAMESPACE('a'), workloads: agents })).toEqual([]);
});

test('pods that an inventory mentions in a namespace of others are not judged beside pods of ours', () => {
  const job = workload('spire', 'register', { kind: 'Job' });
  const server = workload('spire', 'server', { kind: 'Component' });
  const deny = np('spire', 'register', 'podSelector: {matchLabels: {app: register}}\npolicyTypes: [Ingress, Egress]');
  expect(findings(noDefaultDeny, { yaml: deny, workloads: [job, server] })).toEqual([]);
  expect(findings(noDefaultDeny, { yaml: NAMESPACE('spire') + deny, workloads: [job, server] })).toHaveLength(2);
});

test('a declared namespace without pods, beside one with some, is judged by a pod that may come', () => {
  const yaml = NAMESPACE('a') + np('a', 'deny', DENY) + NAMESPACE('b');
  expect(findings(noDefaultDeny, { yaml, workloads })).toEqual([
    'error: everybody may reach stranger in namespace b: no policy isolates them for ingress',
    'error: everything may be reached from stranger in namespace b: no policy isolates them for egress',
  ]);
  expect(findings(noDefaultDeny, { yaml: yaml + np('b', 'deny', DENY), workloads })).toEqual([]);
});

test('a declared namespace whose policies select its pods by labels is judged by a pod that may come, too', () => {
  const selecting = (app: string, types: string) =>
    np('a', app, `podSelector: {matchLabels: {app: ${app}}}\npolicyTypes: [${types}]`);
  const both = selecting('web', 'Ingress, Egress') + selecting('db', 'Ingress, Egress');
  const open = (direction: string) =>
    expect.stringMatching(new RegExp(`^warning: .* a pod with labels of its own in namespace a: .* for ${direction},`));
  expect(findings(noDefaultDeny, { yaml: NAMESPACE('a') + both, workloads })).toEqual([
    open('ingress'),
    open('egress'),
  ]);
  // What is open for the pods of today is said once.
  const oneWay = selecting('web', 'Ingress, Egress') + selecting('db', 'Ingress');
  expect(findings(noDefaultDeny, { yaml: NAMESPACE('a') + oneWay, workloads })).toEqual([
    'error: everything may be reached from db in namespace a: no policy isolates them for egress',
    open('ingress'),
  ]);
  // A namespace that is not declared may have its default deny elsewhere.
  expect(findings(noDefaultDeny, { yaml: both, workloads })).toEqual([]);
});

test('a namespace of nodes alone is nobody that a policy could isolate', () => {
  const nodes = [...workloads, workload('b', 'agent', { hostNetwork: true })];
  const yaml = NAMESPACE('a') + np('a', 'deny', DENY) + NAMESPACE('b');
  expect(findings(noDefaultDeny, { yaml, workloads: nodes })).toEqual([]);
});
