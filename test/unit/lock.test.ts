import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { program as clawdstrike } from '../../apps/clawdstrike';
import { program as portarium } from '../../apps/portarium';
import { checkLock } from '../../lib/governance/lock/check-lock';
import { parseLock } from '../../lib/governance/lock/lock-file';
import { lockedByPrograms } from '../../lib/governance/lock/programs';
import { writeLock } from '../../lib/governance/lock/write-lock';
import { temporaryFolder } from './environment/refusal';
import { added, allowlistLines, widened } from './governance/lock/widening';

const ROOT = join(__dirname, '../..');
const LOCK = join(ROOT, 'policy_allowlist.lock');

/** `npm run lock` writes it. */
test('the lock of this repository approves what its programs allow, and is written as the command does', () => {
  const text = readFileSync(LOCK, 'utf8');
  const locked = lockedByPrograms({ programs: [portarium, clawdstrike], environments: join(ROOT, 'environments') });
  expect(checkLock(locked, text, LOCK)).toMatchObject({ drifts: [], findings: [] });
  expect(writeLock(locked, parseLock(text, LOCK))).toBe(text);
});

const ENVIRONMENTS = join(ROOT, 'environments');
const ENTRIES = readdirSync(ENVIRONMENTS).flatMap((file) =>
  allowlistLines(file, readFileSync(join(ENVIRONMENTS, file), 'utf8')),
);

describe.each(ENTRIES)('whoever widens $value in $file', (entry) => {
  const folder = join(temporaryFolder(), 'environments');
  const file = join(folder, entry.file);
  const programs = [portarium];

  beforeEach(() => cpSync(ENVIRONMENTS, folder, { recursive: true }));

  test.each([
    ['widened', widened],
    ['added', added],
  ] as const)('is found by the line: %s', (kind, change) => {
    writeFileSync(file, change(readFileSync(file, 'utf8'), entry));
    const environment = entry.file.replace('.yaml', '');
    const locked = lockedByPrograms({ programs, environments: folder, environment });
    const { drifts } = checkLock(locked, readFileSync(LOCK, 'utf8'), LOCK, environment);
    const found = drifts.filter((drift) => drift.kind === kind).map(({ where }) => where);
    expect(found.length).toBeGreaterThan(0);
    for (const where of found) expect(where).toMatchObject({ file, line: entry.line });
  });
});
