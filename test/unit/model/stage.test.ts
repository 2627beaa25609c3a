import { expect, test } from 'vitest';
import { STAGES } from '../../../lib/model/stage';

test('a layer is observed before it is enforced', () => {
  expect(STAGES).toEqual(['observe', 'enforce']);
  expect(Object.isFrozen(STAGES)).toBe(true);
});
