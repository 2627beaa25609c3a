// The same objects as literals of a program without any library but a YAML writer, in the files that Portcullis would
// write them to.

import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { workspaceIds } from '../workspace-id.cjs';

const require = createRequire(import.meta.url);

/** YAML writers by name. `yaml` and js-yaml are told not to fold lines and not to look for repeated objects. */
const EMITTERS = {
  'emitDocument of Portcullis': () => require('../../../../dist/lib/synth/yaml.js').emitDocument,
  'js-yaml': (name) => {
    const { dump } = require(name);
    return (object) => dump(object, { lineWidth: -1, noRefs: true });
  },
  yaml: (name) => {
    const { stringify } = require(name);
    return (object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false });
  },
};

/** The names of the writers that are installed. */
export function emitters() {
  return Object.keys(EMITTERS).filter(isInstalled);
}

function isInstalled(emitter) {
  try {
    EMITTERS[emitter](emitter);
    return true;
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return false;
    throw error;
  }
}

export async function render({ count, outdir, definition, emitter }) {
  const { filesOf } = await import(definition);
  const emit = EMITTERS[emitter](emitter);
  let objects = 0;
  let made;
  for (const id of workspaceIds(count)) {
    for (const [file, content] of filesOf(id)) {
      const target = path.join(outdir, file);
      const folder = path.dirname(target);
      if (folder !== made) mkdirSync(folder, { recursive: true });
      made = folder;
      writeFileSync(target, content.map(emit).join('---\n'));
      objects += content.length;
    }
  }
  return { objects };
}
