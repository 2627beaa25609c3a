import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Identity, identity } from '../../../../lib/model/identity/identity';
import { identityFindings } from '../../../../lib/model/identity/identity-finding';
import { expectReadable } from '../refusal';
import { AGENT, agentOf, CONTROL_PLANE, NODES } from './identities';

const rules = (identities: readonly Identity[]) => identityFindings(identities, NODES).map(({ rule }) => rule);

test('nothing is wrong with workspaces that have their own identities', () => {
  expect(identityFindings([identity(CONTROL_PLANE), agentOf('ws-a'), agentOf('ws-b')], NODES)).toEqual([]);
});

const a = agentOf('ws-a');

test.each<readonly [string, readonly Identity[], readonly string[]]>([
  [
    'two workspaces with one SPIFFE ID',
    [a, agentOf('ws-b', { spiffeId: 'spiffe://portarium.dev/agent/ws-a' })],
    ['shared-identity'],
  ],
  ['two workspaces with equal selectors', [a, agentOf('ws-b', { podLabels: a.podLabels })], ['shared-identity']],
  [
    'a workspace whose pods match the selectors of another',
    [a, agentOf('ws-b', { podLabels: { ...a.podLabels, tier: 'batch' } })],
    ['shared-identity'],
  ],
  [
    'one workspace that declares a SPIFFE ID twice',
    [a, agentOf('ws-a', { podLabels: { tier: 'batch' } })],
    ['duplicate-identity'],
  ],
  [
    'one workspace with equal selectors',
    [a, agentOf('ws-a', { spiffeId: 'spiffe://portarium.dev/other' })],
    ['ambiguous-identity'],
  ],
  [
    'one workspace with a narrower identity, which may be meant',
    [a, agentOf('ws-a', { spiffeId: 'spiffe://portarium.dev/x', podLabels: { ...a.podLabels, tier: 'batch' } })],
    [],
  ],
  ['equal labels in another namespace', [a, agentOf('ws-b', { podLabels: a.podLabels, namespace: 'ws-b' })], []],
  [
    'equal labels of another service account',
    [a, agentOf('ws-b', { podLabels: a.podLabels, serviceAccount: 'b' })],
    [],
  ],
  [
    'labels of which neither are among the other',
    [agentOf('ws-a', { podLabels: { app: 'x', a: '1' } }), agentOf('ws-b', { podLabels: { app: 'x', b: '1' } })],
    [],
  ],
  [
    'the identity of the nodes',
    [agentOf('ws-a', { spiffeId: 'spiffe://portarium.dev/spire-agent' })],
    ['node-alias-identity'],
  ],
])('%s', (_, identities, expected) => {
  const findings = identityFindings(identities, NODES);
  expect(findings.map(({ rule }) => rule)).toEqual(expected);
  for (const finding of findings) {
    expect(finding.severity).toBe('error');
    expectReadable(finding);
  }
});

test('a shared identity names both owners and both places', () => {
  const [finding] = identityFindings([agentOf('ws-b', { spiffeId: 'spiffe://portarium.dev/agent/ws-a' }), a]);
  expect(finding).toEqual({
    rule: 'shared-identity',
    severity: 'error',
    where: { construct: 'app/ws-b/agents' },
    message: "'spiffe://portarium.dev/agent/ws-a' of ws-b is also the identity of ws-a (app/ws-a/agents)",
    fix: 'give each owner its own SPIFFE ID',
  });
});

test('a wider identity is named with what its owner would give away', () => {
  const wide = agentOf('ws-a', { podLabels: { app: 'agent' } });
  const narrow = agentOf('ws-b', { podLabels: { app: 'agent', 'portarium.dev/workspace': 'ws-b' } });
  expect(identityFindings([wide, narrow])[0]?.message).toBe(
    "pods of agents of ws-b match the selectors of agents of ws-a (app/ws-a/agents) and would be issued 'spiffe://portarium.dev/agent/ws-a' of ws-a",
  );
});

test('what is wrong by itself is found too, where data went round the factory', () => {
  const broken = { ...a, x509SvidTtl: 0, parentId: a.spiffeId, federatesWith: ['portarium.dev'] };
  expect(rules([broken])).toEqual(['invalid-identity', 'identity-ttl', 'identity-federates-with-itself']);
  expect(identityFindings([broken])[0]?.where).toEqual({ construct: 'app/ws-a/agents' });
});

const some = fc.record({
  owner: fc.constantFrom('ws-a', 'ws-b', 'ws-c'),
  path: fc.constantFrom('x', 'y', 'z', 'w'),
  podLabels: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'), { minKeys: 1 }),
  serviceAccount: fc.constantFrom('s', 't'),
});
const made = fc
  .array(some, { maxLength: 8 })
  .map((list) =>
    list.map(({ owner, path, podLabels, serviceAccount }, index) =>
      agentOf(owner, { spiffeId: `spiffe://td/${path}`, podLabels, serviceAccount, declaredAt: `app/${index}` }),
    ),
  );

test('the order of the program changes nothing', () => {
  fc.assert(
    fc.property(
      made.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
      ([list, shuffled]) => {
        expect(identityFindings(shuffled)).toEqual(identityFindings(list));
      },
    ),
  );
});

describe('compared to looking at every pair', () => {
  /** Whether a pod with exactly the labels of one would be issued the other's identity. */
  const matches = (one: Identity, other: Identity) =>
    one.namespace === other.namespace &&
    one.serviceAccount === other.serviceAccount &&
    Object.entries(other.podLabels).every(([key, value]) => one.podLabels[key] === value);

  test("an owner gets at another's identity exactly if something is reported as shared", () => {
    fc.assert(
      fc.property(made, (list) => {
        const shared = list.some((one) =>
          list.some(
            (other) =>
              one.owner !== other.owner && (matches(one, other) || one.spiffeId.path[0] === other.spiffeId.path[0]),
          ),
        );
        expect(rules(list).includes('shared-identity')).toBe(shared);
      }),
      { numRuns: 2000 },
    );
  });
});

test('thousands of workspaces behind one service account are no work', () => {
  const many = Array.from({ length: 5000 }, (_, index) =>
    identity({
      ...AGENT,
      spiffeId: `spiffe://td/agent/ws-${index}`,
      podLabels: { app: 'agent', 'portarium.dev/workspace': `ws-${index}` },
      owner: `ws-${index}`,
    }),
  );
  expect(identityFindings(many)).toEqual([]);
});
