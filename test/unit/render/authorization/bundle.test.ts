import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Authorization } from '../../../../lib/model/authorization/authorization';
import { authorizationBundle, schemaFiles } from '../../../../lib/render/authorization/bundle';
import { type AgentFacts, factParts } from '../../../../lib/render/authorization/facts';
import { compileSchema } from '../../environment/compile-schema';
import { authorizations } from './arbitrary';
import { DESK } from './desk';
import { expected } from './oracle';

function textOf(files: readonly { readonly path: string; readonly text: string }[], path: string): string {
  return files.find((file) => file.path === path)?.text ?? '';
}

/** All parts as one map. */
function facts(authorization: Authorization, largest?: number): Readonly<Record<string, AgentFacts>> {
  return Object.assign({}, ...factParts(authorization, largest).map((text) => JSON.parse(text)));
}

test('a bundle has a manifest, a version, one package for each decision, and facts', () => {
  expect(authorizationBundle(DESK).files.map(({ path }) => path)).toEqual([
    '.manifest',
    'portcullis/policy/data.json',
    'portcullis/task_authorization/policy.rego',
    'portcullis/communication_scope/policy.rego',
    'portcullis/secret_access/policy.rego',
    'portcullis/delegation_approval/policy.rego',
    'portcullis/cross_namespace_access/policy.rego',
    'system/authz/policy.rego',
    'portcullis/facts/part-1/data.json',
  ]);
});

test('manifest and data carry the version', () => {
  const { version, files } = authorizationBundle(DESK);
  expect(version).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(JSON.parse(textOf(files, '.manifest'))).toEqual({
    revision: version,
    roots: ['portcullis', 'system/authz'],
    rego_version: 1,
  });
  expect(JSON.parse(textOf(files, 'portcullis/policy/data.json'))).toEqual({ version });
});

test('rules are the same for everybody: every name stands in facts', () => {
  const rules = ({ files }: ReturnType<typeof authorizationBundle>) =>
    files.filter(({ path }) => path.endsWith('.rego'));
  expect(rules(authorizationBundle(DESK))).toEqual(rules(authorizationBundle({ agents: [] })));
});

test('the version changes with any grant, and with nothing else', () => {
  const [first, ...rest] = DESK.agents;
  const { version } = authorizationBundle(DESK);
  expect(authorizationBundle({ agents: [...rest, first as NonNullable<typeof first>] }).version).toBe(version);
  expect(authorizationBundle({ agents: rest }).version).not.toBe(version);
  const vaults = [{ vault: 'Payments US', purpose: 'Key of the payment provider' }];
  expect(authorizationBundle({ agents: [{ ...first, vaults } as typeof first & object, ...rest] }).version).not.toBe(
    version,
  );
});

test('facts hold what is granted', () => {
  expect(facts(DESK)['ws-finance/agent']).toEqual({
    namespace: 'ws-finance',
    capabilities: ['invoice:create', 'invoice:read', 'payment:process'],
    tasks: {
      'pay-invoices': { capabilities: ['invoice:read', 'payment:process'], purpose: 'Pay what is due' },
      summarize: { capabilities: [], purpose: 'Write the weekly summary' },
    },
    messages: { 'ws-support/agent': { purpose: 'Tell customers of payments' } },
    vaults: { 'Payments EU': { purpose: 'Key of the payment provider' } },
    delegations: { auditor: { capabilities: ['invoice:read'], purpose: 'Yearly audit' } },
    reads: { 'ws-support': { purpose: 'Match payments with tickets' } },
  });
});

test('facts grant what the program grants, and no more', () => {
  fc.assert(
    fc.property(authorizations, (authorization) => {
      const known = facts(authorization);
      expect(Object.keys(known).sort()).toEqual(authorization.agents.map(({ name }) => name).sort());
      for (const [agent, { vaults, messages, reads }] of Object.entries(known)) {
        for (const vault of ['Payments EU', 'tickets', 'other']) {
          const code = expected(authorization, 'secret_access', { agent, vault });
          expect(Object.hasOwn(vaults, vault)).toBe(code === 'granted');
        }
        for (const to of Object.keys(known)) {
          const code = expected(authorization, 'communication_scope', { agent, to });
          expect(Object.hasOwn(messages, to)).toBe(code === 'granted');
        }
        for (const namespace of Object.keys(reads)) {
          expect(expected(authorization, 'cross_namespace_access', { agent, namespace })).toBe('granted');
        }
      }
    }),
  );
});

test('facts of many agents are cut between agents, and none is lost', () => {
  fc.assert(
    fc.property(authorizations, fc.integer({ min: 1, max: 2000 }), (authorization, largest) => {
      expect(facts(authorization, largest)).toEqual(facts(authorization));
      const parts = factParts(authorization, largest);
      expect(parts.length).toBeLessThanOrEqual(Math.max(1, authorization.agents.length));
      for (const part of parts) {
        const fits = Buffer.byteLength(part) <= largest + '{\n\n}\n'.length;
        expect(fits || Object.keys(JSON.parse(part)).length === 1).toBe(true);
      }
    }),
  );
});

test('nobody is an empty part, which OPA can load', () => {
  expect(factParts({ agents: [] })).toEqual(['{}\n']);
});

test('facts and questions are what the schemas say', () => {
  const schemas = schemaFiles();
  const isFacts = compileSchema(JSON.parse(textOf(schemas, 'facts.json')));
  expect(isFacts({ 'part-1': facts(DESK) }), JSON.stringify(isFacts.errors)).toBe(true);
  expect(isFacts({ 'part-1': { a: { namespace: 'a' } } })).toBe(false);
  const isQuestion = compileSchema(JSON.parse(textOf(schemas, 'input/task_authorization.json')));
  expect(isQuestion({ agent: 'a', task: 'b', capabilities: [] })).toBe(true);
  expect(isQuestion({ agent: 'a', task: 'b' })).toBe(false);
  expect(isQuestion({ agent: 'a', task: 'b', capabilities: [], further: 1 })).toBe(false);
});
