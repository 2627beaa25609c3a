import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { filesIn, folderOfTest } from '../support';
import { staged, stageFile } from './staged';

/** What another run does right before one of ours calls a function of the file system, once. */
let meanwhile: { readonly call: string; readonly path: string; readonly run: () => void } | undefined;

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  const watched = Object.entries(real).map(([call, value]) => [
    call,
    typeof value !== 'function' || /^[A-Z]/.test(call)
      ? value
      : (...args: unknown[]) => {
          const now = meanwhile?.call === call && args.includes(meanwhile.path) ? meanwhile : undefined;
          if (now !== undefined) {
            meanwhile = undefined;
            now.run();
          }
          return (value as (...all: unknown[]) => unknown)(...args);
        },
  ]);
  return Object.fromEntries(watched);
});

afterEach(() => {
  expect(meanwhile).toBe(undefined);
  vi.restoreAllMocks();
});

/** An output directory with a file of an earlier run and one of somebody else's. */
function place(): { readonly parent: string; readonly out: string; readonly files: () => string[] } {
  const parent = fs.realpathSync(folderOfTest());
  const out = join(parent, 'out');
  staged(out, { earlier: 'earlier' }).commit();
  fs.writeFileSync(join(out, 'mine'), 'mine');
  return { parent, out, files: () => Object.keys(filesIn(parent)) };
}

const expected = ['out/first', 'out/index.json', 'out/mine'];

describe('another run', () => {
  test('replaces the directory while it is looked through', () => {
    const { out, files } = place();
    const [first, second] = [staged(out, { first: 'first' }), staged(out, { second: 'second' })];
    meanwhile = { call: 'readdirSync', path: out, run: () => second.commit() };
    first.commit();
    expect(files()).toEqual(expected);
  });

  test('replaces the directory after it was looked through', () => {
    const { out, files } = place();
    const [first, second] = [staged(out, { first: 'first' }), staged(out, { second: 'second' })];
    meanwhile = { call: 'renameSync', path: out, run: () => second.commit() };
    first.commit();
    expect(files()).toEqual(expected);
  });

  test('has taken the directory away and not yet put another one in its place', () => {
    const { parent, out, files } = place();
    const first = staged(out, { first: 'first' });
    const away = join(parent, `.out.portcullis-${process.ppid}-0a1b2c3d-old`);
    fs.renameSync(out, away);
    const pause = vi.spyOn(Atomics, 'wait').mockImplementation(() => {
      fs.renameSync(away, out);
      return 'timed-out';
    });
    first.commit();
    expect(pause).toHaveBeenCalledTimes(1);
    expect(files()).toEqual(expected);
  });

  test('puts a directory where this one has just been taken away', () => {
    const { parent, out, files } = place();
    const first = staged(out, { first: 'first' });
    const away = fs.readdirSync(parent).find((name) => name.startsWith('.')) as string;
    const run = () => {
      fs.mkdirSync(out);
      fs.writeFileSync(join(out, 'index.json'), '{"schemaVersion":1,"files":[{"file":"second"}]}');
      fs.writeFileSync(join(out, 'second'), 'second');
    };
    meanwhile = { call: 'renameSync', path: join(parent, away), run };
    first.commit();
    expect(files()).toEqual(expected);
  });

  test('is the first one at the same time', () => {
    const parent = fs.realpathSync(folderOfTest());
    const out = join(parent, 'out');
    const [first, second] = [staged(out, { first: 'first' }), staged(out, { second: 'second' })];
    meanwhile = { call: 'renameSync', path: out, run: () => second.commit() };
    first.commit();
    expect(Object.keys(filesIn(parent))).toEqual(['out/first', 'out/index.json']);
  });

  test('replaces a file after it was found to be the same', () => {
    const folder = folderOfTest();
    const [existing, path] = [join(folder, 'existing'), join(folder, 'staged')];
    fs.writeFileSync(existing, 'same');
    const run = () => {
      fs.writeFileSync(join(folder, 'other'), 'other');
      fs.renameSync(join(folder, 'other'), existing);
    };
    meanwhile = { call: 'linkSync', path: existing, run };
    expect(stageFile(path, ['same'], existing).unchanged).toBe(true);
    expect(fs.readFileSync(path, 'utf8')).toBe('same');
    expect(fs.readFileSync(existing, 'utf8')).toBe('other');
  });
});
