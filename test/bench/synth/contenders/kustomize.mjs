// The same objects as one kustomization of plain files. The files are written before the clock starts.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { OBJECTS_PER_WORKSPACE } from '../contenders.mjs';
import { workspaceIds } from '../workspace-id.cjs';
import { runInto } from './helm.mjs';
import { render as renderPlain } from './plain.mjs';

export async function prepare({ count, input, definition }) {
  await renderPlain({ count, outdir: input, definition, emitter: 'emitDocument of Portcullis' });
  const { filesOf } = await import(definition);
  const resources = [...workspaceIds(count)].flatMap((id) => filesOf(id).map(([file]) => file));
  writeFileSync(path.join(input, 'kustomization.yaml'), stringify({ resources }));
}

export function render({ count, outdir, input }) {
  mkdirSync(outdir, { recursive: true });
  runInto(path.join(outdir, 'all.yaml'), 'kustomize', ['build', input]);
  return { objects: count * OBJECTS_PER_WORKSPACE };
}
