import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { StagedDirectory } from '../../../../lib/synth/staging/staged-directory';
import { DEAD_PROCESS, filesIn, folderOfTest, identityOf } from '../support';
import { contents, place, refusal, staged, write } from './staged';

describe('a directory', () => {
  test('appears as a whole', () => {
    const { parent, out } = place();
    const directory = staged(out, { 'a.yaml': 'a', 'x/y/b.yaml': 'b' });
    expect(existsSync(out)).toBe(false);
    expect(directory.commit()).toEqual({ written: 3, unchanged: 0, removed: 0 });
    expect(contents(out)).toEqual({ 'a.yaml': 'a', 'x/y/b.yaml': 'b' });
    expect(readdirSync(parent)).toEqual(['out']);
  });

  test('is replaced as a whole: changed files change, the ones no longer written go, the others stay as they are', () => {
    const { parent, out } = place();
    write(out, { 'same.yaml': '1', 'x/same.yaml': '2', 'changed.yaml': '3', 'gone.yaml': '4', 'y/gone.yaml': '5' });
    utimesSync(join(out, 'changed.yaml'), 1, 1);
    const before = ['same.yaml', 'x/same.yaml'].map((file) => identityOf(join(out, file)));
    const changed = identityOf(join(out, 'changed.yaml'));

    const directory = staged(out, { 'same.yaml': '1', 'x/same.yaml': '2', 'changed.yaml': 'new', 'new.yaml': '6' });
    expect(readFileSync(join(out, 'changed.yaml'), 'utf8')).toBe('3');
    expect(directory.commit()).toEqual({ written: 3, unchanged: 2, removed: 2 });

    expect(contents(out)).toEqual({ 'same.yaml': '1', 'x/same.yaml': '2', 'changed.yaml': 'new', 'new.yaml': '6' });
    expect(['same.yaml', 'x/same.yaml'].map((file) => identityOf(join(out, file)))).toEqual(before);
    expect(identityOf(join(out, 'changed.yaml')).modified).not.toBe(changed.modified);
    expect(existsSync(join(out, 'y'))).toBe(false);
    expect(readdirSync(parent)).toEqual(['out']);
  });

  test('that would not change is not touched', () => {
    const { parent, out } = place();
    write(out, { 'a.yaml': 'a' });
    const inodes = () => [statSync(out).ino, statSync(join(out, 'index.json')).ino];
    const before = inodes();
    expect(write(out, { 'a.yaml': 'a' })).toEqual({ written: 0, unchanged: 2, removed: 0 });
    expect(inodes()).toEqual(before);
    expect(readdirSync(parent)).toEqual(['out']);
  });

  test('stays as it was when the files are discarded', () => {
    const { parent, out } = place();
    write(out, { 'a.yaml': 'a' });
    staged(out, { 'a.yaml': 'b' }).discard();
    expect(contents(out)).toEqual({ 'a.yaml': 'a' });
    expect(readdirSync(parent)).toEqual(['out']);
  });

  test('that never came to be leaves no folders above it', () => {
    const parent = folderOfTest();
    staged(join(parent, 'a/b/out'), { 'a.yaml': 'a' }).discard();
    expect(readdirSync(parent)).toEqual([]);
    mkdirSync(join(parent, 'kept'));
    staged(join(parent, 'kept/b/out'), { 'a.yaml': 'a' }).discard();
    expect(readdirSync(join(parent, 'kept'))).toEqual([]);
  });

  test('keeps its mode, and that of its folders', () => {
    const { out } = place();
    write(out, { 'x/a.yaml': 'a' });
    chmodSync(out, 0o2750);
    chmodSync(join(out, 'x'), 0o700);
    write(out, { 'x/a.yaml': 'b' });
    expect([out, join(out, 'x')].map((path) => statSync(path).mode & 0o7777)).toEqual([0o2750, 0o700]);
  });
});

