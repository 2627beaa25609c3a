import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { authorizationProblems } from '../../../../lib/model/authorization/authorization-problem';
import { DECISIONS } from '../../../../lib/render/authorization/decision/decisions';
import { testCases } from '../../../../lib/render/authorization/test-case';
import { authorizations } from './arbitrary';
import { DESK } from './desk';
import { expected } from './oracle';

test('random grants are fine', () => {
  fc.assert(
    fc.property(authorizations, (authorization) => {
      expect(authorizationProblems(authorization)).toEqual([]);
    }),
  );
});

describe.each(DECISIONS)('$name', (decision) => {
  const name = decision.package;

  test('is asked what has the answer that the grants give', () => {
    fc.assert(
      fc.property(authorizations, (authorization) => {
        for (const { input, allow, code } of testCases(decision, authorization)) {
          expect({ input, code }).toEqual({ input, code: expected(authorization, name, input) });
          expect(allow).toBe(code === 'granted' || code === 'own-namespace');
        }
      }),
    );
  });

  test('is asked for every answer that its rules know', () => {
    const codes = [...decision.rego.matchAll(/code := "([a-z-]+)"|else := "([a-z-]+)"/g)].map(([, a, b]) => a ?? b);
    const asked = new Set(testCases(decision, DESK).map(({ code }) => code));
    expect([...asked].sort()).toEqual([...new Set(codes)].sort());
  });

  test('asks the same whatever the order of agents', () => {
    const reversed = { agents: [...DESK.agents].reverse() };
    expect(testCases(decision, reversed)).toEqual(testCases(decision, DESK));
  });
});

test('every grant is asked for, and denied to a stranger', () => {
  fc.assert(
    fc.property(authorizations, (authorization) => {
      for (const decision of DECISIONS) {
        const cases = testCases(decision, authorization);
        const grants = authorization.agents.flatMap(
          ({ tasks = [], messages = [], vaults = [], delegations = [], reads = [] }) =>
            ({
              task_authorization: tasks,
              communication_scope: messages,
              secret_access: vaults,
              delegation_approval: delegations,
              cross_namespace_access: reads,
            })[decision.package] as readonly unknown[],
        );
        expect(cases.filter(({ code }) => code === 'granted').length).toBeGreaterThanOrEqual(grants.length);
        expect(cases.filter(({ code }) => code === 'unknown-agent').length).toBeGreaterThan(grants.length);
      }
    }),
  );
});
