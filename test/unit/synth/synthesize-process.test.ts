import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { beforeAll, describe, expect, test } from 'vitest';
import { synthesize } from '../../../lib/synth/synthesize';
import { temporaryFolder } from '../environment/refusal';
import { compile } from './compile';
import { filesIn, folderOfTest, manifest } from './support';

const FILES = 60;
/** So many that a thread writes the files. */
const MANY_OBJECTS = 2500;

/** Writes version after version of an output: all files say the version, and one is named after it. */
const PROGRAM = `
const [library, cdk8s, outdir, first, count, objects] = process.argv.slice(2);
const { App, Chart } = require(cdk8s);
const { synthesize } = require(library + '/lib/synth/synthesize');
const { ManifestObject } = require(library + '/lib/synth/manifest-object');
for (let version = Number(first); version < Number(first) + Number(count); version++) {
  const chart = new Chart(new App({ outdir }), 'chart');
  const add = (name, file) => new ManifestObject(chart, name, {
    apiVersion: 'v1', kind: 'ConfigMap', name, file, render: () => ({ spec: { version } }),
  });
  for (let index = 0; index < Number(objects); index++) {
    const file = index % ${FILES};
    add('o' + index, (file % 7) + '/' + file + '.yaml');
  }
  add('only-' + version, 'only-' + version + '.yaml');
  synthesize(chart.node.root);
  if (version === Number(first)) process.stdout.write('ready');
}
`;

/** One chart with very many objects in one file, as objects of other libraries are laid out. */
const LARGE_PROGRAM = `
const [library, cdk8s, outdir, count] = process.argv.slice(2);
const { App, Chart } = require(cdk8s);
const { synthesize } = require(library + '/lib/synth/synthesize');
const { ManifestObject } = require(library + '/lib/synth/manifest-object');
const chart = new Chart(new App({ outdir }), 'chart');
for (let index = 0; index < Number(count); index++) {
  const name = 'o' + index;
  const rule = (number) => ({ index, number, text: 'a rule like any other' });
  new ManifestObject(chart, name, {
    apiVersion: 'v1', kind: 'ConfigMap', name, namespace: 'team', file: 'all.yaml', annotationKeys: ['egress'],
    render: () => ({ annotations: { egress: 'TCP 443' }, spec: { rules: Array.from({ length: 10 }, (_, i) => rule(i)) } }),
  });
}
process.stdout.write(String(synthesize(chart.node.root).objects));
`;

const library = temporaryFolder();
/** A folder of each run that is killed. */
const killed = temporaryFolder();

beforeAll(() => {
  compile('lib/synth/synthesize.ts', library, ['lib/synth/staging/staging-thread.ts']);
  writeFileSync(join(library, 'versions.js'), PROGRAM);
  writeFileSync(join(library, 'large.js'), LARGE_PROGRAM);
});

function start(program: string, outdir: string, numbers: readonly number[], ...options: string[]): ChildProcess {
  const args = [library, join(library, 'node_modules/cdk8s'), outdir, ...numbers.map(String)];
  return spawn(process.execPath, [...options, join(library, program), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** The version of an output; fails if it is not the whole of one version. */
function versionOf(outdir: string): number {
  const { 'index.json': index, ...files } = filesIn(outdir);
  const listed = JSON.parse(index as string).files as { file: string; sha256: string }[];
  expect(listed.map(({ file }) => file).sort()).toEqual(
    Object.keys(files)
      .filter((file) => file !== 'mine')
      .sort(),
  );
  for (const { file, sha256 } of listed) {
    expect(
      createHash('sha256')
        .update(files[file] as string)
        .digest('hex'),
    ).toBe(sha256);
  }
  const [only, ...more] = Object.keys(files).filter((file) => file.startsWith('only-'));
  expect(more).toEqual([]);
  const version = Number(/\d+/.exec(only as string)?.[0]);
  for (const [file, text] of Object.entries(files)) {
    if (/^(\d+\/|only-)/.test(file)) expect(text).toContain(`version: ${version}\n`);
  }
  return version;
}

function run(outdir: string): void {
  const chart = new Chart(new App({ outdir }), 'chart');
  manifest(chart, 'only-0', { file: 'only-0.yaml', render: () => ({ spec: { version: 0 } }) });
  synthesize(chart.node.root as App);
}

describe('a run that is killed', () => {
  test.for([
    ...[1, 2, 3, 4, 5].map((number) => [number, FILES] as const),
    ...[6, 7, 8].map((number) => [number, MANY_OBJECTS] as const),
  ])(
    'at some moment leaves a whole output, and nothing that the next run does not remove (%i: %i objects)',
    { concurrent: true },
    async ([number, objects], { onTestFinished }) => {
      const parent = join(killed, String(number));
      const outdir = join(parent, 'out');
      mkdirSync(outdir, { recursive: true });
      writeFileSync(join(outdir, 'mine'), 'mine');
      const child = start('versions.js', outdir, [1, 1_000_000, objects]);
      const over = once(child, 'exit');
      onTestFinished(() => void child.kill('SIGKILL'));
      await once(child.stdout as NodeJS.EventEmitter, 'data');
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 150));
      child.kill('SIGKILL');
      expect(await over).toEqual([null, 'SIGKILL']);

      // Between its two renames the old output is whole, under another name.
      const name = existsSync(outdir) ? 'out' : readdirSync(parent).find((entry) => entry.endsWith('-old'));
      expect(versionOf(join(parent, name as string))).toBeGreaterThan(0);

      run(outdir);
      expect(versionOf(outdir)).toBe(0);
      expect(readdirSync(parent)).toEqual(['out']);
      expect(readFileSync(join(outdir, 'mine'), 'utf8')).toBe('mine');
    },
  );
});

describe('runs at the same time', () => {
  test('all end, and leave the whole output of one of them and what others put there', async () => {
    const parent = folderOfTest();
    const outdir = join(parent, 'out');
    mkdirSync(outdir);
    writeFileSync(join(outdir, 'mine'), 'mine');
    const children = [1000, 2000, 3000].map((first) => start('versions.js', outdir, [first, 6, FILES]));
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
    expect(codes).toEqual([0, 0, 0]);
    expect([1005, 2005, 3005]).toContain(versionOf(outdir));
    expect(readdirSync(parent)).toEqual(['out']);
    expect(readFileSync(join(outdir, 'mine'), 'utf8')).toBe('mine');
  });
});

test('one chart with 100,000 objects needs neither a deep stack nor the memory for all of its text', async () => {
  const outdir = join(folderOfTest(), 'out');
  // The constructs take about 220 MB, the text 80 MB.
  const child = start('large.js', outdir, [100_000], '--max-old-space-size=320', '--stack-size=400');
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (data: string) => {
    output += data;
  });
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(output).toBe('100000');
  expect(statSync(join(outdir, 'all.yaml')).size).toBeGreaterThan(70_000_000);
});
