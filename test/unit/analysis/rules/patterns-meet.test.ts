import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDialect } from '../../../../lib/analysis/dialect';
import { patternsMeet } from '../../../../lib/analysis/rules/patterns-meet';
import { namePatternMatches } from '../../../../lib/analysis/universe/name-pattern';

const CILIUM = parseDialect('cilium-1.19');

test.each([
  ['api.example.com', 'API.example.com.', true],
  ['api.example.com', 'web.example.com', false],
  ['*.example.com', 'api.*.com', true],
  ['a-*.example.com', '*-b.example.com', true],
  ['a-*.example.com', 'b-*.example.com', false],
  ['*.example.com', 'a.b.example.com', false],
  ['**.example.com', 'a.*.example.com', true],
  ['**.example.com', 'example.com', false],
  ['**.example.com', '**.a.example.com', true],
  ['*.example.com', '**.a.example.com', false],
  ['*', '**.example.org', true],
])('%s and %s: %s', (some, other, meet) => {
  expect(patternsMeet(some, other, CILIUM)).toBe(meet);
  expect(patternsMeet(other, some, CILIUM)).toBe(meet);
});

test('before Cilium 1.19, two stars are one', () => {
  expect(patternsMeet('**.example.com', 'a.b.example.com', parseDialect('cilium-1.18'))).toBe(false);
});

const text = (parts: readonly string[]) =>
  fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 7 }).map((some) => some.join(''));
const pattern = fc.oneof(
  text(['a', 'b', '.', '*']),
  text(['a', 'b', '.', '*']).map((rest) => `**.${rest}`),
);

test('a name that both match proves that they meet, and a plain name meets what matches it', () => {
  fc.assert(
    fc.property(pattern, pattern, text(['a', 'b', '.']), (some, other, name) => {
      const matches = [some, other].map((each) => namePatternMatches(each, name, CILIUM));
      if (matches.every(Boolean)) expect(patternsMeet(some, other, CILIUM)).toBe(true);
      expect(patternsMeet(some, name, CILIUM)).toBe(matches[0]);
    }),
    { numRuns: 2000 },
  );
});
