import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Chart } from 'cdk8s';
import { expect, test } from 'vitest';
import { defineProgram } from '../../../lib';
import { run } from '../../../lib/program/run';
import { settings, snapshot, temporaryFolder, writeFolder } from '../environment/refusal';

const root = temporaryFolder();
const environments = join(root, 'environments');

const named = (name: string, skipped?: string) =>
  defineProgram({
    name,
    build: (app, environment) => {
      if (environment.name !== skipped) new Chart(app, 'chart');
    },
  });

/** Renders two environments, then what is left of them, and says what the second run warns of. */
function afterwards(outdir: string, kept: readonly string[], skipped?: string, environment?: string) {
  writeFolder(environments, { 'dev.yaml': settings(), 'prod.yaml': settings() });
  run({ programs: [named('test'), named('other')], environments, outdir });
  mkdirSync(join(outdir, 'notes/test'), { recursive: true });
  writeFolder(environments, Object.fromEntries(kept.map((name) => [`${name}.yaml`, settings()])));
  const before = snapshot(outdir);
  const only = environment === undefined ? {} : { environment };
  const { findings } = run({ programs: [named('test', skipped)], environments, outdir, ...only });
  expect(snapshot(outdir)).toEqual(before);
  return findings
    .filter(({ rule }) => rule === 'retired-output')
    .map(({ severity, where }) => `${severity} ${'file' in where ? where.file : ''}`);
}

test('an output is named whose environment is gone, and stays', () => {
  const outdir = join(root, 'gone');
  expect(afterwards(outdir, ['prod'])).toEqual([`warning ${join(outdir, 'dev/test')}`]);
});

test('an output is named whose environment no longer has the program', () => {
  const outdir = join(root, 'skipped');
  expect(afterwards(outdir, ['dev', 'prod'], 'prod')).toEqual([`warning ${join(outdir, 'prod/test')}`]);
});

test('nothing is said of environments that a run was not asked about', () => {
  expect(afterwards(join(root, 'one'), ['dev', 'prod'], undefined, 'dev')).toEqual([]);
});
