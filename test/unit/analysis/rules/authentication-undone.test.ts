import { expect, test } from 'vitest';
import { authenticationUndone } from '../../../../lib/analysis/rules/authentication-undone';
import { cnp, findings, lines, workload } from './build';

const workloads = [workload('a', 'web'), workload('a', 'db')];
const rule = (mode: string, from = '{}', ports = '') =>
  `\n- fromEndpoints: [${from}]${mode === '' ? '' : `\n  authentication: {mode: ${mode}}`}${ports}`;
const PORT = '\n  toPorts: [{ports: [{port: "5432", protocol: TCP}]}]';
const found = (...rules: string[]) =>
  findings(authenticationUndone, {
    yaml: cnp('a', 'p', `endpointSelector: {matchLabels: {app: db}}\ningress:${rules.join('')}`),
    workloads,
  });

test('disabled on a narrower rule undoes required', () => {
  expect(found(rule('required'), rule('disabled', '{matchLabels: {app: web}}', PORT))).toEqual([
    'error: authentication disabled for pods with app=web in namespace a on TCP 5432 undoes what CiliumNetworkPolicy a/p (-:10) requires',
  ]);
});

test.each([
  ['a rule that says nothing', rule('required', '{}', PORT), rule('')],
  ['disabled on a wider rule', rule('required', '{}', PORT), rule('disabled')],
  [
    'disabled for other pods',
    rule('required', '{matchLabels: {app: web}}'),
    rule('disabled', '{matchLabels: {app: other}}', PORT),
  ],
  ['nothing required', rule(''), rule('disabled', '{}', PORT)],
])('silent: %s', (_, ...rules) => {
  expect(found(...rules)).toEqual([]);
});

test('in another policy, and for egress', () => {
  const policy = (name: string, mode: string, ports = '') =>
    cnp(
      'a',
      name,
      `endpointSelector: {matchLabels: {app: web}}\negress:\n- toEndpoints: [{matchLabels: {app: db}}]\n  authentication: {mode: ${mode}}${ports}`,
    );
  const yaml = policy('strict', 'required') + policy('lax', 'disabled', PORT);
  expect(findings(authenticationUndone, { yaml, workloads })).toEqual([
    expect.stringContaining('undoes what CiliumNetworkPolicy a/strict (-:10) requires'),
  ]);
  expect(lines(authenticationUndone, { yaml, workloads })).toEqual([
    'toPorts: [{ports: [{port: "5432", protocol: TCP}]}]',
  ]);
});
