import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Index } from '../../../synth/index-file';
import { INDEX_FILE } from '../../../synth/layout';
import { type Facts, type PlatformItem, resultOf } from '../item';

/** What is allowed is written down for people. */
export const inventory: PlatformItem = {
  id: 'inventory',
  title: 'Pods and what they may reach are listed',
  judge: (facts) => written(facts, ['EGRESS.md', 'inventory.json']),
};

/** There is a way back that somebody can follow. */
export const rollBack: PlatformItem = {
  id: 'roll-back',
  title: 'The way back is written down, layer by layer',
  judge: (facts) => written(facts, ['RUNBOOK.md']),
};

/** Nobody has changed by hand what the program wrote. */
export const changeRecord: PlatformItem = {
  id: 'change-record',
  title: 'Manifests are as the program wrote them',
  judge: ({ folder }) => {
    const index = folder === undefined ? undefined : readIndex(folder);
    if (folder === undefined || index === undefined) return resultOf('live', { live: LOOK });
    const problems = index.files.flatMap(({ file, sha256 }) => {
      const path = join(folder, file);
      if (!existsSync(path)) return [`${file} is gone`];
      return createHash('sha256').update(readFileSync(path)).digest('hex') === sha256 ? [] : [`${file} was changed`];
    });
    const says = `${index.files.length} files have the checksums of ${INDEX_FILE}`;
    const evidence = problems.length === 0 ? [{ by: 'file', says, places: [INDEX_FILE] } as const] : [];
    return resultOf('met', { evidence, problems });
  },
};

const LOOK = [{ command: 'git log --stat -- environments', expected: 'each change has a reviewer and a reason' }];

function written({ folder }: Facts, names: readonly string[]) {
  if (folder === undefined) return resultOf('live', { live: LOOK });
  const [there, missing] = [
    names.filter((name) => existsSync(join(folder, name))),
    names.filter((name) => !existsSync(join(folder, name))),
  ];
  const evidence = there.map(
    (name) => ({ by: 'file', says: `${name} is written at every run`, places: [name] }) as const,
  );
  return resultOf('met', { evidence, problems: missing.map((name) => `there is no ${name}`) });
}

function readIndex(folder: string): Index | undefined {
  try {
    const index = JSON.parse(readFileSync(join(folder, INDEX_FILE), 'utf8')) as Index;
    return index.schemaVersion === 1 && Array.isArray(index.files) ? index : undefined;
  } catch {
    return undefined;
  }
}
