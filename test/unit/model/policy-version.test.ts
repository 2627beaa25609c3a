import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { policyVersion } from '../../../lib/model/policy-version';

test('is the start of the SHA-256 that everybody can compute, in UTF-8', () => {
  const text = 'spec:\n  note: Grüße\n';
  expect(policyVersion(text)).toBe(createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 16));
});

test('fits into a label', () => {
  expect(policyVersion('')).toMatch(/^[0-9a-f]{16}$/);
});
