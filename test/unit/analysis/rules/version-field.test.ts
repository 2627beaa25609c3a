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
