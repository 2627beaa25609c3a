import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectKey } from '../kube/object';
import { INDEX_FILE } from './layout';

/** `index.json`: every file of a root with its checksum and the objects in it, in the order in which they apply. */
export interface Index {
  readonly schemaVersion: 1;
  readonly files: readonly IndexEntry[];
}

export interface IndexEntry {
  /** Path below the root. */
  readonly file: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
  /** Objects in the file; empty for documents. */
  readonly objects: readonly IndexedObject[];
}

/** An object with the path of the construct that rendered it, so that whoever reads the manifests finds the program. */
export interface IndexedObject extends ObjectKey {
  readonly construct: string;
}

/** The index as pieces of text, one line for each file, so that differences read well. */
export function* formatIndex(entries: Iterable<IndexEntry>): Generator<string> {
  yield '{\n  "schemaVersion": 1,\n  "files": [';
  let separator = '\n    ';
  for (const entry of entries) {
    yield separator + JSON.stringify(entry);
    separator = ',\n    ';
  }
  yield '\n  ]\n}\n';
}

/** Files that the last run wrote below a directory, the index included; empty if it holds no index of ours. */
export function indexedFiles(directory: string): ReadonlySet<string> {
  try {
    const index = JSON.parse(readFileSync(join(directory, INDEX_FILE), 'utf8')) as Index;
    if (index.schemaVersion !== 1) return new Set();
    return new Set([INDEX_FILE, ...index.files.map((entry) => entry.file)]);
  } catch {
    return new Set();
  }
}
