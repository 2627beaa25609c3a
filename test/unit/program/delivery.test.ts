import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { program } from '../../../apps/portarium';
import { loadEnvironments } from '../../../lib/environment/load';
import { FindingsError } from '../../../lib/finding';
import { run } from '../../../lib/program/run';
import { temporaryFolder } from '../environment/refusal';

const folder = temporaryFolder();
let count = 0;

function settings(delivery: string): string {
  const environments = join(folder, `environments-${count++}`);
  mkdirSync(environments);
  const prod = readFileSync(join(__dirname, '../../../environments/prod.yaml'), 'utf8');
  writeFileSync(join(environments, 'prod.yaml'), `${prod}\ndelivery:\n${delivery}\n`);
  return environments;
}

const ARGO = '  argo: { repository: "https://git.example.com/m.git", path: out }';
const FLUX = '  flux: { source: { name: flux-system }, path: out }';

describe('an environment that says who delivers', () => {
  test.each([
    ['Argo CD', ARGO, 'argocd.yaml', 'out/prod/portarium/platform'],
    ['Flux', FLUX, 'flux.yaml', './out/prod/portarium/default-deny'],
  ])('%s: the whole stack is laid out for it, and proved', (_, delivery, file, path) => {
    const outdir = join(folder, `out-${count}`);
    const { roots } = run({ programs: [program], environments: settings(delivery), outdir });
    const [root] = roots;
    const read = (name: string) => readFileSync(join(outdir, 'prod/portarium', name), 'utf8');
    expect(root?.proof.pairs).toBeGreaterThan(0);
    expect(existsSync(join(outdir, 'prod/portarium/kustomization.yaml'))).toBe(false);
    expect(read(file) + (file === 'argocd.yaml' ? read('argocd/platform.yaml') : '')).toContain(path);
  });

  test('the same is proved as without a delivery', () => {
    const outdir = join(folder, `out-${count}`);
    const pairs = [settings(ARGO), settings(FLUX), join(__dirname, '../../../environments')].map((environments) => {
      const { roots } = run({ programs: [program], environments, environment: 'prod', outdir });
      return roots[0]?.proof;
    });
    expect(pairs[1]).toEqual(pairs[0]);
    expect(pairs[2]).toEqual(pairs[0]);
  });
});

test.each([
  [
    'a password in the address',
    '  argo: { repository: "https://u:p@git.example.com/m", path: out }',
    /holds a user or a password/,
  ],
  [
    'a path that leads out',
    '  argo: { repository: "https://git.example.com/m", path: ../out }',
    /is not a folder of a repository/,
  ],
  [
    'an interval that is none',
    '  flux: { source: { name: a }, path: out, interval: often }',
    /'often' is not a duration/,
  ],
  ['both of them', `${ARGO}\n${FLUX}`, /delivery names two tools/],
  ['neither of them', '  {}', /delivery names no tool/],
  ['another tool', '  spinnaker: {}', /the key 'spinnaker' is unknown/],
])('%s is a finding at its line', (_, delivery, message) => {
  let findings: FindingsError['findings'] = [];
  try {
    findings = loadEnvironments(settings(delivery)).findings;
  } catch (error) {
    if (!(error instanceof FindingsError)) throw error;
    findings = error.findings;
  }
  expect(findings).toContainEqual(
    expect.objectContaining({
      severity: 'error',
      message: expect.stringMatching(message),
      where: expect.objectContaining({ line: expect.any(Number) }),
    }),
  );
});
