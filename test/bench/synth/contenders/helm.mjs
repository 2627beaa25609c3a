// The same objects as a Helm chart that ranges over the workspaces. The chart is written before the clock starts.

import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { OBJECTS_PER_WORKSPACE } from '../contenders.mjs';
import { workspaceIds } from '../workspace-id.cjs';

export async function prepare({ count, input, definition }) {
  const { filesOf } = await import(definition);
  const files = filesOf('{{ $id }}').map(([, objects]) => objects.map((object) => stringify(object)).join('---\n'));
  mkdirSync(path.join(input, 'templates'), { recursive: true });
  writeFileSync(path.join(input, 'Chart.yaml'), 'apiVersion: v2\nname: workspaces\nversion: 1.0.0\n');
  writeFileSync(path.join(input, 'values.yaml'), stringify({ workspaces: [...workspaceIds(count)] }));
  writeFileSync(
    path.join(input, 'templates', 'workspaces.yaml'),
    `{{- range $id := .Values.workspaces }}\n---\n${files.join('---\n')}{{- end }}\n`,
  );
}

export function render({ count, outdir, input }) {
  mkdirSync(outdir, { recursive: true });
  runInto(path.join(outdir, 'all.yaml'), 'helm', ['template', 'workspaces', input]);
  return { objects: count * OBJECTS_PER_WORKSPACE };
}

/** Runs a command with its standard output going to a file. */
export function runInto(file, command, args) {
  const output = openSync(file, 'w');
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', output, 'inherit'] });
  closeSync(output);
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ended with status ${status}`);
}
