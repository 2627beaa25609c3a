import { expect, test } from 'vitest';
import { invalidNamesAndPorts } from '../../../../lib/analysis/rules/invalid-names-and-ports';
import { cnp, findings, lines, np, workload } from './build';

const LONG = 'x'.repeat(64);
const selecting = (selector: string) => np('a', 'p', `podSelector: ${selector}`);
const numbered = (port: string) =>
  np('a', 'p', `podSelector: {}\ningress:\n- from: [{podSelector: {}}]\n  ports: [{port: ${port}}]`);
const port = (fields: string) =>
  cnp('a', 'p', `endpointSelector: {}\negress:\n- toEndpoints: [{}]\n  toPorts: [{ports: [${fields}]}]`);

test.each([
  ['a name with capitals', np('a', 'My_Policy', 'podSelector: {}'), "'My_Policy' is no name"],
  ['a namespace with a dot', np('a.b', 'p', 'podSelector: {}'), "'a.b' is no name of a namespace"],
  ['a label value with a space', selecting('{matchLabels: {app: "a b"}}'), "'a b' is no label value"],
  [
    'a label value that is too long',
    selecting(`{matchLabels: {app: ${LONG}}}`),
    'has 64 characters, and 63 are allowed',
  ],
  ['a label key', selecting('{matchLabels: {"app!": a}}'), "'app!' is no label key"],
  [
    'a prefix of a label key',
    selecting('{matchExpressions: [{key: Foo/app, operator: Exists}]}'),
    'a prefix that is no DNS name',
  ],
  [
    'a name of a port',
    np('a', 'p', 'podSelector: {}\ningress:\n- ports: [{port: a-very-long-port-name}]\n  from: [{podSelector: {}}]'),
    'has 21 characters, and 15 are allowed',
  ],
  ['a name of a port in capitals', numbered('HTTP'), "'HTTP' is no name of a port"],
  ['a number in quotes', numbered('"80"'), "'80' is no name of a port, and a number only without quotes"],
  [
    'a label key with a source, which only Cilium writes',
    selecting('{matchLabels: {"k8s:app": web}}'),
    "'k8s:app' is no label key",
  ],
  [
    'a label key of a peer',
    np(
      'a',
      'p',
      'podSelector: {}\ningress:\n- from: [{namespaceSelector: {matchExpressions: [{key: "k8s:team", operator: Exists}]}}]',
    ),
    "'k8s:team' is no label key",
  ],
  [
    'a label value of a peer of Cilium',
    cnp('a', 'p', 'endpointSelector: {}\negress:\n- toEndpoints: [{matchLabels: {app: "a b"}}]'),
    "'a b' is no label value",
  ],
  [
    'a range that ends before it begins',
    port('{port: "443", endPort: 80, protocol: TCP}'),
    'endPort 80 lies before port 443',
  ],
])('%s', (_, yaml, message) => {
  expect(findings(invalidNamesAndPorts, { yaml })).toEqual([expect.stringContaining(message)]);
});

test('what reading refused is not said twice', () => {
  const yaml = np('a', 'p', 'podSelector: {}\ningress:\n- ports:\n  - port: 70000');
  expect(findings(invalidNamesAndPorts, { yaml })).toEqual([]);
});

test('names, labels and ports of workloads', () => {
  const pods = workload('a', 'Web', {
    labels: { app: '-' },
    ports: [{ name: 'metrics-and-health', port: 80, protocol: 'TCP' }],
  });
  expect(findings(invalidNamesAndPorts, { yaml: np('a', 'p', 'podSelector: {}'), workloads: [pods] })).toHaveLength(3);
});

test('points at the label', () => {
  const yaml = np('a', 'p', 'podSelector:\n  matchLabels:\n    app: "a b"');
  expect(lines(invalidNamesAndPorts, { yaml })).toEqual(['app: "a b"']);
});

test.each([
  [
    'labels of Cilium with a source',
    cnp(
      'a',
      'p',
      'endpointSelector: {matchLabels: {"k8s:app": web, "any:io.kubernetes.pod.namespace": a}}\ningress: [{}]',
    ),
  ],
  ['an empty label value', selecting('{matchLabels: {app: ""}}')],
  ['a number, and a name in small letters', numbered('80') + numbered('http-2').replace('name: p', 'name: q')],
  ['a name of a port for Cilium, which ignores case', port('{port: HTTP, protocol: TCP}')],
  [
    'ports',
    port('{port: "8000", endPort: 9000, protocol: TCP}, {port: http, protocol: TCP}, {port: "0", protocol: ANY}'),
  ],
])('silent: %s', (_, yaml) => {
  expect(findings(invalidNamesAndPorts, { yaml })).toEqual([]);
});
