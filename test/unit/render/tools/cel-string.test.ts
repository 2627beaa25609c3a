import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { celString } from '../../../../lib/render/tools/cel-string';
import { type CelEvaluator, celEvaluator } from './cel';

let evaluate: CelEvaluator;
beforeAll(async () => {
  evaluate = await celEvaluator();
});

describe('celString', () => {
  test.each([
    ['invoice:read', `'invoice:read'`],
    ['', `''`],
    ["it's", `'it\\'s'`],
    ['a\\', `'a\\\\'`],
    ['a\nb', `'a\\u000ab'`],
    ['\u2028', `'\\u2028'`],
    ['\u{e0001}', `'\\U000e0001'`],
    ['ünï 🗝', `'ünï 🗝'`],
  ])('%j is written %s', (text, literal) => expect(celString(text)).toBe(literal));

  test('half of a surrogate pair is refused', () => {
    expect(() => celString('a\ud800')).toThrow(/surrogate/);
    expect(() => celString('\udc00')).toThrow(/surrogate/);
  });
});

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.stringMatching(/^['"\\`\n\r\t$ {}ux0-9a-f\]]{0,12}$/),
);

test('an evaluator reads back the text that was written, and nothing else', () => {
  fc.assert(
    fc.property(text, (written) => {
      expect(evaluate(celString(written))).toBe(written);
      expect(celString(written)).toMatch(/^'[^\p{C}\p{Zl}\p{Zp}]*'$/u);
    }),
    { numRuns: 3000 },
  );
});
