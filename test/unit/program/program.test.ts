import { expect, test } from 'vitest';
import { defineProgram } from '../../../lib';

test('a program is what was declared, and stays so', () => {
  const build = () => {};
  const program = defineProgram({ name: 'portarium', build });
  expect(program).toEqual({ name: 'portarium', build });
  expect(Object.isFrozen(program)).toBe(true);
});

test.each(['Portarium', '', '../portarium', 'a/b', 'a'.repeat(64)])("'%s' names no folder of the output", (name) => {
  expect(() => defineProgram({ name, build: () => {} })).toThrow(`name of the program '${name}'`);
});
