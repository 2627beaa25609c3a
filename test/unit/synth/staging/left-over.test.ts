import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { cleanUp, newStageName, oldName, restore } from '../../../../lib/synth/staging/left-over';
import { DEAD_PROCESS, folderOfTest } from '../support';

/** A folder with directories of these names, each with a file that says its name. */
function parentOf(...names: string[]): string {
  const parent = folderOfTest();
  for (const name of names) {
    mkdirSync(join(parent, name));
    writeFileSync(join(parent, name, name), '');
  }
  return parent;
}

function left(parent: string): string[] {
  return readdirSync(parent).sort();
}

afterEach(() => vi.restoreAllMocks());

describe('names of stages', () => {
  test('stand beside the directory, hidden, each one its own', () => {
    const names = Array.from({ length: 50 }, () => newStageName('/a/out'));
    expect(new Set(names).size).toBe(50);
    for (const name of names) expect([dirname(name), name]).toEqual(['/a', expect.stringMatching(/^\/a\/\.out\./)]);
  });
});

describe('cleanUp', () => {
  test('removes what runs that have ended left', () => {
    const parent = parentOf(
      'out',
      `.out.portcullis-${DEAD_PROCESS}-0a1b2c3d`,
      `.out.portcullis-${DEAD_PROCESS}-00000000-old`,
    );
    cleanUp(join(parent, 'out'));
    expect(left(parent)).toEqual(['out']);
    expect(left(join(parent, 'out'))).toEqual(['out']);
  });

  test('puts a directory back that was taken away and not replaced', () => {
    const [stage, old] = [`.out.portcullis-${DEAD_PROCESS}-0a1b2c3d`, `.out.portcullis-${DEAD_PROCESS}-0a1b2c3d-old`];
    const parent = parentOf(stage, old);
    cleanUp(join(parent, 'out'));
    expect(left(parent)).toEqual(['out']);
    expect(left(join(parent, 'out'))).toEqual([old]);
  });

  test('leaves runs alone that are not over', () => {
    const mine = `.out.portcullis-${process.pid}-0a1b2c3d`;
    const parents = `.out.portcullis-${process.ppid}-0a1b2c3d`;
    const parent = parentOf('out', mine, parents);
    cleanUp(join(parent, 'out'));
    expect(left(parent)).toEqual([mine, parents, 'out'].sort());
  });

  test('knows an earlier run with the same process id, as every run in a container has', async () => {
    vi.spyOn(process, 'uptime').mockReturnValue(-60);
    vi.resetModules();
    const later = await import('../../../../lib/synth/staging/left-over.js');
    const parent = parentOf('out', `.out.portcullis-${process.pid}-0a1b2c3d`);
    // Files of tests share modules, and this one takes every stage of the next minute for abandoned.
    vi.resetModules();
    later.cleanUp(join(parent, 'out'));
    expect(left(parent)).toEqual(['out']);
  });

  test('leaves everything else alone', () => {
    const others = [
      ...[
        `.other.portcullis-${DEAD_PROCESS}-0a1b2c3d`,
        `.outer.portcullis-${DEAD_PROCESS}-0a1b2c3d`,
        '.out',
        'out.portcullis-1-0a1b2c3d',
      ],
      ...[
        '.out.portcullis-',
        '.out.portcullis-notes',
        `.out.portcullis-${DEAD_PROCESS}`,
        `.out.portcullis-${DEAD_PROCESS}-0a1b2c3d-older`,
      ],
    ];
    const parent = parentOf(...others);
    cleanUp(join(parent, 'out'));
    expect(left(parent)).toEqual(others.sort());
  });
});

describe('restore', () => {
  test('waits for a run that is between its two renames', () => {
    const old = oldName(`.out.portcullis-${process.ppid}-0a1b2c3d`);
    const parent = parentOf(old);
    expect(restore(join(parent, 'out'))).toBe(false);
    expect(left(parent)).toEqual([old]);
  });

  test('does not wait for long: another process may have got the id', () => {
    const parent = parentOf(oldName(`.out.portcullis-${process.ppid}-0a1b2c3d`));
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 11_000);
    expect(restore(join(parent, 'out'))).toBe(true);
    expect(left(parent)).toEqual(['out']);
  });

  test('has nothing to do where nothing was taken away', () => {
    const parent = parentOf();
    expect(restore(join(parent, 'out'))).toBe(true);
    expect(existsSync(join(parent, 'out'))).toBe(false);
  });
});
