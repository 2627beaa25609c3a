import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasTool, manifests, repository, requireManifests, tool } from './support';
import { row } from './table/row';

/** The folders of dist/manifests with rules in them. */
function ruleFolders(): string[] {
  if (!existsSync(manifests)) return [];
  return readdirSync(manifests, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.rules'))
    .map((file) => path.dirname(file))
    .sort();
}

describe.skipIf(!hasTool('promtool'))('promtool', () => {
  const counted = row('promtool', 'checks every rule file, and every alert fires and is silent in its tests');
  const folders = ruleFolders();
  let output = '';
  beforeAll(() => {
    output = mkdtempSync(path.join(tmpdir(), 'portcullis-promtool-'));
  });
  afterAll(() => rmSync(output, { recursive: true, force: true }));

  it('finds rules to check', () => {
    requireManifests();
    expect(folders).not.toEqual([]);
    counted.cases(0);
  });

  it.each(folders)('checks and tests the rules of %s', (name) => {
    const totals = path.join(output, 'totals.json');
    const script = path.join(repository, 'scripts/test-rules.mjs');
    const args = [script, path.join(manifests, name), '--output', totals];
    const PATH = `${path.dirname(tool('promtool'))}${path.delimiter}${process.env.PATH ?? ''}`;
    const { status, stderr } = spawnSync(process.execPath, args, { env: { ...process.env, PATH }, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { numPassedTests } = JSON.parse(readFileSync(totals, 'utf8')) as { numPassedTests: number };
    expect(numPassedTests).toBeGreaterThan(1);
    counted.cases(numPassedTests);
  });
});
