import { describe, expect, test } from 'vitest';
import { type IdentityProps, identity, identitySelectors } from '../../../../lib/model/identity/identity';
import { identityProblems } from '../../../../lib/model/identity/identity-problem';
import { nodeAlias, nodeAliasProblems, nodeSelectors } from '../../../../lib/model/identity/node-alias';
import { formatSelector } from '../../../../lib/model/identity/selector';
import { expectProblem, expectReadable, problemOf } from '../refusal';
import { AGENT, NODES } from './identities';

const FULL: IdentityProps = {
  ...AGENT,
  parentId: 'spiffe://portarium.dev/spire/agent/k8s_psat/production/3f2b',
  x509SvidTtl: 3600,
  jwtSvidTtl: 300,
  hint: 'internal',
  dnsNames: ['agent.portarium-agents.svc', 'agent'],
  federatesWith: ['partner.example', 'other.example'],
};

test('an identity is read and frozen', () => {
  const made = identity(FULL);
  expect(made).toEqual({
    ...FULL,
    spiffeId: { trustDomain: 'portarium.dev', path: ['agent', 'ws-production'] },
    parentId: { trustDomain: 'portarium.dev', path: ['spire', 'agent', 'k8s_psat', 'production', '3f2b'] },
  });
  for (const part of [made, made.podLabels, made.dnsNames, made.federatesWith])
    expect(Object.isFrozen(part)).toBe(true);
});

test('what was not said is not there', () => {
  expect(Object.keys(identity(AGENT)).sort()).toEqual(Object.keys(AGENT).sort());
});

test('selectors always hold namespace and service account, and labels in the order of their keys', () => {
  const labels = { 'portarium.dev/workspace': 'ws-a', app: 'agent', empty: '' };
  expect(identitySelectors(identity({ ...AGENT, podLabels: labels })).map(formatSelector)).toEqual([
    'k8s:ns:portarium-agents',
    'k8s:sa:portarium-agent',
    'k8s:pod-label:app:agent',
    'k8s:pod-label:empty:',
    'k8s:pod-label:portarium.dev/workspace:ws-a',
  ]);
});

type Row = readonly [what: string, change: Partial<IdentityProps>, rule: string, message: RegExp, fix: RegExp];

const BAD: readonly Row[] = [
  ['a wildcard', { spiffeId: 'spiffe://portarium.dev/agent/*' }, 'invalid-identity', /wildcard/, /its own SPIFFE ID/],
  ['a space', { spiffeId: 'spiffe://portarium.dev/agent a' }, 'invalid-identity', /blanks/, /remove/],
  [
    'a reserved path',
    { spiffeId: 'spiffe://portarium.dev/spire/server' },
    'invalid-identity',
    /\/spire/,
    /another path/,
  ],
  ['a long id', { spiffeId: `spiffe://td/${'a'.repeat(2037)}` }, 'invalid-identity', /2049 bytes/, /2048/],
  ['upper case', { spiffeId: 'spiffe://Portarium.dev/agent' }, 'invalid-identity', /upper case/, /lower case/],
  [
    'a parent that is the server',
    { parentId: 'spiffe://portarium.dev/spire/server' },
    'invalid-identity',
    /\/spire/,
    /path/,
  ],
  [
    'a parent elsewhere',
    { parentId: 'spiffe://other.dev/nodes' },
    'invalid-identity',
    /another trust domain/,
    /'portarium\.dev'/,
  ],
  ['itself as parent', { parentId: AGENT.spiffeId }, 'invalid-identity', /its own parent/, /node alias/],
  ['a bad namespace', { namespace: 'Portarium' }, 'invalid-identity', /^namespace 'Portarium'/, /lower-case/],
  ['no namespace', { namespace: '' }, 'invalid-identity', /^namespace ''/, /lower-case/],
  ['a bad service account', { serviceAccount: 'a:b' }, 'invalid-identity', /^service account 'a:b'/, /lower-case/],
  ['no labels', { podLabels: {} }, 'invalid-identity', /every pod of the service account/, /at least one label/],
  ['a bad label key', { podLabels: { 'a:b': 'c' } }, 'invalid-identity', /label key 'a:b'/, /prefix\/name/],
  ['a bad label value', { podLabels: { a: '{{.x}}' } }, 'invalid-identity', /value of label 'a'/, /letters/],
  ['a hint of several words', { hint: 'a b' }, 'invalid-identity', /hint 'a b'/, /leave the hint out/],
  ['an empty hint', { hint: '' }, 'invalid-identity', /hint ''/, /leave the hint out/],
  ['a long hint', { hint: 'a'.repeat(1025) }, 'invalid-identity', /hint/, /1024/],
  ['a DNS name with a wildcard', { dnsNames: ['*.svc'] }, 'invalid-identity', /holds a wildcard/, /each DNS name/],
  ['a DNS name in upper case', { dnsNames: ['A.svc'] }, 'invalid-identity', /'A\.svc' is not a DNS/, /lower-case/],
  ['a DNS template', { dnsNames: ['{{.PodMeta.Name}}'] }, 'invalid-identity', /is not a DNS/, /lower-case/],
  ['a long DNS label', { dnsNames: [`${'a'.repeat(64)}.svc`] }, 'invalid-identity', /64 characters/, /63/],
  ['a DNS name like punycode', { dnsNames: ['ab--c.svc'] }, 'invalid-identity', /IDNA/, /another name/],
  ['a DNS name twice', { dnsNames: ['a.svc', 'b.svc', 'a.svc'] }, 'invalid-identity', /'a\.svc' stands twice/, /once/],
  ['no purpose', { purpose: ' ' }, 'invalid-identity', /the purpose is empty/, /say why/],
  ['a title of two lines', { title: 'a\nb' }, 'invalid-identity', /the title has several lines/, /one line/],
  ['no owner', { owner: '' }, 'invalid-identity', /the owner is empty/, /say why/],
  [
    'a federated domain in upper case',
    { federatesWith: ['Partner.example'] },
    'invalid-identity',
    /upper case/,
    /lower/,
  ],
  [
    'a federated SPIFFE ID',
    { federatesWith: ['spiffe://partner.example'] },
    'invalid-identity',
    /scheme/,
    /name alone/,
  ],
  [
    'a federated domain twice',
    { federatesWith: ['b.example', 'b.example'] },
    'invalid-identity',
    /stands twice/,
    /once/,
  ],
  [
    'its own trust domain',
    { federatesWith: ['portarium.dev'] },
    'identity-federates-with-itself',
    /federates with its own trust domain 'portarium\.dev'/,
    /other trust domains/,
  ],
  ...[0, -1, 1.5, Number.NaN, 2 ** 31].flatMap((ttl): Row[] => [
    [`an X.509 TTL of ${ttl}`, { x509SvidTtl: ttl }, 'identity-ttl', /X\.509-SVID cannot live/, /leave it out/],
    [`a JWT TTL of ${ttl}`, { jwtSvidTtl: ttl }, 'identity-ttl', /JWT-SVID cannot live/, /leave it out/],
  ]),
];

