import { expect, test } from 'vitest';
import { l7Bypassed } from '../../../../lib/analysis/rules/l7-bypassed';
import { cnp, findings, np, workload } from './build';

const workloads = [workload('a', 'web'), workload('a', 'api')];
const API = 'endpointSelector: {matchLabels: {app: api}}';
const HTTP = `
- fromEndpoints: [{matchLabels: {app: web}}]
  toPorts:
  - ports: [{port: "8080", protocol: TCP}]
    rules: {http: [{method: GET, path: /v1/.*}]}`;

test('the same peers and ports without a list, in another policy', () => {
  const yaml =
    cnp('a', 'list', `${API}\ningress:${HTTP}`) +
    cnp('a', 'open', `${API}\ningress:\n- fromEndpoints: [{}]\n  toPorts: [{ports: [{port: "8080", protocol: TCP}]}]`);
  expect(findings(l7Bypassed, { yaml, workloads })).toEqual([
    'error: the list of HTTP requests from pods with app=web in namespace a on TCP 8080 is void: CiliumNetworkPolicy a/open (-:24) sets no limit for them',
  ]);
});

test('a list of names beside one that allows any name', () => {
  const rule = (name: string) => `
- toEndpoints: [{matchLabels: {app: web}}]
  toPorts:
  - ports: [{port: "53", protocol: UDP}]
    rules: {dns: [{matchPattern: "${name}"}]}`;
  const yaml = cnp('a', 'p', `${API}\negress:${rule('api.example.com')}${rule('*')}`);
  expect(findings(l7Bypassed, { yaml, workloads })).toEqual([expect.stringContaining('the list of DNS names')]);
});

test.each([
  ['{}', 'any request, in other words'],
  ['{method: ".*", path: "/.*"}', 'any method and path'],
  ['{path: ".*"}', 'any path'],
])('a list of requests beside %s, which is %s', (any) => {
  const open = HTTP.replace('{method: GET, path: /v1/.*}', any).replace('{matchLabels: {app: web}}', '{}');
  expect(findings(l7Bypassed, { yaml: cnp('a', 'p', `${API}\ningress:${HTTP}${open}`), workloads })).toEqual([
    expect.stringMatching(
      /^error: the list of HTTP requests .* is void: CiliumNetworkPolicy a\/p \(-:16\) sets no limit/,
    ),
  ]);
});

test('a list of TLS server names beside a plain NetworkPolicy', () => {
  const names = `
- toEndpoints: [{matchLabels: {app: web}}]
  toPorts: [{ports: [{port: "443", protocol: TCP}], serverNames: [web.example.com]}]`;
  const open =
    'podSelector: {matchLabels: {app: api}}\npolicyTypes: [Egress]\negress:\n- to: [{podSelector: {}}]\n  ports: [{port: 443}]';
  const yaml = cnp('a', 'list', `${API}\negress:${names}`) + np('a', 'open', open);
  expect(findings(l7Bypassed, { yaml, workloads })).toEqual([expect.stringContaining('the list of TLS server names')]);
});

test.each([
  ['any request of a method', '{method: POST}'],
  ['any request for a host', '{host: api.example.com}'],
  ['any request with a header', '{headers: ["x-token"]}'],
])('silent: beside %s', (_, other) => {
  const wide = HTTP.replace('{method: GET, path: /v1/.*}', other).replace('{matchLabels: {app: web}}', '{}');
  expect(findings(l7Bypassed, { yaml: cnp('a', 'p', `${API}\ningress:${HTTP}${wide}`), workloads })).toEqual([]);
});

test.each([
  ['other ports', '- fromEndpoints: [{}]\n  toPorts: [{ports: [{port: "9090", protocol: TCP}]}]'],
  ['other peers', '- fromEndpoints: [{matchLabels: {app: other}}]'],
  [
    'another list',
    '- fromEndpoints: [{}]\n  toPorts:\n  - ports: [{port: "8080", protocol: TCP}]\n    rules: {http: [{method: GET, path: /v1/.*}]}',
  ],
])('silent: %s', (_, rule) => {
  const yaml = cnp('a', 'list', `${API}\ningress:${HTTP}`) + cnp('a', 'other', `${API}\ningress:\n${rule}`);
  expect(findings(l7Bypassed, { yaml, workloads })).toEqual([]);
});
