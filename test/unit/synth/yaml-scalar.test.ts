import { describe, expect, test } from 'vitest';
import { blockScalar, scalarText } from '../../../lib/synth/yaml-scalar';

describe('scalarText', () => {
  test.each([
    'a',
    'ws-payments',
    'TCP 443',
    'ghcr.io/a/b:1.2',
    '10.0.0.0/8',
    '_',
    '/var/run',
    'a - b',
    'e5x',
    'é'.normalize(),
  ])('leaves %j plain where it is ASCII', (value) => {
    expect(scalarText(value)).toBe(/^[\x20-\x7e]+$/.test(value) ? value : JSON.stringify(value));
  });

  test.each([
    '',
    ' a',
    'a ',
    'a:',
    'a: b',
    'a #b',
    '#',
    'y',
    'NO',
    'Null',
    '~',
    '1',
    'e5',
    '1e3',
    '.inf',
    '0x1F',
    '12:30:45',
    '::/0',
  ])('quotes %j', (value) => {
    expect(scalarText(value)).toBe(JSON.stringify(value));
  });

  test('escapes what readers would drop, refuse or take for a line break', () => {
    expect(scalarText('\u0085\u2028\ufeff\u007f\n')).toBe('"\\u0085\\u2028\\ufeff\\u007f\\n"');
  });

  test('has nothing for half of a surrogate pair', () => {
    expect(scalarText('\ud83d')).toBe(undefined);
    expect(scalarText('\u{1f600}')).toBe('"\u{1f600}"');
  });
});

describe('blockScalar', () => {
  test.each([
    ['a\nb', '|-\n  a\n  b'],
    ['a\nb\n', '|\n  a\n  b'],
    ['a\n\nb\n\n', '|+\n  a\n\n  b\n'],
    ['a\n\tb', '|-\n  a\n  \tb'],
  ])('carries %j', (value, expected) => {
    expect(blockScalar(value, '  ')).toBe(expected);
  });

  test.each([' a\nb', '\na', '\n', 'a\n \nb', 'a\n ', 'a\r\nb', 'a\n\u0085', 'a\n\ud83d'])(
    'leaves %j to quotes',
    (value) => {
      expect(blockScalar(value, '  ')).toBe(undefined);
    },
  );
});
