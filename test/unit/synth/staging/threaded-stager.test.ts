import { closeSync, existsSync, mkdirSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { CHUNK, CHUNKS, Ring } from '../../../../lib/synth/staging/ring';
import { StagedDirectory } from '../../../../lib/synth/staging/staged-directory';
import { DirectStager, type Stager } from '../../../../lib/synth/staging/stager';
import { ThreadedStager, threadedStager } from '../../../../lib/synth/staging/threaded-stager';
import { temporaryFolder } from '../../environment/refusal';
import { compile } from '../compile';
import { filesIn, findingsOf, folderOfTest, identityOf } from '../support';

/** Milliseconds that a thread may take to start: where none does, and where one does on a busy machine too. */
const PATIENCE = 50;
const ENDLESS = 20_000;

const library = temporaryFolder();
let script: string;

beforeAll(() => {
  script = compile('lib/synth/staging/staging-thread.ts', library);
});

function threaded(): ThreadedStager {
  return ThreadedStager.start(script) as ThreadedStager;
}

interface Output {
  readonly files: Readonly<Record<string, readonly string[]>>;
  readonly existing: Readonly<Record<string, string>>;
}

/** Stages an output with an index whose text asks for all other files, as synthesis does. */
function stage(stager: Stager, { files, existing }: Output) {
  const folder = folderOfTest();
  for (const [name, text] of Object.entries(existing)) writeFileSync(join(folder, `old-${name}`), text);
  stager.folder(join(folder, 'new'), undefined);
  stager.file(join(folder, 'new/index'), undefined, pieces());
  function* pieces() {
    for (const [name, texts] of Object.entries(files)) {
      yield `${name}: `;
      yield stager.file(join(folder, 'new', name), join(folder, `old-${name}`), texts);
      yield '\n';
    }
  }
  const counts = stager.finish();
  const kept = Object.keys(files).filter((name) => {
    const [old, now] = [join(folder, `old-${name}`), join(folder, 'new', name)];
    return existsSync(old) && identityOf(old).inode === identityOf(now).inode;
  });
  return { counts, kept, files: filesIn(join(folder, 'new')) };
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', 'line\n', '\ud83d', '\udd11', 'ü'.repeat(CHUNK), 'x'.repeat(CHUNK / 2 - 3), 'z'.repeat(50_000)),
);
const output = fc
  .dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.array(text, { maxLength: 8 }), {
    maxKeys: 12,
    noNullPrototype: true,
  })
  .chain((files) =>
    fc.record({
      files: fc.constant(files),
      existing: fc.constantFrom(...['same', 'other', 'longer', 'none']).map((kind) => {
        if (kind === 'none') return {};
        const change = (now: string) => (kind === 'same' ? now : kind === 'longer' ? `${now}more` : `x${now}`);
        const texts = Object.entries(files).map(([name, parts]) => [name, change(parts.join(''))]);
        return Object.fromEntries(texts) as Record<string, string>;
      }),
    }),
  );

