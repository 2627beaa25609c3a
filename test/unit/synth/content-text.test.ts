import { expect, test } from 'vitest';
import { contentText, shareContent } from '../../../lib/synth/content-text';

const SPEC = ['spec'] as const;

test('a shared content is written once, and cannot be changed behind its text', () => {
  const content = shareContent({ spec: { a: { b: ['x'] } } });
  const first = contentText(content, SPEC);
  expect(first?.text).toBe('spec:\n  a:\n    b:\n      - x\n');
  expect(contentText(content, SPEC)).toBe(first);
  expect(() => content.spec.a.b.push('y')).toThrow(TypeError);
});

test('a content of its own is written as it is each time', () => {
  const content = { spec: { a: 1 } };
  expect(contentText(content, SPEC)?.text).toBe('spec:\n  a: 1\n');
  content.spec.a = 2;
  expect(contentText(content, SPEC)?.text).toBe('spec:\n  a: 2\n');
});

test('a shared content is written for the fields that are asked for', () => {
  const content = shareContent({ spec: { a: 1 }, data: { b: '2' } });
  expect(contentText(content, SPEC)?.text).toBe('spec:\n  a: 1\n');
  expect(contentText(content, ['data', 'spec'])?.text).toBe('data:\n  b: "2"\nspec:\n  a: 1\n');
});

test.each([
  ['nothing', {}, ''],
  ['no field', { spec: undefined }, ''],
  ['an empty field', { spec: {} }, 'spec: {}\n'],
  ['null, which cdk8s leaves out', { spec: { a: null } }, undefined],
  ['an instance of a class', { spec: { a: new Date(0) } }, undefined],
  ['a map without prototype', { spec: Object.create(null) as object }, undefined],
  ['a function', { spec: { a: () => 1 } }, undefined],
])('%s', (_, content, expected) => {
  expect(contentText(content as Parameters<typeof contentText>[0], SPEC)?.text).toBe(expected);
});
