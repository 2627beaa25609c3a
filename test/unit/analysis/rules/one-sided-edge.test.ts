import { describe, expect, test } from 'vitest';
import { oneSidedEdge } from '../../../../lib/analysis/rules/one-sided-edge';
import { cnp, findings, lines, np, workload } from './build';

const workloads = [workload('a', 'web'), workload('a', 'db'), workload('a', 'cache')];
const DENY = np('a', 'deny', 'podSelector: {}\npolicyTypes: [Ingress, Egress]');
const egress = (from: string, to: string, port: number) =>
  np(
    'a',
    `${from}-egress`,
    `podSelector: {matchLabels: {app: ${from}}}\npolicyTypes: [Egress]\negress:\n- to: [{podSelector: ${to}}]\n  ports: [{port: ${port}}]`,
  );
const ingress = (to: string, from: string, port: number) =>
  np(
    'a',
    `${to}-ingress`,
    `podSelector: {matchLabels: {app: ${to}}}\npolicyTypes: [Ingress]\ningress:\n- from: [{podSelector: ${from}}]\n  ports: [{port: ${port}}]`,
  );
const app = (name: string) => `{matchLabels: {app: ${name}}}`;
const found = (yaml: string) => findings(oneSidedEdge, { yaml: DENY + yaml, workloads, dialect: 'kubernetes' });

test('egress that no ingress takes', () => {
  expect(found(egress('web', app('db'), 5432))).toEqual([
    'warning: nothing comes of egress to pods with app=db in namespace a on TCP 5432: no ingress rule of a/db lets these pods in',
  ]);
});

test('ingress that no egress uses', () => {
  expect(found(ingress('db', app('web'), 5432))).toEqual([
    'warning: nothing comes of ingress from pods with app=web in namespace a on TCP 5432: no egress rule of a/web lets them out to these pods',
  ]);
});

test('both ends, on different ports', () => {
  expect(found(egress('web', app('db'), 5432) + ingress('db', app('web'), 5433))).toHaveLength(2);
});

test('silent: both ends', () => {
  expect(found(egress('web', app('db'), 5432) + ingress('db', app('web'), 5432))).toEqual([]);
});

test('silent: an end that nothing isolates', () => {
  const open = [workload('a', 'web'), workload('b', 'db')];
  const yaml = np(
    'a',
    'p',
    'podSelector: {}\npolicyTypes: [Egress]\negress:\n- to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: b}}}]',
  );
  expect(findings(oneSidedEdge, { yaml, workloads: open, dialect: 'kubernetes' })).toEqual([]);
});

test('some pairs of named pods are a note, some of a whole namespace are nothing', () => {
  const some = '{matchExpressions: [{key: app, operator: In, values: [db, cache]}]}';
  const taken = ingress('db', app('web'), 5432);
  expect(found(egress('web', some, 5432) + taken)).toEqual([
    'info: egress on TCP 5432 ends at a/cache: their ingress does not let these pods in',
  ]);
  expect(found(egress('web', '{}', 5432) + taken)).toEqual([]);
});

test('an end that only a rule for every port connects', () => {
  const broad = np(
    'a',
    'broad',
    'podSelector: {}\npolicyTypes: [Ingress, Egress]\ningress:\n- from: [{podSelector: {}}]\negress:\n- to: [{podSelector: {}}]',
  );
  const narrow = ingress('db', app('web'), 5432) + egress('web', app('cache'), 6379);
  expect(found(broad + narrow)).toEqual([
    expect.stringMatching(/^warning: ingress from pods with app=web .* is declared at this end only/),
    expect.stringMatching(/^warning: egress to pods with app=cache .* is declared at this end only/),
  ]);
});

describe('for Cilium', () => {
  const spec = (name: string, fields: string) =>
    cnp('a', name, `endpointSelector: {matchLabels: {app: ${name}}}\n${fields}`);
  const out = (port: number) =>
    spec('web', `egress:\n- toEndpoints: [${app('db')}]\n  toPorts: [{ports: [{port: "${port}", protocol: TCP}]}]`);
  const into = (port: number) =>
    spec('db', `ingress:\n- fromEndpoints: [${app('web')}]\n  toPorts: [{ports: [{port: "${port}", protocol: TCP}]}]`);
  const deny = cnp('a', 'deny', 'endpointSelector: {}\ningress: [{}]\negress: [{}]');

  test('one end, at its ports', () => {
    const built = { yaml: deny + out(5432), workloads };
    expect(findings(oneSidedEdge, built)).toEqual([expect.stringMatching(/^warning: nothing comes of egress to/)]);
    expect(lines(oneSidedEdge, built)).toEqual(['toPorts: [{ports: [{port: "5432", protocol: TCP}]}]']);
  });

  test('an end that a deny takes away', () => {
    const denied = spec('db', `ingress: [{}]\ningressDeny:\n- fromEndpoints: [${app('web')}]`).replace(
      'name: db',
      'name: refuse',
    );
    expect(findings(oneSidedEdge, { yaml: deny + out(5432) + into(5432) + denied, workloads })).toEqual([
      expect.stringMatching(/^warning: nothing comes of egress to/),
    ]);
  });

  test('silent: both ends, and peers that no policy here can let in', () => {
    const world = spec(
      'web',
      'egress:\n- toEntities: [world]\n- toCIDR: [203.0.113.0/24]\n- toFQDNs: [{matchName: a.example}]',
    );
    expect(findings(oneSidedEdge, { yaml: deny + out(5432) + into(5432), workloads })).toEqual([]);
    expect(findings(oneSidedEdge, { yaml: deny + world, workloads })).toEqual([]);
  });
});
