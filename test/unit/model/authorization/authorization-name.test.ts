import { describe, expect, test } from 'vitest';
import {
  agentNameProblem,
  delegateNameProblem,
  stateNamespaceProblem,
  taskNameProblem,
  vaultNameProblem,
} from '../../../../lib/model/authorization/authorization-name';
import { BREAKING_NAMES } from './breaking-names';

describe.each([
  ['an agent', agentNameProblem, ['ws-production/agent', 'agent', 'a/b/c', '0/1']],
  ['a task', taskNameProblem, ['pay-invoices', 'a', '7']],
  ['a delegate', delegateNameProblem, ['tax-adviser']],
  ['a namespace of the shared state', stateNamespaceProblem, ['ws-production']],
] as const)('%s', (_, problem, names) => {
  test.each(names)('may be called %s', (name) => {
    expect(problem(name)).toBeUndefined();
  });

  test.each(BREAKING_NAMES)('may not be called %j', (name) => {
    expect(problem(name)).toMatchObject({ message: expect.any(String), fix: expect.any(String) });
  });
});

test.each(['/agent', 'ws/', 'a//b', 'A/agent', 'ws_a/agent'])('an agent may not be called %s', (name) => {
  expect(agentNameProblem(name)).toBeDefined();
});

describe('a vault', () => {
  test.each(['payments-prod', 'Payments EU', 'a.b_c', 'hfnjvi6aymbsnfc2xeeoheizda', 'x'.repeat(63)])(
    'may be called %s',
    (name) => {
      expect(vaultNameProblem(name)).toBeUndefined();
    },
  );

  test.each([
    ...BREAKING_NAMES.filter((name) => name !== 'input.agent'),
    ' a',
    'a ',
    'a  b',
    'op://vault/item',
    '-a',
    '.a',
  ])('may not be called %j', (name) => {
    expect(vaultNameProblem(name)).toBeDefined();
  });
});
