import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { OUTCOMES } from '../../../lib/analysis';

const PAGE = readFileSync(join(resolve(__dirname, '../../..'), 'docs/replay.md'), 'utf8');

test('the page of replay explains every outcome', () => {
  expect([...PAGE.matchAll(/^\| (\w+) \| .* \|$/gm)].map(([, word]) => word).slice(1)).toEqual([...OUTCOMES]);
});