describe('a thread that writes files', () => {
  test('writes what would be written without it', () => {
    fc.assert(
      fc.property(output, (wanted) => {
        expect(stage(threaded(), wanted)).toEqual(stage(new DirectStager(), wanted));
      }),
      { numRuns: 40 },
    );
  });

  test('is waited for when it falls behind', () => {
    const texts = Array.from({ length: 200 }, (_, index) => String(index % 10).repeat(100_000));
    const wanted = { files: { large: texts }, existing: {} };
    expect(stage(threaded(), wanted).files.large).toBe(texts.join(''));
  });

  test('tells what went wrong, and does nothing after it', () => {
    const folder = folderOfTest();
    const stager = threaded();
    const path = join(folder, 'missing/file');
    const failure = { code: 'ENOENT', syscall: 'open', path, message: expect.stringContaining(path) };
    stager.file(path, undefined, ['text']);
    stager.file(join(folder, 'other'), undefined, ['text']);
    expect(() => stager.finish()).toThrow(expect.objectContaining(failure));
    expect(readdirSync(folder)).toEqual([]);
  });

  test('stops a program that goes on rendering after something went wrong', () => {
    const folder = folderOfTest();
    const stager = threaded();
    stager.file(join(folder, 'missing/file'), undefined, ['text']);
    expect(() => {
      for (let index = 0; ; index++) stager.file(join(folder, `${index}`), undefined, ['x'.repeat(CHUNK)]);
    }).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    stager.abort();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('cannot have a name that is too long for a record', () => {
    const stager = threaded();
    expect(() => stager.file(join(folderOfTest(), 'x'.repeat(CHUNK)), undefined, [])).toThrow(
      expect.objectContaining({ code: 'ENAMETOOLONG' }),
    );
    stager.abort();
  });

  test('is not started for a directory that cannot be replaced', () => {
    const out = join(folderOfTest(), 'out');
    writeFileSync(out, 'a file');
    const stagerOf = vi.fn(threaded);
    expect(findingsOf(() => new StagedDirectory(out, stagerOf))).toHaveLength(1);
    expect(stagerOf).not.toHaveBeenCalled();
  });

  test.each([
    ['before it reads anything', 'ring.claim("thread"); ring.abandon();', 0],
    ['with an error', 'ring.claim("thread"); ring.abandon(); throw new Error("broken");', 0],
    ['some time ago', 'ring.claim("thread"); ring.abandon();', 500],
  ])('is not waited for once it has stopped: %s', async (_, source, milliseconds) => {
    const parent = folderOfTest();
    const path = join(parent, 'thread.js');
    const ring = JSON.stringify(join(library, 'lib/synth/staging/ring.js'));
    writeFileSync(
      path,
      `const { Ring } = require(${ring}); const ring = new Ring(require("node:worker_threads").workerData); ${source}`,
    );
    const directory = new StagedDirectory(join(parent, 'out'), () => ThreadedStager.start(path, ENDLESS) as Stager);
    directory.put('file', ['text']);
    // Also if nobody was waiting when it stopped.
    if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
    expect(() => directory.complete()).toThrow('the thread that writes files has stopped');
    directory.discard();
    expect(readdirSync(parent)).toEqual(['thread.js']);
  });

  test('has let go of everything once it was told to', () => {
    const folder = folderOfTest();
    const stager = threaded();
    function* failing() {
      yield stager.file(join(folder, 'inside'), undefined, ['x'.repeat(1000)]);
      throw new Error('a renderer failed');
    }
    expect(() => stager.file(join(folder, 'outside'), undefined, failing())).toThrow('a renderer failed');
    stager.abort();
    expect(statSync(join(folder, 'inside')).size).toBe(1000);
    expect(openFilesBelow(folder)).toEqual([]);
  });

  test('fills a directory that is replaced as a whole', () => {
    const out = join(folderOfTest(), 'out');
    const write = (version: string) => {
      const directory = new StagedDirectory(out, threaded);
      directory.put('a/same', ['same']);
      directory.put('b/other', [version]);
      return directory.commit();
    };
    expect(write('first')).toEqual({ written: 2, unchanged: 0, removed: 0 });
    expect(write('second')).toEqual({ written: 1, unchanged: 1, removed: 0 });
    expect(write('second')).toEqual({ written: 0, unchanged: 2, removed: 0 });
    expect(filesIn(out)).toEqual({ 'a/same': 'same', 'b/other': 'second' });
  });

  test('leaves a directory as it was if a file cannot be written, and the reason says so', () => {
    const parent = folderOfTest();
    const out = join(parent, 'out');
    mkdirSync(out);
    writeFileSync(join(out, 'mine'), 'mine');
    const [finding] = findingsOf(() => {
      const directory = new StagedDirectory(out, threaded);
      directory.put('file', ['text']);
      directory.put('file/below', ['text']);
      directory.commit();
    });
    expect(finding).toMatchObject({ rule: 'output-directory' });
    expect(finding?.message).toContain('a part of its path is a file');
    expect(readdirSync(parent)).toEqual(['out']);
    expect(filesIn(out)).toEqual({ mine: 'mine' });
  });
});

/** Files below a folder that this process has open, where the system tells. */
function openFilesBelow(folder: string): readonly string[] {
  if (!existsSync('/proc/self/fd')) return [];
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
    } catch {
      return false;
    }
  });
}

describe('without a thread', () => {
  const wanted = { files: { a: ['one', 'two'], b: ['x'.repeat(3 * CHUNK)] }, existing: { a: 'onetwo' } };

  test.each([
    ['was never started', () => new ThreadedStager(new Ring(), PATIENCE)],
    ['failed to start', () => failing('throw new Error()')],
    ['ended at once', () => failing('')],
  ])('all is written the same: it %s', (_, stager) => {
    expect(stage(stager(), wanted)).toEqual(stage(new DirectStager(), wanted));
  });

  test.skipIf(!existsSync('/proc/self/fd'))('the first failure is told, also if closing the file fails too', () => {
    const folder = folderOfTest();
    const stager = new ThreadedStager(new Ring(), 1);
    function* pieces() {
      // More than the ring holds, so that the file is open by then.
      yield 'x'.repeat((CHUNKS + 1) * CHUNK);
      for (const fd of openFilesBelow(folder)) closeSync(Number(fd));
      for (;;) yield 'y'.repeat(CHUNK);
    }
    expect(() => stager.file(join(folder, 'file'), undefined, pieces())).toThrow(
      expect.objectContaining({ code: 'EBADF', syscall: 'write' }),
    );
    stager.abort();
  });

  function failing(source: string): Stager {
    const path = join(folderOfTest(), 'thread.js');
    writeFileSync(path, source);
    return ThreadedStager.start(path, PATIENCE) as Stager;
  }

  test('nothing is left to a thread that starts too late', () => {
    const ring = new Ring();
    expect(ring.claim('same thread')).toBe(true);
    expect(ring.claim('thread')).toBe(false);
  });

  test('small outputs and sources that were not compiled are written at once', () => {
    expect(threadedStager(10)).toBeUndefined();
    expect(threadedStager(1_000_000)).toBeUndefined();
    expect(ThreadedStager.start(join(folderOfTest(), 'thread.js'))).toBeUndefined();
  });
});
