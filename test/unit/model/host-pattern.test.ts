import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWithin, splitHost, standsFor } from '../../../lib/model/host-pattern';

describe('splitHost', () => {
  test.each([
    ['api.example.com', '', 'api.example.com'],
    ['*.example.com', '*.', 'example.com'],
    ['**.example.com', '**.', 'example.com'],
    ['*example.com', '', '*example.com'],
    ['***.example.com', '', '***.example.com'],
    ['*.*.example.com', '*.', '*.example.com'],
    ['', '', ''],
  ])('%j', (text, wildcard, name) => {
    expect(splitHost(text)).toEqual({ wildcard, name });
  });

  test('the parts make the whole', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[*.a]{0,12}$/), (text) => {
        const { wildcard, name } = splitHost(text);
        return wildcard + name === text;
      }),
    );
  });
});

describe('standsFor', () => {
  test.each([
    ['api.example.com', 'api.example.com', true],
    ['api.example.com', 'x.api.example.com', false],
    ['*.example.com', 'api.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'a.b.example.com', false],
    ['*.example.com', 'evilexample.com', false],
    ['**.example.com', 'api.example.com', true],
    ['**.example.com', 'a.b.example.com', true],
    ['**.example.com', 'example.com', false],
    ['**.example.com', 'evilexample.com', false],
  ])('%j for %j is %j', (pattern, name, stands) => {
    expect(standsFor(splitHost(pattern), name)).toBe(stands);
  });
});

test.each([
  ['example.com', 'example.com', true],
  ['a.b.example.com', 'example.com', true],
  ['evilexample.com', 'example.com', false],
  ['com', 'example.com', false],
])('isWithin(%j, %j) is %j', (name, domain, within) => {
  expect(isWithin(name, domain)).toBe(within);
});
