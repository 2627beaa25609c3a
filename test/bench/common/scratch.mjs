import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const PROBES = 200;

/** Temporary folders, all removed at the end. */
export class Scratch {
  constructor() {
    this.root = mkdtempSync(path.join(tmpdir(), 'portcullis-bench-'));
    this.count = 0;
  }

  /** A path that nothing is at yet. */
  fresh(name) {
    this.count++;
    return path.join(this.root, `${this.count}-${name}`);
  }

  /**
   * Gives the space of a folder's files back, but keeps the files until the end: for minutes after many files were
   * removed, ext4 takes ten times as long and more to create others, which would be measured as the next contender's.
   */
  empty(folder) {
    if (!existsSync(folder)) return;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) truncateSync(path.join(entry.parentPath, entry.name));
    }
  }

  /** Microseconds that creating a small file takes here and now. */
  fileMicroseconds() {
    const folder = this.fresh('probe');
    mkdirSync(folder);
    const started = performance.now();
    for (let index = 0; index < PROBES; index++) writeFileSync(path.join(folder, `${index}.yaml`), 'x'.repeat(10_000));
    return ((performance.now() - started) * 1000) / PROBES;
  }

  remove() {
    rmSync(this.root, { recursive: true, force: true });
  }
}
