import { expect, test } from 'vitest';
import { parseDialect } from '../../../../lib/analysis/dialect';
import { isAnyName, namePatternMatches, sampleName } from '../../../../lib/analysis/universe/name-pattern';

const CILIUM = parseDialect('cilium-1.19');

test.each([
  ['api.example.com', 'api.example.com', true],
  ['API.example.com.', 'api.example.com', true],
  ['api.example.com', 'api.example.org', false],
  ['api.example.com', 'apiXexample.com', false],
  ['*.example.com', 'api.example.com', true],
  ['*.example.com', 'a.b.example.com', false],
  ['*.example.com', 'example.com', false],
  ['*example.com', 'evilexample.com', true],
  ['api-*.example.com', 'api-.example.com', true],
  ['a.*.example.com', 'a.b.example.com', true],
  ['*', 'a.b.c', true],
  ['**', 'a.b.c', true],
  ['*.', 'a.b.c', true],
  ['**.example.com', 'a.b.example.com', true],
  ['****.example.com', 'a.b.example.com', true],
  ['**.example.com', 'example.com', false],
  ['**.*.example.com', 'a.b.example.com', true],
])('%s and %s', (pattern, name, matches) => {
  expect(namePatternMatches(pattern, name, CILIUM)).toBe(matches);
});

test('before Cilium 1.19, two stars are one', () => {
  const old = parseDialect('cilium-1.18');
  expect(namePatternMatches('**.example.com', 'a.example.com', old)).toBe(true);
  expect(namePatternMatches('**.example.com', 'a.b.example.com', old)).toBe(false);
});

test.each(['*', '**.example.com', '*.a.*', 'x-*-y.example.com', '***'])(
  'a sample of %s is one of its names',
  (pattern) => {
    expect(namePatternMatches(pattern, sampleName(pattern), CILIUM)).toBe(true);
    expect(sampleName(pattern)).not.toContain('*');
  },
);

test.each([
  ['*', true],
  ['**', true],
  [' *. ', true],
  ['*.com', false],
  ['', false],
])('%j stands for any name: %s', (pattern, any) => {
  expect(isAnyName(pattern)).toBe(any);
});
