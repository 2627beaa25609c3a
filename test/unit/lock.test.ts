import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { program as clawdstrike } from '../../apps/clawdstrike';
import { program as portarium } from '../../apps/portarium';
import { checkLock } from '../../lib/governance/lock/check-lock';
import { parseLock } from '../../lib/governance/lock/lock-file';
import { lockedByPrograms } from '../../lib/governance/lock/programs';
import { writeLock } from '../../lib/governance/lock/write-lock';

const ROOT = join(__dirname, '../..');
const LOCK = join(ROOT, 'policy_allowlist.lock');

/** `npm run lock` writes it. */
test('the lock of this repository approves what its programs allow, and is written as the command does', () => {
  const text = readFileSync(LOCK, 'utf8');
  const locked = lockedByPrograms({ programs: [portarium, clawdstrike], environments: join(ROOT, 'environments') });
  expect(checkLock(locked, text, LOCK)).toMatchObject({ drifts: [], findings: [] });
  expect(writeLock(locked, parseLock(text, LOCK))).toBe(text);
});
