import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { field, list, text } from '../../kube/field';
import { type KubeObject, objectIdentity } from '../../kube/object';

/** Name of the file in which synthesis lists what it wrote. */
export const INDEX_FILE = 'index.json';

/** Which construct rendered which object, from the index files that lie beside the manifests. */
export class ConstructIndex {
  private readonly folders = new Map<string, ReadonlyMap<string, ReadonlyMap<string, string>> | undefined>();

  /**
   * The constructs of a file's objects, by identity; empty for files that synthesis did not write as they are now.
   * @param content of the file
   */
  constructsOf(file: string, content: string): ReadonlyMap<string, string> {
    let folder = dirname(file);
    for (;;) {
      const found = this.folder(folder)?.get(`${relative(folder, file)} ${sha256(content)}`);
      if (found !== undefined) return found;
      const above = dirname(folder);
      if (above === folder || above === '.') return NONE;
      folder = above;
    }
  }

  private folder(folder: string): ReadonlyMap<string, ReadonlyMap<string, string>> | undefined {
    if (!this.folders.has(folder)) this.folders.set(folder, readIndex(join(folder, INDEX_FILE)));
    return this.folders.get(folder);
  }
}

const NONE: ReadonlyMap<string, string> = new Map();

export function identityOf({ apiVersion, kind, metadata }: KubeObject): string {
  return objectIdentity({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name });
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

function readIndex(file: string): ReadonlyMap<string, ReadonlyMap<string, string>> | undefined {
  let index: unknown;
  try {
    index = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
  if (field(index, 'schemaVersion') !== 1) return undefined;
  return new Map(
    list(field(index, 'files')).map((entry) => {
      const constructs = list(field(entry, 'objects')).flatMap((object) => {
        const construct = text(field(object, 'construct'));
        const [apiVersion, kind, name] = ['apiVersion', 'kind', 'name'].map((key) => text(field(object, key)) ?? '');
        const key = {
          apiVersion: apiVersion ?? '',
          kind: kind ?? '',
          namespace: text(field(object, 'namespace')),
          name: name ?? '',
        };
        return construct === undefined ? [] : [[objectIdentity(key), construct] as const];
      });
      return [`${text(field(entry, 'file'))} ${text(field(entry, 'sha256'))}`, new Map(constructs)] as const;
    }),
  );
}
