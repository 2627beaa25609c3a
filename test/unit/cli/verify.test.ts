import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commandsOnShop } from './shop';

const portcullis = commandsOnShop();

const ENTRY = {
  spiffe_id: 'spiffe://td.test/web',
  parent_id: 'spiffe://td.test/spire/agent/k8s_psat/test/1',
  selectors: ['ns:shop', 'sa:default', 'pod-label:app:web'].map((value) => ({ type: 'k8s', value })),
};

/** Runs `verify identity` on the shop and a file of entries. */
function verify(entries: unknown, ...options: readonly string[]) {
  writeFileSync('entries.json', `${JSON.stringify({ entries }, undefined, 1)}\n`);
  return portcullis('verify', 'identity', 'shop', 'entries.json', ...options);
}

test('prints what would be registered, and for whom', async () => {
  const { code, stdout, stderr } = await verify([ENTRY]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toBe(`spiffe://td.test/web
  by         entries.json  entries.json:3
  under      spiffe://td.test/spire/agent/k8s_psat/test/1
  for        k8s:ns:shop k8s:sa:default k8s:pod-label:app:web
  issued to  shop/web[Deployment]
nothing found; 1 entry in 5 objects
`);
});

describe('bad input', () => {
  const id = (spiffe_id: string) => ({ ...ENTRY, spiffe_id });
  const selector = (value: string) => ({ ...ENTRY, selectors: [...ENTRY.selectors, { type: 'k8s', value }] });

  test.each([
    ['a wildcard', [id('spiffe://td.test/agent/*')], 'invalid-spiffe-id'],
    ['a blank', [id('spiffe://td.test/agent x')], 'invalid-spiffe-id'],
    ['a reserved path', [id('spiffe://td.test/spire/x')], 'invalid-spiffe-id'],
    ['more than 2,048 bytes', [id(`spiffe://td.test/${'x'.repeat(2040)}`)], 'invalid-spiffe-id'],
    ['a trust domain in upper case', [id('spiffe://TD.test/x')], 'invalid-spiffe-id'],
    ['selectors that match nothing', [selector('pod-label:app:wbe')], 'identity-matches-nothing'],
    ['a misspelt field', [{ ...ENTRY, spiffeId: 'x' }], 'invalid-entries'],
    ['no list of entries', 'none', 'invalid-entries'],
  ])('%s', async (_, entries, rule) => {
    const { code, stdout } = await verify(entries);
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`^entries\\.json:\\d+\\n {2}error: .*\\n {2}→ .* \\(${rule}\\)$`, 'm'));
  });

  test('each entry has its own line', async () => {
    const { stdout } = await verify([ENTRY, id('spiffe://td.test/*')], '--format', 'json');
    const lines = readFileSync('entries.json', 'utf8').split('\n');
    const { findings } = JSON.parse(stdout);
    expect(findings[0].where.file).toBe('entries.json');
    expect(lines[findings[0].where.line]).toContain('spiffe://td.test/*');
  });
});

test.each([
  [['verify', 'identity', 'nowhere'], 3],
  [['verify', 'identity'], 3],
  [['verify', 'identity', 'shop', '--format', 'yaml'], 3],
  [['verify'], 3],
])('%j exits with %d', async (args, code) => {
  expect((await portcullis(...args)).code).toBe(code);
});
