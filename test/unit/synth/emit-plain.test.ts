import { Lazy } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { joined, SharedList, share } from '../../../lib/model/shared';
import { emitDocument, emitPlain } from '../../../lib/synth/yaml';

describe('emitPlain', () => {
  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['a text', { a: 'a' }],
    ['a field that is undefined', { a: undefined, b: 1 }],
    ['lists and maps', { a: [1, { b: [true, ''] }], c: {}, d: [] }],
  ])('writes %s as emitDocument does', (_, value) => {
    expect(emitPlain(value)).toBe(emitDocument(value));
  });

  test.each([
    ['null, which cdk8s leaves out', { a: [{ b: null }] }],
    ['a Lazy value', { a: { b: Lazy.any({ produce: () => 1 }) } }],
    ['a token', { a: { resolve: () => 1 } }],
    ['a date', { a: [[new Date(0)]] }],
    ['a function', { a: () => 1 }],
    ['a symbol', { a: [Symbol('x')] }],
    ['an object without a prototype', { a: Object.create(null) }],
  ])('leaves %s to cdk8s', (_, value) => {
    expect(emitPlain(value)).toBeUndefined();
  });

  test('writes shared data like any other, also in several places and again', () => {
    const rule = { to: ['x'], ports: [{ port: '53' }] };
    const names = ['a', 'b', 'c'];
    const plain = { egress: [rule, rule], inside: { egress: [rule], names }, ports: rule.ports };
    const common = share(structuredClone(rule));
    const list = joined([new SharedList(() => ['a']), new SharedList(() => ['b', 'c'])]);
    const shared = { egress: [common, common], inside: { egress: [common], names: list }, ports: common.ports };
    for (let time = 0; time < 3; time++) expect(emitPlain(shared)).toBe(emitDocument(plain));
  });
});
