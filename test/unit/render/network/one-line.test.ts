import { expect, test } from 'vitest';
import { oneLine } from '../../../../lib/render/network/one-line';

test.each([
  ['plain words', 'plain words'],
  ['  around  and   between ', 'around and between'],
  ['two\nlines\r\nor\u2028three', 'two lines or three'],
  ['a\u202eb', 'a\\u{202e}b'],
  ['bell\u0007', 'bell\\u{7}'],
  ['zero\u200bwidth', 'zero\\u{200b}width'],
  ['Überprüfung', 'Überprüfung'],
  ['', ''],
])('%j reads %j', (text, line) => {
  expect(oneLine(text)).toBe(line);
});
