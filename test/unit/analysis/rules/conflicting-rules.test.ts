import { describe, expect, test } from 'vitest';
import { conflictingRules } from '../../../../lib/analysis/rules/conflicting-rules';
import { cnp, findings, lines, workload } from './build';

const workloads = [workload('a', 'web'), workload('a', 'db')];
const HTTP = 'rules: {http: [{method: GET}]}';
const NAMES = 'serverNames: [a.example.com]';
const rule = (what: string, { from = '{}', port = '80', protocol = 'TCP', mode = '' } = {}) =>
  `\n- fromEndpoints: [${from}]${mode === '' ? '' : `\n  authentication: {mode: ${mode}}`}\n  toPorts: [{ports: [{port: "${port}", protocol: ${protocol}}]${what === '' ? '' : `, ${what}`}}]`;
const policy = (name: string, rules: readonly string[], app = 'db') =>
  cnp('a', name, `endpointSelector: {matchLabels: {app: ${app}}}\ningress:${rules.join('')}`);
const found = (...rules: readonly string[]) => findings(conflictingRules, { yaml: policy('p', rules), workloads });

test('two proxies for the same peer on the same port', () => {
  expect(found(rule(HTTP), rule(NAMES))).toEqual([
    'error: the rule restricts TLS server names for all pods in namespace a on TCP 80, and CiliumNetworkPolicy a/p (-:11) asks for something else: by which comes first, Cilium computes no policy for the pods, or lets every request pass',
  ]);
});

test('a list of requests and one of DNS names', () => {
  const egress = (what: string) =>
    `\n- toEndpoints: [{}]\n  toPorts: [{ports: [{port: "53", protocol: TCP}], rules: {${what}: [${what === 'dns' ? '{matchPattern: "*"}' : '{}'}]}}]`;
  const yaml = cnp('a', 'p', `endpointSelector: {}\negress:${egress('http')}${egress('dns')}`);
  expect(findings(conflictingRules, { yaml, workloads })).toEqual([
    expect.stringContaining('the rule restricts DNS names for all pods in namespace a on TCP 53'),
  ]);
  expect(findings(conflictingRules, { yaml, workloads })[0]).toContain(
    'Cilium computes no policy for the pods, and keeps',
  );
});

test('authentication, and none', () => {
  expect(found(rule('', { mode: 'required' }), rule('', { mode: 'disabled' }))).toEqual([
    expect.stringContaining('the rule says authentication disabled for all pods in namespace a on TCP 80'),
  ]);
});

test('in policies of their own, and only for pods that both govern', () => {
  const yaml = policy('one', [rule(HTTP)]) + policy('two', [rule(NAMES)]);
  expect(findings(conflictingRules, { yaml, workloads })).toEqual([
    expect.stringContaining('and CiliumNetworkPolicy a/one (-:11) asks for something else'),
  ]);
  expect(lines(conflictingRules, { yaml, workloads })).toEqual([expect.stringContaining('serverNames')]);
  const apart = policy('one', [rule(HTTP)]) + policy('two', [rule(NAMES)], 'web');
  expect(findings(conflictingRules, { yaml: apart, workloads })).toEqual([]);
});

test('a name for any protocol is one for TCP, too', () => {
  const silent = rule('', { port: 'pg', protocol: 'ANY', mode: 'required' });
  expect(found(silent, rule('', { port: 'pg', mode: 'disabled' }))).toHaveLength(1);
});

test.each([
  ['the same twice', [rule(HTTP), rule(HTTP)]],
  ['one that asks for nothing', [rule(HTTP), rule('')]],
  ['other ports', [rule(HTTP), rule(NAMES, { port: '443' })]],
  ['other peers that overlap', [rule(HTTP), rule(NAMES, { from: '{matchLabels: {app: web}}' })]],
  ['one for authentication and one for requests', [rule(HTTP), rule('', { mode: 'required' })]],
])('silent: %s', (_, rules) => {
  expect(found(...rules)).toEqual([]);
});

describe('entities are labels that Cilium reserves', () => {
  const from = (peers: string, mode: string) =>
    `\n- ${peers}\n  authentication: {mode: ${mode}}\n  toPorts: [{ports: [{port: "80", protocol: TCP}]}]`;

  test.each([
    ['fromEntities: [init]', 'fromEndpoints: [{matchLabels: {"reserved:init": ""}}]'],
    ['fromEntities: [world]', 'fromEntities: [world-ipv4]'],
    ['fromEntities: [cluster]', 'fromEntities: [host]'],
    ['fromEntities: [all, host]', 'fromEntities: [all]'],
  ])('%s, and %s', (one, other) => {
    expect(found(from(one, 'required'), from(other, 'disabled'))).toHaveLength(1);
    expect(found(from(other, 'required'), from(one, 'disabled'))).toHaveLength(1);
  });

  test.each([
    ['fromEntities: [host]', 'fromEntities: [init]'],
    ['fromEntities: [world-ipv6]', 'fromEntities: [world-ipv4]'],
    // Beside everybody, nobody has entries of his own.
    ['fromEntities: [all, host]', 'fromEntities: [host]'],
  ])('silent: %s, and %s', (one, other) => {
    expect(found(from(one, 'required'), from(other, 'disabled'))).toEqual([]);
  });
});
