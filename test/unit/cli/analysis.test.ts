import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder, writeFolder } from '../environment/refusal';
import { builtPackage, ROOT } from './build';
import { type Ended, FOLDERS, LINE, SHOP } from './shop';

// What the commands that read manifests have in common, as processes: their streams cannot be had otherwise.
const build = builtPackage();
const cwd = join(temporaryFolder(), 'project');

beforeAll(() => writeFolder(cwd, FOLDERS));

function portcullis(args: readonly string[], input = ''): Ended {
  const { FORCE_COLOR: _, ...env } = process.env;
  const options = { cwd, env, input, encoding: 'utf8', maxBuffer: 1 << 26 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [build.bin, ...args], options);
  return { code: status ?? 'killed', stdout, stderr };
}

describe('manifests come from', () => {
  test.each([
    ['a directory', 'shop'],
    ['a file', 'shop/shop.yaml'],
    ['a glob', 'sho*/*.yaml'],
    ['standard input', '-'],
  ])('%s', (_, path) => {
    const stdout = LINE;
    expect(portcullis(['reach', path], path === '-' ? SHOP : '')).toEqual({ code: 0, stdout, stderr: '' });
  });

  test('several places', () => {
    const [policies = '', ...deployments] = SHOP.split(/^(?=---\napiVersion: apps)/m);
    writeFolder(join(cwd, 'part'), { 'policies.yaml': policies });
    expect(portcullis(['reach', 'part', '-'], deployments.join('')).stdout).toBe(LINE);
  });

  test('both sides of diff, one of which may be standard input', () => {
    const same = 'who may reach whom stays the same\n';
    expect(portcullis(['diff', '-', 'shop'], SHOP)).toEqual({ code: 0, stdout: same, stderr: '' });
    expect(portcullis(['diff', 'shop', '-'], SHOP)).toEqual({ code: 0, stdout: same, stderr: '' });
  });

  test('nothing, which is an error of usage', () => {
    const { code, stdout, stderr } = portcullis(['reach', '-']);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('error: there are no manifests in standard input');
  });

  test('where something is wrong with standard input, findings call it -', () => {
    const { code, stderr } = portcullis(['reach', '-'], `${SHOP}---\nkind: [\n`);
    expect(stderr).toMatch(/^-:\d+:\d+\n {2}error: /);
    expect(code).toBe(1);
  });
});

describe('that nobody reads on is no error', () => {
  /** So many pods and namespaces that what is said about them is more than a pipe holds. */
  const many = () => {
    const pod = (index: number) =>
      `---\napiVersion: v1\nkind: Pod\nmetadata: { name: a-pod-with-a-long-name, namespace: team-${index} }\n`;
    writeFolder(join(cwd, 'many'), { 'pods.yaml': Array.from({ length: 150 }, (_, index) => pod(index)).join('') });
  };

  test.each([
    ['reach', 'reach many'],
    ['reach, in JSON', 'reach many --format json'],
    ['check', 'check many --format json'],
  ])('%s', (_, args) => {
    many();
    // The shell tells the status of the last command of a pipe only, so the first one writes its own to a file.
    const command = `{ "${process.execPath}" "${build.bin}" ${args}; echo $? > status; } | head -n 1`;
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { cwd, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toHaveLength(2);
    const expected = args.startsWith('check') ? 1 : 0;
    expect(readFileSync(join(cwd, 'status'), 'utf8')).toBe(`${expected}\n`);
  });

  test('and all of it comes where somebody does', () => {
    many();
    const lines = portcullis(['reach', 'many']).stdout.split('\n');
    // Every pod and every other one, each to the world, and the world to each.
    expect(lines).toHaveLength(150 * 149 + 150 + 150 + 1);
  });
});

test('the package holds the schemas of what is printed as JSON', () => {
  execFileSync(process.execPath, [join(ROOT, 'scripts/write-schema.mjs'), build.dist]);
  const schemas = [
    ...['reach', 'explain', 'diff', 'check', 'replay'].map((command) => [command, `analysis/format/${command}`]),
    ['rollout plan', 'governance/rollout/rollout-plan'],
    ['compliance', 'governance/compliance/compliance'],
  ];
  for (const [command, path] of schemas) {
    const file = join(build.dist, `lib/${path}.schema.json`);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: `portcullis ${command} --format json`,
      additionalProperties: false,
    });
  }
});
