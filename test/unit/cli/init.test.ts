import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../../lib/cli/main';
import { packageVersion } from '../../../lib/cli/version';
import { temporaryFolder } from '../environment/refusal';
import { caughtStreams } from './streams';

const folder = temporaryFolder();
const home = process.cwd();
const caught = caughtStreams();

beforeAll(() => process.chdir(folder));
afterAll(() => process.chdir(home));

async function init(...args: readonly string[]) {
  Object.assign(caught, { stdout: '', stderr: '' });
  process.exitCode = undefined;
  await main(['node', 'portcullis', 'init', ...args]);
  return { code: process.exitCode ?? 0, ...caught };
}

const read = (...path: readonly string[]) => readFileSync(join(...path), 'utf8');

describe('init', () => {
  test('writes a repository named after its folder, and says what is next', async () => {
    const { code, stdout, stderr } = await init('Agent_Platform');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`written  ${join('Agent_Platform', '.github', 'workflows', 'policy.yml')}\n`);
    expect(stdout).toContain('\nnext:\n  cd Agent_Platform\n  npm install ');
    expect(stdout).toContain('in place of @OWNER\n');
    const { name, dependencies } = JSON.parse(read('Agent_Platform', 'package.json'));
    expect([name, dependencies.portcullis]).toEqual(['agent-platform', packageVersion()]);
    for (const file of ['.gitignore', '.npmrc', 'policy_allowlist.lock', 'cdk8s.yaml', 'Pulumi.yaml']) {
      expect(existsSync(join('Agent_Platform', file)), file).toBe(true);
    }
  });

  test('takes name and owners', async () => {
    const { stdout } = await init('b', '--name', 'gate', '--owners', '@acme/security, @acme/main-tainers,a@b.example');
    expect(read('b', '.github', 'CODEOWNERS')).toMatch(
      /^\/policy_allowlist\.lock +@acme\/security @acme\/main-tainers a@b\.example$/m,
    );
    expect(read('b', 'README.md')).toMatch(/^# gate\n/);
    expect(stdout).not.toContain('@OWNER');
  });

  test('leaves no place of the template unfilled', () => {
    const files = readdirSync('b', { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(20);
    const unfilled = files.filter(({ parentPath, name }) => /(?<!\$)\{\{/.test(read(parentPath, name)));
    expect(unfilled.map(({ name }) => name)).toEqual([]);
  });

  test('names every file that is there already, and writes nothing', async () => {
    mkdirSync('c');
    writeFileSync('c/README.md', 'mine');
    writeFileSync('c/package.json', '{}');
    const { code, stdout, stderr } = await init('c');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(`${join('c', 'README.md')}\n  error: the file is there already`);
    expect(stderr).toContain(`${join('c', 'package.json')}\n  error: the file is there already`);
    expect(stderr).toContain('2 errors');
    expect([readdirSync('c'), read('c/README.md')]).toEqual([['README.md', 'package.json'], 'mine']);
  });

  test('writes the others with --missing', async () => {
    const { code, stdout } = await init('c', '--missing');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^kept +c.README\.md\nkept +c.package\.json\nwritten /);
    expect([read('c/README.md'), read('c/package.json')]).toEqual(['mine', '{}']);
    expect(existsSync('c/policy_allowlist.lock')).toBe(true);
  });

  test.each([
    [['d', '--name', 'Not a name'], "'Not a name'"],
    [['d', '--owners', 'acme'], "'acme' is no owner that GitHub knows"],
    [['d', '--owners', ' , '], 'is no owner that GitHub knows'],
    [['...'], 'name the package with --name'],
    [['d', 'e'], 'too many arguments'],
    [[''], 'the name of the folder is empty'],
  ])('%j is not understood', async (args, message) => {
    const { code, stdout, stderr } = await init(...args);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(message);
    expect(existsSync('d')).toBe(false);
  });
});
