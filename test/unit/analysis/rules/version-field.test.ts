import { expect, test } from 'vitest';
import { versionField } from '../../../../lib/analysis/rules/version-field';
import { cnp, findings, lines } from './build';

const EGRESS = `
endpointSelector: {}
egress:
- toEndpoints: [{}]
  toRequires: [{matchLabels: {team: a}}]
- toEndpoints: [{}]
  authentication: {mode: required}
- toEndpoints: [{}]
  toPorts:
  - ports: [{port: "9092", protocol: TCP}]
    rules:
      kafka: [{role: produce}]
- toFQDNs: [{matchPattern: "**.example.com"}]
`;
const yaml = cnp('a', 'p', EGRESS);

test.each([
  ['cilium-1.18', ['toFQDNs']],
  ['cilium-1.19', ['toRequires']],
  ['cilium-1.20', ['toRequires', 'kafka']],
  ['cilium-1.21', ['toRequires', 'authentication', 'kafka']],
  ['kubernetes', []],
])('%s', (dialect, fields) => {
  const found = findings(versionField, { yaml, dialect });
  expect(found.map((text) => /\(([^)]*)\)$/.exec(text)?.[1])).toEqual(
    fields.map((field) => expect.stringContaining(field)),
  );
});

test('an empty list of requirements is taken by every version', () => {
  const empty = cnp('a', 'p', 'endpointSelector: {}\ningress:\n- fromEndpoints: [{}]\n  fromRequires: []');
  expect(findings(versionField, { yaml: empty })).toEqual([]);
});

test('points at the field', () => {
  expect(lines(versionField, { yaml, dialect: 'cilium-1.19' })).toEqual(['toRequires: [{matchLabels: {team: a}}]']);
});

test('what was required makes the API server refuse the policy', () => {
  expect(findings(versionField, { yaml, dialect: 'cilium-1.19' })).toEqual([
    'error: Cilium 1.19 takes no toRequires any more: the API server refuses the policy, and nothing of it is enforced (spec.egress[0].toRequires)',
  ]);
});

test('rules of every list and spec count, and patterns of DNS rules', () => {
  const several = `---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: p
  namespace: a
specs:
- endpointSelector: {}
  ingressDeny:
  - fromEndpoints: [{}]
    fromRequires: [{matchLabels: {team: a}}]
- endpointSelector: {}
  egress:
  - toEntities: [cluster]
    toPorts:
    - ports: [{port: "53", protocol: UDP}]
      rules: {dns: [{matchName: example.com}, {matchPattern: "**.example.com"}]}
`;
  const fields = (dialect: string) =>
    findings(versionField, { yaml: several, dialect }).map((text) => /\(([^)]*)\)$/.exec(text)?.[1]);
  expect(fields('cilium-1.19')).toEqual(['specs[0].ingressDeny[0].fromRequires']);
  expect(fields('cilium-1.18')).toEqual(['specs[1].egress[0].toPorts[0].rules.dns[1]']);
});