describe('refuses', () => {
  test.each(BAD)('%s', (_, change, rule, message, fix) => {
    const problems = identityProblems({ ...AGENT, ...change });
    expect(problems.map((problem) => problem.rule)).toEqual([rule]);
    expectProblem(problems[0], message, fix);
    expectProblem(
      problemOf(() => identity({ ...AGENT, ...change })),
      message,
      fix,
    );
  });
});

test('takes the bounds', () => {
  const bounds = {
    x509SvidTtl: 1,
    jwtSvidTtl: 2 ** 31 - 1,
    hint: 'a'.repeat(1024),
    dnsNames: [`${'a'.repeat(63)}.svc`],
  };
  expect(identityProblems({ ...AGENT, ...bounds })).toEqual([]);
});

test('names every problem at once', () => {
  const problems = identityProblems({
    ...AGENT,
    spiffeId: 'spiffe://*/a',
    podLabels: {},
    x509SvidTtl: 0,
    jwtSvidTtl: 0,
    federatesWith: ['X'],
  });
  expect(problems.map(({ rule }) => rule)).toEqual([
    'invalid-identity',
    'invalid-identity',
    'identity-ttl',
    'identity-ttl',
    'invalid-identity',
  ]);
  problems.forEach(expectReadable);
});

test('a refusal names the construct', () => {
  expect(() => identity({ ...AGENT, x509SvidTtl: 0 })).toThrow(/^\[app\/ws-production\/agents\] the X\.509-SVID/);
});

describe('an alias of nodes', () => {
  test('selects the agents of one cluster', () => {
    expect(nodeSelectors(NODES).map(formatSelector)).toEqual([
      'k8s_psat:cluster:production',
      'k8s_psat:agent_ns:spire-system',
      'k8s_psat:agent_sa:spire-agent',
    ]);
  });

  const good = {
    spiffeId: 'spiffe://td/spire-agent',
    cluster: 'Prod_1.eu',
    agentNamespace: 'spire',
    agentServiceAccount: 'spire-agent',
  };
  test.each([
    [{ spiffeId: 'spiffe://td/spire/agent/x' }, /below \/spire/, /spire-agent/],
    [{ cluster: '' }, /empty path segment/, /slash/],
    [{ cluster: 'a/b' }, /'a\/b' cannot be/, /letters/],
    [{ cluster: '*' }, /wildcard/, /its own/],
    [{ agentNamespace: 'A' }, /namespace of the SPIRE agents 'A'/, /lower-case/],
    [{ agentServiceAccount: 'a b' }, /service account of the SPIRE agents/, /lower-case/],
  ])('is refused with %j', (change, message, fix) => {
    expect(nodeAliasProblems(good)).toEqual([]);
    expectProblem(nodeAliasProblems({ ...good, ...change })[0], message, fix);
    expectProblem(
      problemOf(() => nodeAlias({ ...good, ...change })),
      message,
      fix,
    );
  });
});
