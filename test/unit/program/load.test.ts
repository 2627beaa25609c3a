import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatFinding } from '../../../lib/finding';
import { loadPrograms } from '../../../lib/program/load';
import { temporaryFolder, writeFolder } from '../environment/refusal';

const root = temporaryFolder();
let count = 0;

/** Loads modules from a folder of their own, since Node loads each file once. */
async function load(files: Readonly<Record<string, string>>, modules = Object.keys(files)) {
  const folder = join(root, `${++count}`);
  writeFolder(folder, files);
  const { programs, findings } = await loadPrograms(modules.map((module) => join(folder, module)));
  return {
    names: programs.map(({ name }) => name),
    findings: findings.map((finding) => formatFinding(finding).replaceAll(`${folder}/`, '')),
  };
}

describe('a module with a program', () => {
  test.each([
    ['ES module', 'a.mjs', "export const program = { name: 'a', build() {} };"],
    ['ES module with a default', 'a.mjs', "export default { program: { name: 'a', build() {} } };"],
    ['ES module that waits', 'a.mjs', "await null; export const program = { name: 'a', build() {} };"],
    ['CommonJS', 'a.cjs', "exports.program = { name: 'a', build() {} };"],
    [
      'CommonJS that says it at once',
      'a.cjs',
      "const of = (name) => ({ name, build() {} }); module.exports = { ...{ program: of('a') } };",
    ],
  ])('%s', async (_, file, text) => {
    expect(await load({ [file]: text })).toEqual({ names: ['a'], findings: [] });
  });
});

describe('a module that is refused', () => {
  test.each([
    [
      'missing',
      {},
      ['gone.js'],
      'gone.js: error: the module does not exist; build it, or name another JavaScript file',
    ],
    [
      'without a program',
      { 'a.mjs': 'export const other = 1;' },
      ['a.mjs'],
      'a.mjs: error: the module exports no program; export const program = defineProgram({ name, build })',
    ],
    [
      'with something else',
      { 'a.mjs': 'export const program = 1;' },
      ['a.mjs'],
      'a.mjs: error: the module exports no program; export const program = defineProgram({ name, build })',
    ],
    [
      'empty',
      { 'a.cjs': '' },
      ['a.cjs'],
      'a.cjs: error: the module exports no program; export const program = defineProgram({ name, build })',
    ],
    [
      'throwing',
      { 'a.mjs': '\n  undefined.x;' },
      ['a.mjs'],
      "a.mjs:2:13: error: the program threw TypeError: Cannot read properties of undefined (reading 'x'); correct the program at this line",
    ],
    [
      'throwing nothing',
      { 'a.mjs': 'throw null;' },
      ['a.mjs'],
      'a.mjs: error: the program threw null; correct the program',
    ],
    [
      'leaving its folder',
      { 'a.mjs': "export const program = { name: '../a', build() {} };" },
      ['a.mjs'],
      "a.mjs: error: name of the program '../a' is not a DNS label; use lower-case letters, digits and '-', and start and end with a letter or digit",
    ],
    [
      'of the same name',
      { 'a.mjs': "export const program = { name: 'x', build() {} };", 'b.mjs': "export { program } from './a.mjs';" },
      ['a.mjs', 'b.mjs'],
      "b.mjs: error: the program's name 'x' is already taken by a.mjs; name each module once, and give each program a name of its own",
    ],
  ])('%s', async (_, files, modules, message) => {
    const { findings } = await load(files, modules);
    expect(findings).toEqual([`${message} (program-module)`]);
  });

  test.each([
    ['a package', "import 'no-such-package';"],
    ['a file', "import './gone.mjs';"],
  ])('without %s that it imports', async (_, text) => {
    const { findings } = await load({ 'a.mjs': text });
    expect(findings).toEqual([
      expect.stringMatching(
        /^a\.mjs: error: the module cannot be loaded: .*; install or build what it imports \(program-module\)$/,
      ),
    ]);
  });

  test('for an error of a file that it reads, at its line', async () => {
    const { findings } = await load({ 'a.mjs': "import { readFileSync } from 'node:fs';\nreadFileSync('gone.json');" });
    expect(findings).toEqual([
      expect.stringMatching(
        /^a\.mjs:2:1: error: the program threw Error: ENOENT: .*; correct the program at this line \(program-module\)$/,
      ),
    ]);
  });

  test('each of them, beside those that are fine', async () => {
    const { names, findings } = await load(
      { 'a.mjs': "export const program = { name: 'a', build() {} };", 'b.mjs': '' },
      ['gone.js', 'b.mjs', 'a.mjs'],
    );
    expect(names).toEqual(['a']);
    expect(findings.map((line) => line.split(':')[0])).toEqual(['gone.js', 'b.mjs']);
  });
});
