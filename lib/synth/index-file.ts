import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectKey } from '../kube/object';
import { INDEX_FILE } from './layout';
import type { Piece, StagedText } from './staging/piece';

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

/** An entry whose file may still be on its way. */
export interface StagedEntry extends Omit<IndexEntry, 'sha256'> {
  readonly text: StagedText;
}

/** The index as pieces of text, one line for each file, so that differences read well. */
export function* formatIndex(entries: Iterable<StagedEntry>): Generator<Piece> {
  yield '{\n  "schemaVersion": 1,\n  "files": [';
  let separator = '\n    ';
  for (const { file, text, objects } of entries) {
    yield `${separator}{"file":${JSON.stringify(file)},"sha256":"`;
    yield text;
    yield `","objects":${JSON.stringify(objects)}}`;
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
