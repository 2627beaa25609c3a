// What every contender renders: the objects of one workspace, taken from what Portcullis writes, as the source of a
// program that builds them from literals for any workspace. Contenders thus neither parse nor clone anything.

import { writeFileSync } from 'node:fs';
import { readManifests } from './manifests.mjs';
import { workspaceId } from './workspace-id.cjs';

/**
 * Writes the program from the output of Portcullis for one workspace.
 * @returns the number of objects of a workspace
 */
export function writeDefinition({ outdir, target }) {
  const id = workspaceId(1);
  const files = readManifests(outdir).filter(({ objects }) => objects.length > 0);
  const entries = files.map(({ file, objects }) => `[${literal(file, id)}, ${literal(objects, id)}]`);
  const source = [
    `export const filesOf = (id) => [${entries.join(', ')}];`,
    'export const objectsOf = (id) => filesOf(id).flatMap(([, objects]) => objects);',
  ];
  writeFileSync(target, `${source.join('\n')}\n`);
  return files.flatMap(({ objects }) => objects).length;
}

/** JavaScript source of a value, with the id of the workspace as a variable. */
function literal(value, id) {
  if (typeof value === 'string') {
    return value
      .split(id)
      .map((part) => JSON.stringify(part))
      .join(' + id + ');
  }
  if (Array.isArray(value)) return `[${value.map((item) => literal(item, id)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, field]) => {
    const name = key.includes(id) ? `[${literal(key, id)}]` : JSON.stringify(key);
    return `${name}: ${literal(field, id)}`;
  });
  return `{ ${entries.join(', ')} }`;
}
