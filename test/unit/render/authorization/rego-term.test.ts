import fc from 'fast-check';
import { expect, test } from 'vitest';
import { regoTerm } from '../../../../lib/render/authorization/rego-term';
import { BREAKING_NAMES } from '../../model/authorization/breaking-names';

test.each([
  ['plain text', '"plain text"'],
  ['"', '"\\""'],
  ['\\', '"\\\\"'],
  ['a\nb', '"a\\nb"'],
  ['a\u2028b', '"a\\u2028b"'],
  ['a\u202eb', '"a\\u202eb"'],
  ['\u007f', '"\\u007f"'],
  ['\u{e0001}', '"\\udb40\\udc01"'],
  [{ b: [1, true, null], a: {} }, '{"b": [1, true, null], "a": {}}'],
  [[], '[]'],
])('%j is written %s', (value, term) => {
  expect(regoTerm(value)).toBe(term);
});

test('what is read back is what was written, and it stays on one line of visible characters', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(...BREAKING_NAMES)), (value) => {
      const term = regoTerm(value);
      expect(JSON.parse(term)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(term).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test.each(['\ud800', 'a\udc00', { '\ud800': 1 }])('half of a surrogate pair is refused: %j', (value) => {
  expect(() => regoTerm(value)).toThrow('surrogate');
});
