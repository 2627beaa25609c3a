import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../../lib/cli/main';
import { doctorSchema } from '../../../lib/governance/doctor/doctor-schema';
import { TOOLS } from '../../../lib/governance/doctor/tool';
import { compiled, published } from '../analysis/format/published-schema';
import { temporaryFolder } from '../environment/refusal';
import { caughtStreams } from './streams';

const folder = temporaryFolder();
const bin = join(folder, 'bin');
const [home, path] = [process.cwd(), process.env.PATH];
const caught = caughtStreams();
const PLATFORM = `${process.platform}-${process.arch}`;

beforeAll(() => {
  mkdirSync(bin, { recursive: true });
  process.chdir(folder);
  process.env.PATH = `:${join(folder, 'nowhere')}:${bin}`;
});
afterAll(() => {
  process.chdir(home);
  process.env.PATH = path;
});
beforeEach(() => {
  rmSync(bin, { recursive: true });
  rmSync('tool-versions.json', { force: true });
  mkdirSync(join(bin, 'opa'), { recursive: true }); // a folder is no command
  fake('kubectl', 'test "$*" = "version --client" && echo "Client Version: v1.33.2-dispatcher"');
  fake('promtool', 'echo "promtool, version 3.14.0 (branch: HEAD)" >&2');
});

/** A command that runs a line of shell, without any command of the system since none is on the PATH. */
function fake(name: string, line: string): string {
  const file = join(bin, name);
  writeFileSync(file, `#!/bin/sh\n${line}\n`);
  chmodSync(file, 0o755);
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function pin(tools: object, file = 'tool-versions.json'): void {
  writeFileSync(file, JSON.stringify({ tools }, undefined, 2));
}

async function doctor(...args: readonly string[]) {
  Object.assign(caught, { stdout: '', stderr: '' });
  process.exitCode = undefined;
  await main(['node', 'portcullis', 'doctor', ...args]);
  return { code: process.exitCode ?? 0, ...caught };
}

describe('doctor', () => {
  test('prints a row for each tool, and is content with those that are not there', async () => {
    const { code, stdout, stderr } = await doctor();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^kubectl +1\.33\.2 +1\.29\.0 +- +fine /m);
    expect(stdout).toMatch(/^promtool +3\.14\.0 .* fine /m);
    expect(stdout).toMatch(/^opa +- .* missing /m);
    expect(stdout.split('\n')).toHaveLength(TOOLS.length + 2);
    expect(stderr).toMatch(/^6 notes/);
  });

  test('exits with 1 for a tool that is required and missing', async () => {
    const { code, stderr } = await doctor('--require', 'kubectl, kyverno');
    expect(code).toBe(1);
    expect(stderr).toContain('error: kyverno is not on the PATH; it tests admission policies');
    expect((await doctor('--require', 'kubectl,promtool')).code).toBe(0);
    expect((await doctor('--require', 'all')).code).toBe(1);
  });

  test.each([
    ['too old', 'echo "Client Version: v1.28.9"', 'kubectl 1.28.9 is too old: 1.29.0 is the oldest'],
    ['a pre-release', 'echo "Client Version: v1.29.0-rc.0"', 'kubectl 1.29.0-rc.0 is too old'],
    ['failing', 'echo "no such flag" >&2; exit 2', 'does not tell its version: it failed: no such flag'],
    ['without a version', 'echo "hello"', 'it prints no version: hello'],
    ['silent', ':', 'it prints no version: '],
    ['waiting for an answer', 'read answer', 'it did not answer within 0.5 s'],
  ])('a tool that is %s fails the run', async (_, line, message) => {
    fake('kubectl', line);
    const { code, stderr, stdout } = await doctor('--timeout', '0.5');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(message) });
    expect(stdout).toMatch(/^kubectl .*(too-old|silent)/m);
  });

  test('a tool below its pin is a downgrade, found with the line of the pin', async () => {
    pin({ kubectl: { version: '1.34.0' } });
    const { code, stdout, stderr } = await doctor();
    expect(code).toBe(1);
    expect(stdout).toMatch(/^kubectl +1\.33\.2 +1\.29\.0 +1\.34\.0 +downgraded/m);
    expect(stderr).toContain('tool-versions.json:4:18\n  error: kubectl 1.33.2 (');
    pin({ kubectl: { version: '1.33.2' } });
    expect((await doctor()).code).toBe(0);
    pin({ kubectl: { version: '1.33.1' } });
    expect((await doctor()).code).toBe(0);
  });

  test('a file with another SHA-256 than the pinned one is not let through', async () => {
    const sum = fake('kubectl', 'echo "v1.33.2"');
    pin({ kubectl: { version: '1.33.2', sha256: { [PLATFORM]: sum } } });
    expect((await doctor()).stdout).toMatch(/^kubectl .* verified/m);
    fake('kubectl', 'echo "v1.33.2" # and more');
    const { code, stdout, stderr } = await doctor();
    expect(code).toBe(1);
    expect(stdout).toMatch(/^kubectl .* unverified/m);
    expect(stderr).toContain('is not the file of 1.33.2 whose SHA-256 is pinned');
    pin({ kubectl: { version: '1.33.2', sha256: { 'plan9-mips': sum } } });
    expect((await doctor()).stdout).toMatch(/^kubectl .* fine/m);
  });

  test('a change that lowers a pin fails', async () => {
    pin({ kubectl: { version: '1.33.1' } });
    pin({ kubectl: { version: '1.33.2' } }, 'before.json');
    const { code, stderr } = await doctor('--since', 'before.json');
    expect(code).toBe(1);
    expect(stderr).toContain('tool-versions.json:4:18\n  error: kubectl goes back from 1.33.2 to 1.33.1');
  });

  test('as JSON is as its schema says, and nothing more', async () => {
    pin({ kubectl: { version: '1.34.0' } });
    const { code, stdout } = await doctor('--format', 'json');
    const validate = compiled(published(doctorSchema));
    const data = JSON.parse(stdout);
    expect(validate(data), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...data, further: 1 })).toBe(false);
    expect(code).toBe(1);
    expect(data.tools.find(({ name }: { name: string }) => name === 'kubectl')).toMatchObject({
      state: 'downgraded',
      version: '1.33.2',
      pinned: '1.34.0',
      verified: false,
    });
  });

  test('as annotations for GitHub names the file and the line', async () => {
    pin({ kubectl: { version: '1.34.0' } });
    const { code, stdout } = await doctor('--format', 'github');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^::error file=tool-versions\.json,line=4,.*kubectl 1\.33\.2/m);
    expect(stdout).not.toContain('not on the PATH');
  });

  test.each([
    [['--require', 'kubctl'], "'kubctl' is no tool that doctor knows"],
    [['--timeout', '0'], "'0' is no time"],
    [['--timeout', 'soon'], "'soon' is no time"],
    [['--since', 'before.json'], 'there is no tool-versions.json here'],
    [['--versions', 'missing.json'], 'the file cannot be read'],
    [['--format', 'html'], "argument 'html' is invalid"],
  ])('%j is not understood', async (args, message) => {
    const { code, stderr, stdout } = await doctor(...args);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(message);
  });
});
