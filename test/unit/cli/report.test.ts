import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { commandsOnShop } from './shop';

const portcullis = commandsOnShop();

afterEach(() => vi.unstubAllEnvs());

test.each([
  ['sarif', /^\{\n {2}"\$schema"/],
  ['junit', /^<\?xml /],
  ['github', /(^|\n)::error file=broken\/bad\.yaml,/],
  ['markdown', /^### portcullis check\n/],
])('check reports as %s, and fails as ever', async (format, start) => {
  vi.stubEnv('GITHUB_STEP_SUMMARY', '');
  const { code, stdout, stderr } = await portcullis('check', 'broken', '--format', format);
  expect([code, stderr]).toEqual([1, '']);
  expect(stdout).toMatch(start);
});

test('the summary of a job on GitHub gets a table', async () => {
  writeFileSync('summary.md', '# Before\n');
  vi.stubEnv('GITHUB_STEP_SUMMARY', 'summary.md');
  await portcullis('check', 'broken', '--format', 'github');
  expect(readFileSync('summary.md', 'utf8')).toMatch(/^# Before\n### portcullis check\n\n\*\*Errors: 1\*\*/);
});

test('verify identity reports too', async () => {
  writeFileSync('entries.json', JSON.stringify({ entries: [{ spiffe_id: 'spiffe://td/*', parent_id: 'x' }] }));
  const { code, stdout } = await portcullis('verify', 'identity', 'shop', 'entries.json', '--format', 'sarif');
  expect(code).toBe(1);
  expect(JSON.parse(stdout).runs[0].results[0].ruleId).toBe('invalid-spiffe-id');
});
