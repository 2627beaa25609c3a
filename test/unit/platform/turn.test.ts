import { expect, test } from 'vitest';
import { currentTurn } from '../../../lib/platform/turn';

test('a turn lasts until other code may run', async () => {
  const first = currentTurn();
  expect(currentTurn()).toBe(first);
  await Promise.resolve();
  const second = currentTurn();
  expect(second).not.toBe(first);
  expect(currentTurn()).toBe(second);
});
