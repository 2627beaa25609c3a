import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Authorization } from '../../lib/model/authorization/authorization';
import { DECISIONS } from '../../lib/render/authorization/decision/decisions';
import { regoTerm } from '../../lib/render/authorization/rego-term';
import { authorizations } from '../unit/render/authorization/arbitrary';
import { DESK } from '../unit/render/authorization/desk';
import { expected } from '../unit/render/authorization/oracle';
import { opa, temporaryFolder, written } from './opa-files';
import { hasTool } from './support';
import { row } from './table/row';

interface Answer {
  readonly allow: boolean;
  readonly code: string;
  readonly reason: string;
  readonly policyVersion: string;
}

/** OPA's answers to questions of each decision, by one run of OPA. */
function answers(bundle: string, questions: Readonly<Record<string, readonly unknown[]>>): Record<string, Answer[]> {
  const input = path.join(temporaryFolder(), 'input.json');
  writeFileSync(input, JSON.stringify(questions));
  const all = DECISIONS.map(
    ({ package: name }) =>
      `"${name}": [answer | some question in input.${name}; answer := data.portcullis.${name}.decision with input as question]`,
  );
  const result = opa('eval', '--bundle', bundle, '--input', input, '--format', 'raw', `{${all.join(', ')}}`);
  expect(result.stderr).toBe('');
  return JSON.parse(result.stdout) as Record<string, Answer[]>;
}

/** Names that occur in random authorizations, and some that do not. */
const AGENTS = ['ws-a/agent', 'ws-b/agent', 'ws-c/agent', 'ws-a/agent ', 'ws-z/agent'];
const NAMES: Readonly<Record<string, readonly string[]>> = {
  agent: AGENTS,
  task: ['run', 'walk', '7', 'Run', ''],
  to: [...AGENTS, 'adviser', 'adviser', 'auditor', 'auditor', '__proto__'],
  vault: ['Payments EU', 'tickets', 'payments eu', 'tickets '],
  namespace: ['ws-a', 'ws-b', 'ws-c', 'Ws-a', 'ws-a/agent'],
};
const TOOLS = ['a:read', 'a:write', 'b:read', 'c:read'];
const capabilities = fc.oneof(
  { weight: 9, arbitrary: fc.array(fc.constantFrom(...TOOLS), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>('a:read', { 0: 'a:read' }, [1], null) },
);
const KEYS: Readonly<Record<string, readonly string[]>> = {
  task_authorization: ['task', 'capabilities'],
  communication_scope: ['to'],
  secret_access: ['vault'],
  delegation_approval: ['to', 'capabilities'],
  cross_namespace_access: ['namespace'],
};

function question(keys: readonly string[]): fc.Arbitrary<unknown> {
  const fields = ['agent', ...keys].map((key) => {
    return [key, key === 'capabilities' ? capabilities : fc.constantFrom(...(NAMES[key] ?? []))] as const;
  });
  const whole = fc.record(Object.fromEntries(fields));
  const partial = fc.record({ ...Object.fromEntries(fields), further: fc.constant('') }, { requiredKeys: [] });
  return fc.oneof(
    { weight: 20, arbitrary: whole },
    { weight: 2, arbitrary: partial },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
}

describe.skipIf(!hasTool('opa'))('the answers of opa', () => {
  const counted = row('opa', 'answers random questions about random grants as the grants say');
  it('are those that the grants give, to any question', () => {
    const questions = fc.record(
      Object.fromEntries(
        Object.entries(KEYS).map(([decision, keys]) => [
          decision,
          fc.array(question(keys), { minLength: 150, maxLength: 150 }),
        ]),
      ),
    );
    const seen = new Set<string>();
    let answered = 0;
    fc.assert(
      fc.property(authorizations, questions, (authorization: Authorization, asked) => {
        const given = answers(written(authorization).bundle, asked);
        for (const [decision, list] of Object.entries(asked)) {
          expect(given[decision]).toHaveLength(list.length);
          answered += list.length;
          for (const [index, one] of list.entries()) {
            const { allow, code } = (given[decision] ?? [])[index] as Answer;
            expect({ decision, one, code }).toEqual({ decision, one, code: expected(authorization, decision, one) });
            expect(allow).toBe(code === 'granted' || code === 'own-namespace');
            seen.add(`${decision} ${code}`);
          }
        }
      }),
      { numRuns: 40, endOnFailure: true },
    );
    counted.cases(answered);
    // The questions were no formality: each decision gave each of its answers.
    for (const { package: decision, rego } of DECISIONS) {
      for (const [, code] of rego.matchAll(/:= "([a-z-]+)"/g)) expect(seen).toContain(`${decision} ${code}`);
    }
  });

  it('name the purpose of a grant, the reason of a denial, and the version', () => {
    const { bundle } = written(DESK);
    const { revision } = JSON.parse(readFileSync(path.join(bundle, '.manifest'), 'utf8')) as { revision: string };
    const agent = 'ws-finance/agent';
    const given = answers(bundle, {
      ...Object.fromEntries(DECISIONS.map(({ package: decision }) => [decision, []])),
      secret_access: [
        { agent, vault: 'Payments EU' },
        { agent, vault: 'tickets' },
      ],
    });
    expect(given.secret_access).toEqual([
      { allow: true, code: 'granted', reason: 'Key of the payment provider', policyVersion: revision },
      {
        allow: false,
        code: 'vault-not-granted',
        reason: 'nothing grants the agent this vault',
        policyVersion: revision,
      },
    ]);
  });

  it('read every text as it was written, whatever stands in it', () => {
    const folder = temporaryFolder();
    const values = fc.sample(fc.jsonValue({ stringUnit: 'binary' }), { numRuns: 2000, seed: 7 });
    const [module, input] = [path.join(folder, 'terms.rego'), path.join(folder, 'input.json')];
    writeFileSync(
      module,
      `package terms\n\nvalues := [\n${values.map((value) => `\t${regoTerm(value)},\n`).join('')}]\n`,
    );
    writeFileSync(input, JSON.stringify(values));
    const query = '[count(data.terms.values), data.terms.values == input]';
    const result = opa('eval', '--data', module, '--input', input, '--format', 'raw', query);
    expect(result).toMatchObject({ code: 0, stdout: '[2000,true]\n' });
    counted.cases(values.length);
  });
});
