import { expect, test } from 'vitest';
import { driftSchema } from '../../../../lib/governance/drift/drift-schema';
import { published, walk } from '../../analysis/format/published-schema';

const ALL = walk(published(driftSchema));

test('the published schema describes every key', () => {
  const keys = ALL.filter(([path]) => /\.\w+$/.test(path));
  expect(keys.length).toBeGreaterThan(20);
  expect(keys.filter(([, { description }]) => !description).map(([path]) => path)).toEqual([]);
});

test('and is closed wherever there are keys', () => {
  const open = ALL.filter(([, { type, additionalProperties }]) => type === 'object' && additionalProperties !== false);
  expect(open.map(([path]) => path)).toEqual([]);
});