describe('what others put there', () => {
  test('stays: files, links, folders, also empty ones', () => {
    const { parent, out } = place();
    write(out, { 'a.yaml': 'a', 'x/b.yaml': 'b' });
    writeFileSync(join(out, 'README'), 'mine');
    writeFileSync(join(out, 'x/notes'), 'mine');
    mkdirSync(join(out, 'own/deep/empty'), { recursive: true });
    writeFileSync(join(out, 'own/deep/file'), 'mine', { mode: 0o600 });
    symlinkSync('../elsewhere', join(out, 'dangling'));
    symlinkSync('x', join(out, 'folder-link'));
    const before = identityOf(join(out, 'own/deep/file'));

    expect(write(out, { 'a.yaml': 'new' })).toEqual({ written: 2, unchanged: 0, removed: 1 });

    expect(readlinkSync(join(out, 'dangling'))).toBe('../elsewhere');
    expect(readlinkSync(join(out, 'folder-link'))).toBe('x');
    expect(statSync(join(out, 'own/deep/empty')).isDirectory()).toBe(true);
    expect(statSync(join(out, 'own/deep/file')).mode & 0o777).toBe(0o600);
    expect(identityOf(join(out, 'own/deep/file'))).toEqual(before);
    for (const link of ['dangling', 'folder-link']) rmSync(join(out, link));
    expect(contents(out)).toEqual({ 'a.yaml': 'new', README: 'mine', 'x/notes': 'mine', 'own/deep/file': 'mine' });
    expect(readdirSync(parent)).toEqual(['out']);
  });

  test('stays when there was no index', () => {
    const { out } = place();
    mkdirSync(out);
    writeFileSync(join(out, 'mine.yaml'), 'mine');
    write(out, { 'a.yaml': 'a' });
    expect(contents(out)).toEqual({ 'a.yaml': 'a', 'mine.yaml': 'mine' });
  });

  test('may be a link in the place of one of our files', () => {
    const { parent, out } = place();
    write(out, { 'a.yaml': 'a' });
    writeFileSync(join(parent, 'precious'), 'precious');
    rmSync(join(out, 'a.yaml'));
    symlinkSync('../precious', join(out, 'a.yaml'));
    write(out, { 'a.yaml': 'new' });
    expect(contents(out)).toEqual({ 'a.yaml': 'new' });
    expect(readFileSync(join(parent, 'precious'), 'utf8')).toBe('precious');
  });

  test.each<[string, string, string]>([
    ['a file where a folder is to be', 'x', 'x/a.yaml'],
    ['a folder where a file is to be', 'x/mine', 'x'],
    ['a folder below a folder where a file is to be', 'x/y/mine', 'x'],
  ])('is not overwritten: %s', (_, theirs, ours) => {
    const { parent, out } = place();
    mkdirSync(join(out, theirs, '..'), { recursive: true });
    writeFileSync(join(out, theirs), 'mine');
    expect(refusal(() => write(out, { [ours]: 'a' }))).toContain(`somebody else's '${theirs}' is there, in the way of`);
    expect(filesIn(out)).toEqual({ [theirs]: 'mine' });
    expect(readdirSync(parent)).toEqual(['out']);
  });

  test('may make room by itself: our files turn into folders and back', () => {
    const { out } = place();
    write(out, { x: 'a' });
    write(out, { 'x/a': 'a', 'x/y/b': 'b' });
    expect(contents(out)).toEqual({ 'x/a': 'a', 'x/y/b': 'b' });
    write(out, { x: 'a' });
    expect(contents(out)).toEqual({ x: 'a' });
  });
});

