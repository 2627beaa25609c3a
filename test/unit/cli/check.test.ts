import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commandsOnShop, SHOP } from './shop';

const portcullis = commandsOnShop();

/** Runs it on the shop with one text in it replaced. */
function check(text: string, by: string, ...options: readonly string[]) {
  const changed = SHOP.replace(text, by);
  // Otherwise the test would be about something else than it says.
  expect(changed).not.toBe(SHOP);
  writeFileSync('changed.yaml', changed);
  return portcullis('check', 'changed.yaml', ...options);
}

test('finds nothing where nothing is wrong', async () => {
  const { code, stdout, stderr } = await portcullis('check', 'shop', '--fail-on', 'warning');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/(^|\n)(nothing found|\d+ notes?); 5 objects, 3 of them policies\n$/);
});

test('prints errors on stdout, with place and what to do, and fails', async () => {
  const { code, stdout, stderr } = await check('port: "8080"', 'port: "80800"');
  expect([code, stderr]).toEqual([1, '']);
  expect(stdout).toMatch(/^changed\.yaml:\d+\n {2}error: .*\n {2}→ .* \([a-z-]+\)\n/);
  expect(stdout).toMatch(/\n\d+ errors?(, [^;]*)?; 5 objects, 3 of them policies\n$/);
});

describe('a warning fails only if that was asked for', () => {
  const warned = (...options: readonly string[]) =>
    check('{ app: web } }\n  egress', '{ app: web, tier: none } }\n  egress', ...options);

  test.each([
    [[], 0],
    [['--fail-on', 'error'], 0],
    [['--fail-on', 'warning'], 1],
  ])('%j', async (options, code) => {
    const result = await warned(...options);
    expect(result.stdout).toContain('warning: ');
    expect(result.stdout).not.toContain('error: ');
    expect(result.code).toBe(code);
  });
});

test('pods that are imagined are said to be', async () => {
  const { stderr } = await portcullis('check', 'policies');
  expect(stderr).toBe(
    'note: policies holds no workloads, so pods are imagined that its policies may mean ([Representative])\n',
  );
});

test('what cannot be read is a finding among the others', async () => {
  const { code, stdout, stderr } = await portcullis('check', 'broken');
  expect([code, stderr]).toEqual([1, '']);
  expect(stdout).toMatch(/^broken\/bad\.yaml:\d+:\d+\n {2}error: the YAML cannot be read/);
});

test('where nothing can be read the finding is still there, in JSON too', async () => {
  const { code, stdout } = await portcullis('check', 'unreadable', '--format', 'json');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, objects: 0, findings: [{ rule: 'yaml-syntax' }] });
});
