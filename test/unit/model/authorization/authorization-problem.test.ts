import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AuthorizedAgent } from '../../../../lib/model/authorization/authorization';
import { authorizationProblems } from '../../../../lib/model/authorization/authorization-problem';
import { DESK } from '../../render/authorization/desk';

const OTHER: AuthorizedAgent = { name: 'ws-b/agent', namespace: 'ws-b', capabilities: 'none' };

function rulesOf(agent: Partial<AuthorizedAgent>): readonly string[] {
  const whole = { name: 'ws-a/agent', namespace: 'ws-a', capabilities: ['invoice:read'], ...agent };
  return authorizationProblems({ agents: [whole, OTHER] }).map(({ rule }) => rule);
}

const purpose = 'testing';

test('grants of every kind are fine', () => {
  expect(authorizationProblems(DESK)).toEqual([]);
  expect(rulesOf({})).toEqual([]);
});

test.each<[string, string, Partial<AuthorizedAgent>]>([
  ['a name that breaks out', 'invalid-authorization', { name: 'a" }\nallow := true #' }],
  ['a namespace that is none', 'invalid-authorization', { namespace: '__proto__' }],
  ['a capability with a wildcard', 'invalid-authorization', { capabilities: ['invoice:*'] }],
  ['an empty list of capabilities', 'invalid-authorization', { capabilities: [] }],
  ['a task that is none', 'invalid-authorization', { tasks: [{ task: 'a b', capabilities: 'none', purpose }] }],
  ['a task without a purpose', 'invalid-authorization', { tasks: [{ task: 'a', capabilities: 'none', purpose: '' }] }],
  ['a vault that is none', 'invalid-authorization', { vaults: [{ vault: 'a"b', purpose }] }],
  ['a purpose in two lines', 'invalid-authorization', { vaults: [{ vault: 'a', purpose: 'one\ntwo' }] }],
  [
    'a delegate that is none',
    'invalid-authorization',
    { delegations: [{ to: '*', capabilities: ['invoice:read'], purpose }] },
  ],
  ['a delegation of nothing', 'invalid-authorization', { delegations: [{ to: 'x', capabilities: [], purpose }] }],
  ['a message to nobody', 'unknown-agent', { messages: [{ to: 'ws-c/agent', purpose }] }],
  ['a namespace of nobody', 'unknown-state-namespace', { reads: [{ namespace: 'ws-c', purpose }] }],
  ['its own namespace', 'needless-grant', { reads: [{ namespace: 'ws-a', purpose }] }],
  [
    'a task with more than it holds',
    'capability-not-held',
    { tasks: [{ task: 'a', capabilities: ['ticket:read'], purpose }] },
  ],
  [
    'a delegation of more than it holds',
    'capability-not-held',
    { delegations: [{ to: 'x', capabilities: ['ticket:read'], purpose }] },
  ],
  [
    'a task of one that holds nothing',
    'capability-not-held',
    { capabilities: 'none', tasks: [{ task: 'a', capabilities: ['ticket:read'], purpose }] },
  ],
  [
    'a task twice',
    'duplicate-grant',
    {
      tasks: [
        { task: 'a', capabilities: 'none', purpose },
        { task: 'a', capabilities: 'none', purpose },
      ],
    },
  ],
  [
    'messages twice',
    'duplicate-grant',
    {
      messages: [
        { to: 'ws-b/agent', purpose },
        { to: 'ws-b/agent', purpose },
      ],
    },
  ],
  [
    'a vault twice',
    'duplicate-grant',
    {
      vaults: [
        { vault: 'a', purpose },
        { vault: 'a', purpose },
      ],
    },
  ],
  [
    'a delegation twice',
    'duplicate-grant',
    {
      delegations: [
        { to: 'x', capabilities: ['invoice:read'], purpose },
        { to: 'x', capabilities: ['invoice:read'], purpose },
      ],
    },
  ],
  [
    'a namespace twice',
    'duplicate-grant',
    {
      reads: [
        { namespace: 'ws-b', purpose },
        { namespace: 'ws-b', purpose },
      ],
    },
  ],
  ['an agent twice', 'duplicate-grant', { name: 'ws-b/agent' }],
  [
    'a vault in two spellings',
    'look-alike-vault',
    {
      vaults: [
        { vault: 'Payments', purpose },
        { vault: 'payments', purpose },
      ],
    },
  ],
])('%s is a problem', (_, rule, agent) => {
  expect(rulesOf(agent)).toEqual([rule]);
});

test('every problem comes out at once, whatever the order of agents', () => {
  const agents: readonly AuthorizedAgent[] = [
    { ...OTHER, vaults: [{ vault: 'a"b', purpose }] },
    { ...OTHER, name: 'ws-c/agent', reads: [{ namespace: 'ws-z', purpose }] },
    { ...OTHER, name: 'ws-d/agent', messages: [{ to: 'ws-z/agent', purpose: ' ' }] },
  ];
  const problems = authorizationProblems({ agents });
  expect(problems.map(({ rule }) => rule)).toEqual([
    'invalid-authorization',
    'unknown-state-namespace',
    'invalid-authorization',
    'unknown-agent',
  ]);
  fc.assert(
    fc.property(fc.shuffledSubarray([...agents], { minLength: agents.length }), (shuffled) => {
      expect(authorizationProblems({ agents: shuffled })).toEqual(problems);
    }),
  );
});
