import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';

const CONFORMANCE = path.resolve(__dirname, '../../conformance');
const folder = mkdtempSync(path.join(tmpdir(), 'portcullis-tools-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `go build … -o FILE .` that makes an empty file. */
const WORKS = 'while [ "$1" != -o ]; do shift; done; echo >"$2"';
const FAILS = 'echo "undefined: x" >&2; exit 1';
const HANGS = 'exec sleep 60';

/** A folder of conformance tests with two tools made of Go, and a compiler that does this. */
function tools(compiler: string, names: readonly string[] = ['first', 'second']) {
  const home = mkdtempSync(path.join(folder, 'home-'));
  for (const file of ['build-tools.mjs', 'go-tool.mjs', 'debian-tool.mjs']) {
    cpSync(path.join(CONFORMANCE, file), path.join(home, file));
  }
  for (const name of ['first', 'second']) {
    mkdirSync(path.join(home, 'tools', name), { recursive: true });
    writeFileSync(path.join(home, 'tools', name, 'go.mod'), `module ${name}\n\nrequire example.com/x v1.2.3\n`);
  }
  const list = names.map((name) => ({ name, title: name, module: 'example.com/x' }));
  writeFileSync(path.join(home, 'tools/tools.json'), JSON.stringify(list));
  const go = path.join(home, 'go');
  writeFileSync(go, `#!/bin/sh\n${compiler}\n`);
  chmodSync(go, 0o755);
  return (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) => {
    const command = [path.join(home, 'build-tools.mjs'), ...args];
    const { PATH = '' } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, command, {
      env: { PATH, GO: go, ...env },
      encoding: 'utf8',
    });
    return { status, text: `${stdout}${stderr}`.replaceAll(/\d+\.\d s/g, '0 s') };
  };
}

test('what is missing is built once, in the order of the list', () => {
  const build = tools(WORKS, ['second', 'first']);
  expect(build()).toEqual({ status: 0, text: 'second: built in 0 s\nfirst: built in 0 s\n' });
  expect(build()).toEqual({ status: 0, text: 'second: up to date\nfirst: up to date\n' });
});

test('tools that are named are built alone', () => {
  expect(tools(WORKS)(['second'])).toEqual({ status: 0, text: 'second: built in 0 s\n' });
});

test('a tool that cannot be built is named with its error, and fails the run', () => {
  const { status, text } = tools(FAILS)();
  expect(status).toBe(1);
  expect(text).toContain('first: cannot be built: go build ended with status 1\nundefined: x');
  expect(text).toContain('second: cannot be built');
});

test('a compiler that is not there is named', () => {
  const { status, text } = tools(WORKS)([], { GO: 'no-such-go' });
  expect(status).toBe(1);
  expect(text).toContain('first: cannot be built: the command "no-such-go" was not found');
});

test.each<[string, readonly string[], Readonly<Record<string, string>>]>([
  ['by an option', ['--without', 'first', '--without', 'second'], {}],
  ['by the environment', [], { EXCLUDE: 'first, second' }],
])('a tool that is excluded %s fails nothing', (_, args, env) => {
  const text = 'first: left out, excluded by name\nsecond: left out, excluded by name\n';
  expect(tools(FAILS)(args, env)).toEqual({ status: 0, text });
});

test('what is not ready in time is left out by name, and fails nothing', () => {
  const { status, text } = tools(HANGS)([], { BUILD_MINUTES: '0.002' });
  expect(status).toBe(0);
  expect(text).toBe(
    ['first', 'second'].map((name) => `${name}: left out, not ready within the 0.002 minutes for building\n`).join(''),
  );
});

test.each<[string, readonly string[], readonly string[], Readonly<Record<string, string>>, string]>([
  ['a tool that is not there', ['first', 'second'], ['third'], {}, 'there is no tool third'],
  ['an excluded one that is not there', ['first', 'second'], [], { EXCLUDE: 'fist' }, 'there is no tool fist'],
  ['a folder that is not listed', ['first'], [], {}, 'tools/tools.json does not list second'],
  ['a budget that is no number', ['first', 'second'], [], { BUILD_MINUTES: 'x' }, 'BUILD_MINUTES=x is no number'],
  ['an unknown option', ['first', 'second'], ['--with', 'x'], {}, "Unknown option '--with'"],
])('refuses %s', (_, names, args, env, message) => {
  const { status, text } = tools(WORKS, names)(args, env);
  expect(status).toBe(2);
  expect(text).toContain(message);
});
