import { expect, test } from 'vitest';
import { joined, partsOf, rememberedOf, SharedList, share } from '../../../lib/model/shared';

test('shared data is the same data, and nobody changes it for the others', () => {
  const data = { rules: [{ port: '80' }] };
  expect(share(data)).toBe(data);
  expect(() => data.rules.push({ port: '81' })).toThrow(TypeError);
  expect(rememberedOf(data)).toBeDefined();
  expect(rememberedOf({ ...data })).toBeUndefined();
});

test('joined lists are one list that tells its parts, and its copies do not', () => {
  const parts = [new SharedList(['a', 'b']), new SharedList<string>([]), new SharedList(['c'])];
  const list = joined(parts);
  expect(list).toStrictEqual(['a', 'b', 'c']);
  expect(partsOf(list)).toBe(parts);
  expect(partsOf([...list])).toBeUndefined();
  expect(partsOf(list.filter(() => true))).toBeUndefined();
  expect(() => (list as string[]).push('d')).toThrow(TypeError);
});

test('a part is changed once for each function, and frozen', () => {
  const part = new SharedList(['a', 'b']);
  const wrap = (name: string) => ({ name });
  expect(part.map(wrap)).toBe(part.map(wrap));
  expect(part.map(wrap).items).toEqual([{ name: 'a' }, { name: 'b' }]);
  expect(part.map((name) => name.length).items).toEqual([1, 1]);
  expect(() => Object.assign(part.map(wrap).items[0] as object, { name: 'x' })).toThrow(TypeError);
});
