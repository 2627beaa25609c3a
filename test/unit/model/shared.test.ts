import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { joined, partsOf, rememberedOf, SharedList, share, withoutParts } from '../../../lib/model/shared';

test('shared data is the same data, and nobody changes it for the others', () => {
  const data = { rules: [{ port: '80' }] };
  expect(share(data)).toBe(data);
  expect(() => data.rules.push({ port: '81' })).toThrow(TypeError);
  expect(rememberedOf(data)).toBeDefined();
  expect(rememberedOf({ ...data })).toBeUndefined();
});

test('joined lists are one list that tells its parts, and its copies do not', () => {
  const parts = [['a', 'b'], [], ['c']].map((items) => new SharedList<string>(() => items));
  const list = joined(parts);
  expect(list).toStrictEqual(['a', 'b', 'c']);
  expect(partsOf(list)).toBe(parts);
  expect(partsOf([...list])).toBeUndefined();
  expect(partsOf(list.filter(() => true))).toBeUndefined();
  expect(() => (list as string[]).push('d')).toThrow(TypeError);
});

test.each<[string, (list: readonly string[]) => unknown, unknown]>([
  ['its length', (list) => list.length, 2],
  ['an item', (list) => list[1], 'b'],
  ['whether there is an item', (list) => 1 in list, true],
  ['its keys', (list) => Object.keys(list), ['0', '1']],
  ['a copy', (list) => [...list], ['a', 'b']],
  ['its JSON', (list) => JSON.stringify(list), '["a","b"]'],
  ['what it is', (list) => Array.isArray(list), true],
  ['whether it is frozen', (list) => Object.isFrozen(list), true],
  ['another freezing', (list) => Object.freeze(list), ['a', 'b']],
  ['an assignment', (list) => Reflect.set(list, 0, 'x'), false],
  ['a definition', (list) => Reflect.defineProperty(list, 0, { value: 'x' }), false],
  ['a removal', (list) => Reflect.deleteProperty(list, 0), false],
])('whatever looks at it first finds all of a joined list: %s', (_, look, found) => {
  const list = joined([new SharedList(() => ['a']), new SharedList(() => ['b'])]);
  expect(look(list)).toEqual(found);
  expect(list).toStrictEqual(['a', 'b']);
});

test('a joined list may be very long', () => {
  const part = new SharedList(() => Array.from({ length: 300_000 }, (_, index) => index));
  expect(joined([part])).toHaveLength(300_000);
});

test('nobody makes items that nobody looks at', () => {
  const part = new SharedList<string>(() => {
    throw new Error('somebody looked');
  });
  expect(partsOf(joined([part.map((name) => ({ name }))]))).toHaveLength(1);
});

test('a part is changed once for each function, and frozen', () => {
  const part = new SharedList(() => ['a', 'b']);
  const wrap = (name: string) => ({ name });
  expect(part.map(wrap)).toBe(part.map(wrap));
  expect(part.map(wrap).items).toEqual([{ name: 'a' }, { name: 'b' }]);
  expect(part.map((name) => name.length).items).toEqual([1, 1]);
  expect(() => Object.assign(part.map(wrap).items[0] as object, { name: 'x' })).toThrow(TypeError);
});

test('data without parts is the same data in ordinary lists, which can be looked at and cloned', () => {
  const dns = joined([new SharedList(() => ['a']), new SharedList(() => ['b'])]);
  const data = withoutParts({ rules: [{ dns, ports: [{ port: '53' }] }], none: null });
  expect(data).toStrictEqual({ rules: [{ dns: ['a', 'b'], ports: [{ port: '53' }] }], none: null });
  expect(structuredClone(data)).toEqual(data);
  expect(inspect(data, { depth: 9 })).toContain("'a', 'b'");
});
