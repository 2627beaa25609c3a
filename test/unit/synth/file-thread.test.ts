import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FileThread } from '../../../lib/synth/file-thread';
import { stageFile } from '../../../lib/synth/staged-file';
import { compile } from './compile';
import { identityOf, temporaryFolder } from './support';

let worker: string;
const started: FileThread[] = [];

beforeAll(() => {
  worker = compile('lib/synth/file-thread-worker.ts', temporaryFolder());
});

afterEach(() => {
  for (const thread of started.splice(0)) thread.end();
});

function start(): FileThread {
  const thread = FileThread.start(worker) as FileThread;
  started.push(thread);
  return thread;
}

/** Stages files, and tells what became of them in the order in which they were done. */
function stageAll(thread: FileThread, folder: string, files: readonly (readonly [string, Iterable<string>])[]) {
  const done: { readonly name: string; readonly sha256: string; readonly unchanged: boolean }[] = [];
  for (const [name, pieces] of files) {
    thread.stage(join(folder, name), pieces, join(folder, `old-${name}`), (staged) => done.push({ name, ...staged }));
  }
  thread.settle();
  return done;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
/** Longer than a room, with characters that a careless cut would halve. */
const LONG = '\u{1f600}ä'.repeat(200_000);

describe('a second thread', () => {
  test('stages what stageFile stages', () => {
    const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 50 }), { maxLength: 4 });
    const thread = start();
    fc.assert(
      fc.property(fc.array(fc.tuple(texts, fc.boolean()), { maxLength: 8 }), (files) => {
        const [here, there] = [temporaryFolder(), temporaryFolder()];
        for (const folder of [here, there]) {
          for (const [index, [pieces, same]] of files.entries()) {
            writeFileSync(join(folder, `old-${index}`), same ? pieces.join('') : 'other text');
          }
        }
        const expected = files.map(([pieces], index) => ({
          name: String(index),
          ...stageFile(join(here, String(index)), pieces, join(here, `old-${index}`)),
        }));
        expect(
          stageAll(
            thread,
            there,
            files.map(([pieces], index) => [String(index), pieces]),
          ),
        ).toEqual(expected);
        expect(readdirSync(there)).toEqual(readdirSync(here));
        for (const name of readdirSync(here)) {
          expect(readFileSync(join(there, name))).toEqual(readFileSync(join(here, name)));
        }
      }),
      { numRuns: 15 },
    );
  });

  test('links the file that is there if it says the same', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'old-a'), LONG);
    expect(stageAll(start(), folder, [['a', [LONG]]])).toEqual([{ name: 'a', sha256: sha256(LONG), unchanged: true }]);
    expect(identityOf(join(folder, 'a'))).toEqual(identityOf(join(folder, 'old-a')));
  });

  test('cuts no character of a text that is longer than its room', () => {
    const folder = temporaryFolder();
    for (const shift of ['', 'x', 'xx']) {
      const name = `long${shift}`;
      const [done] = stageAll(start(), folder, [[name, [shift + LONG]]]);
      expect(done?.sha256).toBe(sha256(shift + LONG));
      expect(readFileSync(join(folder, name), 'utf8')).toBe(shift + LONG);
    }
  });

  test('stages files while the text of another one is asked for, in the order in which they are complete', () => {
    const folder = temporaryFolder();
    const thread = start();
    const order: string[] = [];
    const note = (name: string) => () => void order.push(name);
    const outer = function* () {
      yield LONG;
      for (const name of ['first', 'second']) thread.stage(join(folder, name), [name, LONG], undefined, note(name));
      thread.settle();
      expect(order).toEqual(['first', 'second']);
      yield 'end';
    };
    thread.stage(join(folder, 'outer'), outer(), undefined, note('outer'));
    thread.settle();
    expect(order).toEqual(['first', 'second', 'outer']);
    expect(readFileSync(join(folder, 'outer'), 'utf8')).toBe(`${LONG}end`);
    expect(readFileSync(join(folder, 'second'), 'utf8')).toBe(`second${LONG}`);
  });

  test('throws what the text throws, and leaves no file open', () => {
    const folder = temporaryFolder();
    const thread = start();
    const ours = () => readdirSync('/dev/fd').length;
    thread.settle();
    const before = ours();
    const fail = function* () {
      yield LONG;
      throw new Error('half way');
    };
    expect(() => stageAll(thread, folder, [['a', fail()]])).toThrow('half way');
    expect(stageAll(thread, folder, [['b', ['b']]])).toHaveLength(1);
    expect(ours()).toBe(before);
  });

  test('throws what the file system refuses, with its code', () => {
    const path = join(temporaryFolder(), 'absent', 'a');
    const thread = start();
    thread.stage(path, ['a'], undefined, () => expect.unreachable());
    expect(() => thread.settle()).toThrow(expect.objectContaining({ code: 'ENOENT', syscall: 'open', path }));
  });

  test('has ended writing when it ended', () => {
    const folder = temporaryFolder();
    const thread = FileThread.start(worker) as FileThread;
    for (let index = 0; index < 20; index++) {
      thread.stage(join(folder, String(index)), [LONG], undefined, () => {});
    }
    thread.end();
    expect(readdirSync(folder)).toHaveLength(20);
    expect(readFileSync(join(folder, '19'), 'utf8')).toBe(LONG);
  });
});

test('there is none where the library is not compiled', () => {
  expect(FileThread.start()).toBeUndefined();
  expect(FileThread.start(join(temporaryFolder(), 'absent.js'))).toBeUndefined();
});
