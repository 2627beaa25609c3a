import { describe, expect, test } from 'vitest';
import { read, rulesOf, selectorText } from './read';

const P = 'podSelector: {}\n';
const policy = (spec: string, dialect = 'kubernetes') => read('NetworkPolicy', spec, dialect);
const directions = (spec: string, dialect?: string) =>
  policy(spec, dialect).policies.flatMap(({ parts }) => parts.map(({ direction }) => direction));

describe('the directions that a policy isolates', () => {
  test.each([
    ['null', ['ingress'], ['ingress']],
    [P, ['ingress'], ['ingress']],
    [`${P}policyTypes: []`, ['ingress'], ['ingress']],
    [`${P}egress: []`, ['ingress'], ['ingress']],
    [`${P}egress: [{}]`, ['ingress', 'egress'], ['ingress', 'egress']],
    [`${P}policyTypes: [Egress]`, ['egress'], ['egress']],
    [`${P}policyTypes: [Egress, Ingress]`, ['ingress', 'egress'], ['ingress', 'egress']],
    // Cilium enforces rules of a direction that the list leaves out; the specification ignores them.
    [`${P}policyTypes: [Egress]\ningress: [{}]`, ['egress'], ['ingress', 'egress']],
    [`${P}policyTypes: [Ingress]\negress: [{}]`, ['ingress'], ['ingress', 'egress']],
    [`${P}policyTypes: [Ingress]\negress: []`, ['ingress'], ['ingress']],
  ])('%j', (spec, plain, cilium) => {
    expect(directions(spec)).toEqual(plain);
    expect(directions(spec, 'cilium-1.19')).toEqual(cilium);
  });

  test('deny by default, with or without a rule', () => {
    const { policies } = policy(`${P}policyTypes: [Ingress, Egress]\ningress: [{}]`);
    expect(policies[0]?.parts.map(({ isolates, rules }) => [isolates, rules.length])).toEqual([
      [true, 1],
      [true, 0],
    ]);
  });
});

test.each([
  [P, 'namespace In shop'],
  ['podSelector: {matchLabels: {app: web}}', 'namespace In shop; label app In web'],
  [
    'podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [a, b]}, {key: x, operator: Exists}]}',
    'namespace In shop; label app NotIn a|b; label x Exists',
  ],
])('the pods that %j governs', (spec, subjects) => {
  expect(policy(spec).policies.map((found) => selectorText(found.subjects))).toEqual([subjects]);
});

describe('peers', () => {
  const of = (from: string, dialect?: string) => {
    const read_ = policy(`${P}ingress:\n- ${from}`, dialect);
    return rulesOf(read_, 'ingress').map((rule) => rule.replace(' > all', ''));
  };

  test.each([
    ['{}', 'everyone'],
    ['from: []', 'everyone'],
    ['from: null', 'everyone'],
    ['from: [{podSelector: {}}]', 'pods(namespace In shop)'],
    ['from: [{podSelector: {matchLabels: {app: web}}}]', 'pods(namespace In shop; label app In web)'],
    ['from: [{namespaceSelector: {}}]', 'pods(namespace Exists)'],
    ['from: [{namespaceSelector: {matchLabels: {team: red}}}]', 'pods(namespace Exists; namespaceLabel team In red)'],
    [
      'from: [{namespaceSelector: {matchLabels: {team: red}}, podSelector: {matchLabels: {app: web}}}]',
      'pods(namespace Exists; namespaceLabel team In red; label app In web)',
    ],
    ['from: [{podSelector: {}}, {namespaceSelector: {}}]', 'pods(namespace In shop), pods(namespace Exists)'],
    ['from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]', '10.0.0.0/8 less 10.1.0.0/16'],
    ['from: [{ipBlock: {cidr: 10.0.0.0/8}, podSelector: null}]', '10.0.0.0/8'],
  ])('%s', (from, expected) => {
    expect(of(from)).toEqual([expected]);
  });

  test('Cilium 1.18 takes namespaces that are only excluded for the world outside of them, too', () => {
    const from = 'from: [{namespaceSelector: {matchExpressions: [{key: team, operator: DoesNotExist}]}}]';
    expect(of(from, 'cilium-1.18')).toEqual(['pods(namespaceLabel team DoesNotExist)']);
    expect(of(from, 'cilium-1.19')).toEqual(['pods(namespace Exists; namespaceLabel team DoesNotExist)']);
  });

  test.each([
    ['kubernetes', '10.0.0.0/8', 0],
    ['cilium-1.18', '10.0.0.0/8', 0],
    ['cilium-1.19', '10.0.0.0/8, pods(namespace In shop)', 1],
    ['cilium-1.20', '10.0.0.0/8', 0],
  ])('for %s, a block lets in %s', (dialect, expected, findings) => {
    const from = 'from: [{ipBlock: {cidr: 10.0.0.0/8}}]';
    expect(of(from, dialect)).toEqual([expected]);
    const told = policy(`${P}ingress:\n- ${from}`, dialect).findings;
    expect(told).toEqual(Array(findings).fill(expect.stringContaining('ip-block-admits-namespace 3 ')));
  });

  test('and lets out to nobody else', () => {
    const spec = `${P}egress:\n- to: [{ipBlock: {cidr: 10.0.0.0/8}}]`;
    expect(rulesOf(policy(spec, 'cilium-1.19'), 'egress')).toEqual(['10.0.0.0/8 > all']);
  });
});

test.each([
  ['{}', 'all'],
  ['ports: []', 'all'],
  ['ports: [{}]', 'TCP 1-65535'],
  ['ports: [{protocol: UDP}]', 'UDP 1-65535'],
  ['ports: [{port: 80}]', 'TCP 80'],
  ['ports: [{port: 80, endPort: 80}]', 'TCP 80'],
  ['ports: [{port: 80, endPort: 90, protocol: SCTP}]', 'SCTP 80-90'],
  ['ports: [{port: http}]', 'TCP http'],
  ['ports: [{port: dns, protocol: UDP}, {port: 53}]', 'UDP dns, TCP 53'],
])('ports: %s', (rule, expected) => {
  expect(rulesOf(policy(`${P}ingress:\n- ${rule}`), 'ingress')).toEqual([`everyone > ${expected}`]);
});
