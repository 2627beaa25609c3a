import { expect, test } from 'vitest';
import { DECISIONS } from '../../../../lib/render/authorization/decision/decisions';
import { testFiles } from '../../../../lib/render/authorization/rego-test';
import { DESK } from './desk';

const FILES = testFiles(DESK);

test('there is a file for each decision, and one for the API', () => {
  const names = FILES.map(({ path }) => path);
  expect(names).toEqual([...DECISIONS.map((decision) => `${decision.package}_test.rego`), 'http_api_test.rego']);
});

test('a grant is asked for, beside what nobody granted', () => {
  const text = FILES.find(({ path }) => path === 'secret_access_test.rego')?.text ?? '';
  const tests = text.split('\n').filter((line) => line.startsWith('test_') && line.includes(' answers('));
  expect(tests.slice(0, 4)).toEqual([
    'test_1_granted if answers({"agent": "ws-finance/agent", "vault": "Payments EU"}, true, "granted")',
    'test_2_unknown_agent if answers({"agent": "stranger.invalid/agent", "vault": "Payments EU"}, false, "unknown-agent")',
    'test_3_vault_not_granted if answers({"agent": "ws-finance/agent", "vault": "Payments EU "}, false, "vault-not-granted")',
    'test_4_vault_not_granted if answers({"agent": "ws-research/agent", "vault": "Payments EU"}, false, "vault-not-granted")',
  ]);
});

test('names of tests are each there once, or OPA would take two for one', () => {
  for (const { text } of FILES) {
    const names = [...text.matchAll(/^(test_\w+) if/gm)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
  }
});

test('where nothing is granted, nothing is asked about lost facts', () => {
  const [task, , , , crossNamespace] = testFiles({ agents: [] });
  expect(task?.text).not.toContain('test_without_facts');
  expect(crossNamespace?.text).not.toContain('test_without_facts');
  expect(task?.text).toContain('unknown-agent');
});
