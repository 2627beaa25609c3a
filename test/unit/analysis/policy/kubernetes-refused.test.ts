import { describe, expect, test } from 'vitest';
import { read } from './read';

describe('a NetworkPolicy that the API server refuses is left out as a whole', () => {
  const P = 'podSelector: {}\n';
  test.each([
    ['podSelector: []', 1, 'podSelector', 'has to be a map'],
    ['podSelector: {matchLabels: [a]}', 1, 'podSelector.matchLabels', 'has to be a map'],
    ['podSelector: {matchLabels: {a: 1}}', 1, 'podSelector.matchLabels.a', 'has to be text'],
    [
      'podSelector: {matchExpressions: [{key: a, operator: Gt, values: ["1"]}]}',
      1,
      'podSelector.matchExpressions[0]',
      'needs a key and an operator',
    ],
    [
      'podSelector: {matchExpressions: [{key: a, operator: In}]}',
      1,
      'podSelector.matchExpressions[0]',
      'In needs values',
    ],
    [
      'podSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}',
      1,
      'podSelector.matchExpressions[0]',
      'Exists takes no values',
    ],
    [`${P}policyTypes: [Inbound]`, 2, 'policyTypes', 'knows Ingress and Egress, not Inbound'],
    [`${P}policyTypes: Ingress`, 2, 'policyTypes', 'has to be a list'],
    [`${P}ingress: {}`, 2, 'ingress', 'has to be a list'],
    [`${P}ingress:\n- text`, 3, 'ingress[0]', 'has to be a map'],
    [`${P}ingress:\n- from: [{}]`, 3, 'ingress[0].from[0]', 'names nobody'],
    [
      `${P}ingress:\n- from: [{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]`,
      3,
      'ingress[0].from[0]',
      'has an ipBlock and a selector',
    ],
    [`${P}ingress:\n- from: [{ipBlock: {}}]`, 3, 'ingress[0].from[0].ipBlock.cidr', 'is missing'],
    [
      `${P}ingress:\n- from: [{ipBlock: {cidr: 10.0.0.1}}]`,
      3,
      'ingress[0].from[0].ipBlock',
      "'10.0.0.1', which is no CIDR",
    ],
    [`${P}ingress:\n- from: [{ipBlock: {cidr: 10/8}}]`, 3, 'ingress[0].from[0].ipBlock', "'10/8', which is no CIDR"],
    [`${P}ingress:\n- from: [{ipBlock: {cidr: 010.0.0.0/8}}]`, 3, 'ingress[0].from[0].ipBlock', 'which is no CIDR'],
    [
      `${P}ingress:\n- from: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/16]}}]`,
      3,
      'ingress[0].from[0].ipBlock',
      'excepts 11.0.0.0/16, which is not within 10.0.0.0/8',
    ],
    [
      `${P}ingress:\n- from: [{ipBlock: {cidr: 10.0.0.0/8, except: ["::/0"]}}]`,
      3,
      'ingress[0].from[0].ipBlock',
      'excepts ::/0, which is not within 10.0.0.0/8',
    ],
    [`${P}ingress:\n- ports: [{protocol: ICMP}]`, 3, 'ingress[0].ports[0].protocol', 'is TCP, UDP or SCTP'],
    [`${P}ingress:\n- ports: [{port: 0}]`, 3, 'ingress[0].ports[0].port', 'is no port'],
    [`${P}ingress:\n- ports: [{port: 65536}]`, 3, 'ingress[0].ports[0].port', 'is no port'],
    [`${P}ingress:\n- ports: [{port: 1.5}]`, 3, 'ingress[0].ports[0].port', 'is no port'],
    [`${P}ingress:\n- ports: [{port: 90, endPort: 80}]`, 3, 'ingress[0].ports[0].port', 'is no port or range'],
    [
      `${P}ingress:\n- ports: [{port: http, endPort: 80}]`,
      3,
      'ingress[0].ports[0].endPort',
      'needs a port that is a number',
    ],
    [`${P}ingress:\n- ports: [{endPort: 80}]`, 3, 'ingress[0].ports[0].endPort', 'needs a port that is a number'],
  ])('%j', (spec, line, path, message) => {
    const { findings, policies } = read('NetworkPolicy', spec, 'kubernetes');
    expect(findings).toEqual([
      expect.stringContaining(`malformed-policy ${line} spec.${path} of NetworkPolicy shop/p`),
    ]);
    expect(findings[0]).toContain(message);
    expect(policies).toEqual([]);
  });
});
