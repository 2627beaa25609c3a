import { readFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { expect, test } from 'vitest';
import { packageVersion } from '../../../lib/cli/version';
import { ROOT } from './build';

test('the version is that of the package', () => {
  expect(packageVersion()).toBe(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version);
});

test('code without a package above it runs all the same', () => {
  expect(packageVersion(parse(ROOT).root)).toBe('unknown');
});
