import { Lazy } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { isPlainData } from '../../../lib/synth/plain-data';

describe('isPlainData', () => {
  test.each([
    ['a text', 'a'],
    ['nothing', undefined],
    ['lists and maps', { a: [1, { b: [true, undefined, ''] }], c: {}, d: [] }],
  ])('%s is', (_, value) => {
    expect(isPlainData(value)).toBe(true);
  });

  test.each([
    ['null, which cdk8s leaves out', { a: [{ b: null }] }],
    ['a Lazy value', { a: { b: Lazy.any({ produce: () => 1 }) } }],
    ['a token', { a: { resolve: () => 1 } }],
    ['a date', [[new Date(0)]]],
    ['a function', { a: () => 1 }],
    ['a symbol', [Symbol('x')]],
    ['an object without a prototype', { a: Object.create(null) }],
  ])('%s is not', (_, value) => {
    expect(isPlainData(value)).toBe(false);
  });
});
