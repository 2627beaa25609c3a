import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DESK } from '../unit/render/authorization/desk';
import { opa, written } from './opa-files';
import { hasTool } from './support';
import { row } from './table/row';

/** Ways in which rules could be weaker. Their own tests have to notice. */
const WEAKER: readonly (readonly [file: string, from: string, to: string])[] = [
  ['task_authorization', 'well_formed\n\tgrant\n\tevery', 'well_formed\n\tevery'],
  ['task_authorization', 'capability in grant.capabilities', 'capability in agent.capabilities'],
  ['task_authorization', 'default allow := false', 'default allow := true'],
  ['task_authorization', 'object.keys(input) == {"agent", "task", "capabilities"}', '"agent" in object.keys(input)'],
  ['communication_scope', 'agent.messages[input.to]', 'facts[_][_].messages[input.to]'],
  ['communication_scope', 'code == "granted"', 'code in {"granted", "recipient-not-granted"}'],
  ['secret_access', 'agent.vaults[input.vault]', 'facts[_][_].vaults[input.vault]'],
  ['secret_access', 'agent.vaults[input.vault]', 'agent.vaults[trim_space(input.vault)]'],
  ['secret_access', 'default code := "malformed-input"', 'default code := "granted"'],
  ['delegation_approval', 'count(input.capabilities) > 0', 'count(input.capabilities) >= 0'],
  ['delegation_approval', '\t\tcapability in grant.capabilities\n', ''],
  ['delegation_approval', '\t\tcapability in agent.capabilities\n', ''],
  ['cross_namespace_access', 'agent.namespace == input.namespace', 'facts[_][_].namespace == input.namespace'],
  ['cross_namespace_access', 'agent.reads[input.namespace]', 'facts[_][_].reads[input.namespace]'],
];

describe.skipIf(!hasTool('opa'))('the tests beside the rules', () => {
  row('opa', 'fails the rendered tests when a rule is weaker or a fact is lost');
  it.each(WEAKER)('notice when %s has %j replaced by %j', (decision, from, to) => {
    const { bundle, tests } = written(DESK);
    const file = path.join(bundle, 'portcullis', decision, 'policy.rego');
    const rule = readFileSync(file, 'utf8');
    expect(rule).toContain(from);
    writeFileSync(file, rule.replace(from, to));
    const result = opa('test', bundle, tests);
    expect(result.code).not.toBe(0);
    expect(result.stdout + result.stderr).toMatch(/FAIL|conflict/);
  });

  it('notice when OPA lets more be asked', () => {
    const { bundle, tests } = written(DESK);
    const file = path.join(bundle, 'system/authz/policy.rego');
    const rule = readFileSync(file, 'utf8');
    for (const [from, to] of [
      ['count(input.params) == 0', 'count(input.params) >= 0'],
      ['input.method == "POST"', 'input.method in {"POST", "GET"}'],
      ['"portcullis", decision, "decision"]', '"portcullis", _, "decision"]'],
      ['default allow := false', 'default allow := true'],
    ] as const) {
      expect(rule).toContain(from);
      writeFileSync(file, rule.replace(from, to));
      expect(opa('test', bundle, tests).code, to).not.toBe(0);
    }
  });

  it('notice when a fact is gone, and when there is one too many', () => {
    const { bundle, tests } = written(DESK);
    const file = path.join(bundle, 'portcullis/facts/part-1/data.json');
    const facts = readFileSync(file, 'utf8');
    expect(facts).toContain('"Payments EU"');
    writeFileSync(file, facts.replace('"Payments EU"', '"Payments US"'));
    expect(opa('test', bundle, tests).code).not.toBe(0);
    writeFileSync(file, facts.replace('"vaults":{}', '"vaults":{"Payments EU":{"purpose":"added"}}'));
    expect(opa('test', bundle, tests).code).not.toBe(0);
  });
});