describe('a link to a directory', () => {
  test('stays, and leads to the new files', () => {
    const { parent, out } = place();
    mkdirSync(join(parent, 'real'));
    write(join(parent, 'real'), { 'a.yaml': 'a' });
    symlinkSync('real', out);
    write(out, { 'a.yaml': 'b' });
    expect(readlinkSync(out)).toBe('real');
    expect(contents(join(parent, 'real'))).toEqual({ 'a.yaml': 'b' });
    expect(readdirSync(parent).sort()).toEqual(['out', 'real']);
  });

  test('may lead to where nothing is yet', () => {
    const { parent, out } = place();
    symlinkSync('later/real', out);
    write(out, { 'a.yaml': 'a' });
    expect(readlinkSync(out)).toBe('later/real');
    expect(contents(join(parent, 'later/real'))).toEqual({ 'a.yaml': 'a' });
  });

  test('may be below a link, and relative to where that leads', () => {
    const { parent } = place();
    mkdirSync(join(parent, 'real/deep'), { recursive: true });
    symlinkSync('real/deep', join(parent, 'link'));
    symlinkSync('../out', join(parent, 'real/deep/out'));
    write(join(parent, 'link/out'), { 'a.yaml': 'a' });
    expect(contents(join(parent, 'real/out'))).toEqual({ 'a.yaml': 'a' });
    staged(join(parent, 'link/new/out'), { 'a.yaml': 'a' }).discard();
    expect(readdirSync(join(parent, 'real')).sort()).toEqual(['deep', 'out']);
    expect(readdirSync(join(parent, 'real/deep'))).toEqual(['out']);
  });

  test('is found again after a run was killed between its two renames', () => {
    const { parent, out } = place();
    write(join(parent, 'real'), { 'a.yaml': 'a', 'gone.yaml': 'b' });
    symlinkSync('real', out);
    renameSync(join(parent, 'real'), join(parent, `.real.portcullis-${DEAD_PROCESS}-0a1b2c3d-old`));
    expect(write(out, { 'a.yaml': 'a' })).toEqual({ written: 1, unchanged: 1, removed: 1 });
    expect(contents(out)).toEqual({ 'a.yaml': 'a' });
    expect(readdirSync(parent).sort()).toEqual(['out', 'real']);
  });
});

describe('after a run was killed', () => {
  const stage = `.out.portcullis-${DEAD_PROCESS}-0a1b2c3d`;

  test('before its renames, the next one removes what it left', () => {
    const { parent, out } = place();
    write(out, { 'a.yaml': 'a' });
    mkdirSync(join(parent, stage, 'x'), { recursive: true });
    new StagedDirectory(out).discard();
    expect(readdirSync(parent)).toEqual(['out']);
    expect(contents(out)).toEqual({ 'a.yaml': 'a' });
  });

  test('between its renames, the next one goes on from the old directory', () => {
    const { parent, out } = place();
    write(out, { 'same.yaml': 'a', 'gone.yaml': 'b' });
    writeFileSync(join(out, 'mine'), 'mine');
    const before = identityOf(join(out, 'same.yaml'));
    renameSync(out, join(parent, `${stage}-old`));
    write(join(parent, stage), { 'half.yaml': 'of something' });

    expect(write(out, { 'same.yaml': 'a' })).toEqual({ written: 1, unchanged: 1, removed: 1 });
    expect(contents(out)).toEqual({ 'same.yaml': 'a', mine: 'mine' });
    expect(identityOf(join(out, 'same.yaml'))).toEqual(before);
    expect(readdirSync(parent)).toEqual(['out']);
  });

  test('after its renames, the next one removes the old directory', () => {
    const { parent, out } = place();
    write(out, { 'a.yaml': 'new' });
    write(join(parent, `${stage}-old`), { 'a.yaml': 'old' });
    new StagedDirectory(out).discard();
    expect(contents(out)).toEqual({ 'a.yaml': 'new' });
    expect(readdirSync(parent)).toEqual(['out']);
  });
});

describe('two runs at the same time', () => {
  test('both end, and the later one counts', () => {
    const { parent, out } = place();
    const [first, second] = [staged(out, { 'a.yaml': '1', 'b.yaml': '1' }), staged(out, { 'a.yaml': '2' })];
    first.commit();
    expect(second.commit()).toMatchObject({ removed: 1 });
    expect(contents(out)).toEqual({ 'a.yaml': '2' });
    expect(readdirSync(parent)).toEqual(['out']);
  });

  test('keep what others put there in between', () => {
    const { out } = place();
    write(out, { 'a.yaml': '0' });
    const [first, second] = [staged(out, { 'a.yaml': '1' }), staged(out, { 'a.yaml': '2' })];
    writeFileSync(join(out, 'mine'), 'mine');
    first.commit();
    second.commit();
    expect(contents(out)).toEqual({ 'a.yaml': '2', mine: 'mine' });
  });
});
