import fc from 'fast-check';
import { expect, test } from 'vitest';
import { durationSeconds, formatDuration } from '../../../../lib/render/observability/duration';

test.each([
  ['5m', 300],
  ['1h30m', 5400],
  ['2d', 172_800],
  ['1w1d1h1m1s', 694_861],
  ['0s', 0],
])('%s is %i seconds', (text, seconds) => expect(durationSeconds(text)).toBe(seconds));

test.each(['', '5', 'm', '5 m', '5x', '1m1h', '-5m', '1.5h', '5m!'])("'%s' is no duration", (text) => {
  expect(durationSeconds(text)).toBeUndefined();
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.nat(10_000_000), (seconds) => {
      expect(durationSeconds(formatDuration(seconds))).toBe(seconds);
    }),
  );
});

test.each([-1, 0.5, Number.NaN])('%f seconds cannot be written', (seconds) => {
  expect(() => formatDuration(seconds)).toThrow('whole');
});
