import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { StagedDirectory } from '../../../../lib/synth/staging/staged-directory';
import { filesIn } from '../support';
import { contents, place, refusal, staged, write } from './staged';

describe('a directory that cannot be', () => {
  afterEach(() => vi.restoreAllMocks());

  test('because it is a file', () => {
    const { parent, out } = place();
    writeFileSync(out, 'mine');
    expect(refusal(() => new StagedDirectory(out))).toBe('the output directory cannot be written: it is a file');
    expect(filesIn(parent)).toEqual({ out: 'mine' });
  });

  test('because it is below a file', () => {
    const { parent, out } = place();
    writeFileSync(out, 'mine');
    expect(refusal(() => new StagedDirectory(join(out, 'a/b')))).toContain('a part of its path is a file');
    expect(filesIn(parent)).toEqual({ out: 'mine' });
  });

  test('because a link in its path leads nowhere', () => {
    const { parent, out } = place();
    symlinkSync('nothing', out);
    expect(refusal(() => new StagedDirectory(join(out, 'a/b')))).toContain('or a link that leads nowhere');
    expect(readdirSync(parent)).toEqual(['out']);
  });

  test('because it may not be written', () => {
    const { parent, out } = place();
    // The superuser may write everywhere but where there are no files.
    const forbidden = process.getuid?.() === 0 ? '/proc/self/out' : out;
    chmodSync(parent, 0o500);
    expect(refusal(() => new StagedDirectory(forbidden))).toMatch(/permission is denied|ENOENT/);
    chmodSync(parent, 0o700);
  });

  test('because a name in it is too long', () => {
    const { parent, out } = place();
    const directory = new StagedDirectory(out);
    expect(refusal(() => directory.put('x'.repeat(300), ['a']))).toContain('ENAMETOOLONG');
    directory.discard();
    expect(readdirSync(parent)).toEqual([]);
  });

  test('because somebody stands in it', () => {
    const { out } = place();
    mkdirSync(join(out, 'x'), { recursive: true });
    for (const here of [out, join(out, 'x')]) {
      vi.spyOn(process, 'cwd').mockReturnValue(here);
      expect(refusal(() => new StagedDirectory(out))).toContain('it would pull the current directory away');
      expect(refusal(() => new StagedDirectory(join(out, 'x/y')).discard())).toBe(undefined);
    }
    vi.spyOn(process, 'cwd').mockReturnValue(join(out, '..x'));
    expect(refusal(() => new StagedDirectory(out))).toContain('it would pull the current directory away');
  });

  test('because its links lead nowhere', () => {
    const { out } = place();
    symlinkSync('out', out);
    expect(refusal(() => new StagedDirectory(out))).toBeDefined();
  });

  test('leaves errors of the text alone', () => {
    const { out } = place();
    const directory = new StagedDirectory(out);
    const pieces = function* () {
      yield readFileSync(join(out, 'template'), 'utf8');
    };
    expect(() => directory.put('a.yaml', pieces())).toThrow(/^ENOENT/);
    directory.discard();
  });

  test('when the stage is gone before the commit', () => {
    const { parent, out } = place();
    write(out, { 'a.yaml': 'a' });
    const directory = staged(out, { 'a.yaml': 'b' });
    for (const name of readdirSync(parent)) if (name !== 'out') rmSync(join(parent, name), { recursive: true });
    expect(refusal(() => directory.commit())).toContain('ENOENT');
    expect(contents(out)).toEqual({ 'a.yaml': 'a' });
    expect(readdirSync(parent)).toEqual(['out']);
  });
});
