import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

/** Rooms from top to bottom; data flows down, so a room imports only from rooms below it. */
const LIB = resolve(__dirname, '../../lib');

/** What each room may import besides itself and finding.ts. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  cli: ['governance', 'program', 'fleet', 'analysis', 'environment', 'model'],
  governance: ['program', 'platform', 'analysis', 'environment', 'stacks', 'model', 'kube', 'synth', 'render'],
  fleet: ['platform', 'synth', 'render', 'model', 'kube'],
  pulumi: ['program', 'environment', 'platform', 'synth', 'kube'],
  'policy-pack': ['analysis'],
  'cdk8s-plugin': ['analysis'],
  program: ['fleet', 'environment', 'platform', 'synth', 'model', 'analysis', 'kube'],
  environment: ['stacks', 'render', 'model'],
  stacks: ['platform', 'render', 'synth', 'model', 'kube'],
  platform: ['render', 'synth', 'model', 'kube'],
  render: ['model', 'kube'],
  synth: ['model', 'kube'],
  model: [],
  testing: ['analysis'],
  analysis: ['kube'],
  kube: [],
};

const FILES = sourceFiles(LIB);

function sourceFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? sourceFiles(path) : name.endsWith('.ts') ? [path] : [];
  });
}

function room(path: string): string {
  const [first = '', second] = relative(LIB, path).split('/');
  return second === undefined ? first.replace(/\.ts$/, '') : first;
}

function importsOf(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/from '(\.[^']*)'|import\('(\.[^']*)'\)|require\('(\.[^']*)'\)/g)].map((match) =>
    resolve(dirname(path), (match[1] ?? match[2] ?? match[3]) as string),
  );
}

test('data flows one way through the house', () => {
  const upward = FILES.flatMap((file) =>
    importsOf(file)
      .map((target) => ({ file: relative(LIB, file), from: room(file), to: room(target) }))
      .filter(({ from, to }) => from !== 'index' && to !== from && to !== 'finding' && !ARROWS[from]?.includes(to)),
  );
  expect(upward).toEqual([]);
});

test('every room has its arrows', () => {
  const rooms = new Set(FILES.map(room).filter((name) => name !== 'index' && name !== 'finding'));
  expect([...rooms].sort()).toEqual(Object.keys(ARROWS).sort());
});

test('nothing imports the command line', () => {
  const importing = FILES.filter(
    (file) => room(file) !== 'cli' && importsOf(file).some((path) => room(path) === 'cli'),
  );
  expect(importing).toEqual([]);
});

test('files stay short enough to hold one thing', () => {
  const long = FILES.filter((file) => readFileSync(file, 'utf8').split('\n').length > 320);
  expect(long.map((file) => relative(LIB, file))).toEqual([]);
});

test('importing the package loads no command line, no settings reader and no workload library', () => {
  const reached = new Set<string>();
  const visit = (file: string) => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      if (/^\s*(import|export) type /.test(line)) continue;
      const target = /from '([^']*)'/.exec(line)?.[1];
      if (target?.startsWith('.')) visit(`${resolve(dirname(file), target)}.ts`);
      else if (target !== undefined) reached.add(target);
    }
  };
  visit(join(LIB, 'index.ts'));
  for (const heavy of ['valibot', 'commander', 'cdk8s-plus-28', 'cli-progress', 'cli-table3']) {
    expect(reached).not.toContain(heavy);
  }
  const scopes = [...reached].filter((target) => /^@(grafana|prometheus-io|codemirror|pulumi)\//.test(target));
  expect(scopes).toEqual([]);
});
