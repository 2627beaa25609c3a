import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { CDK8S_ARRANGEMENTS, cdk8s, externalContenders, OBJECTS_PER_WORKSPACE, PORTCULLIS, plain } from './contenders.mjs';
import { runNode, runStep } from './process.mjs';
import { growthExponent, median } from './statistics.mjs';

/** Workspaces whose objects are compared before anything is measured. */
const COMPARED = 12;
/** Workspaces for which the variants of a contender are tried. */
const TRIED = 1000;
const TRIALS = 3;
/** Seconds above which three runs have to do. */
const SLOW = 30;
const IMPORTS = 15;

/** Writes the objects of one workspace, as Portcullis renders them, as a program for the others. */
export async function define(folder) {
  const outdir = path.join(folder, 'one');
  await runStep({ module: PORTCULLIS.module, call: 'render', options: { count: 1, outdir } });
  const definition = path.join(folder, 'definition.mjs');
  const { result } = await runStep({
    module: './definition.mjs',
    call: 'writeDefinition',
    options: { outdir, target: definition },
  });
  if (result !== OBJECTS_PER_WORKSPACE) {
    throw new Error(`Portcullis renders ${result} objects for a workspace, not ${OBJECTS_PER_WORKSPACE}`);
  }
  return definition;
}
