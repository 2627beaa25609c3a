import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../../lib/cli/main';
import { fleetSchema } from '../../../lib/program/fleet-schema';
import { compiled, published } from '../analysis/format/published-schema';
import { temporaryFolder } from '../environment/refusal';
import { caughtStreams } from './streams';

const LIB = JSON.stringify(resolve(__dirname, '../../../lib/index.ts'));
const folder = temporaryFolder();
const caught = caughtStreams();
const home = process.cwd();

beforeAll(() => process.chdir(folder));
afterAll(() => process.chdir(home));

let modules = 0;

/** Writes a module with a fleet; each has a name of its own, since Node loads a file once. */
function fleet(clusters: readonly string[], workspaces: string, further = ''): string {
  const file = join(folder, `fleet-${modules++}.mjs`);
  writeFileSync(
    file,
    `import { cilium, Fleet, Platform, Port, Service, Workspace } from ${LIB};
export const fleet = new Fleet({
  clusters: ${JSON.stringify(clusters)}.map((name) => ({ name, dialect: cilium({ version: '1.19' }) })),
  workspaces: ${workspaces},
  limits: { policyMapEntries: 30 },
  build: (app, { cluster, workspaces }) => {
    const platform = new Platform(app, 'platform', { dialect: cluster.dialect });
    const vault = new Service(platform, 'vault', { namespace: 'vault', ports: [Port.tcp(8200)] });
    for (const { id } of workspaces) {
      const { agents } = new Workspace(platform, id);
      agents.allowTo(vault, { purpose: 'Credential retrieval' });
      ${further}
    }
  },
});
`,
  );
  return file;
}

const SIX = 'Array.from({ length: 6 }, (_, index) => ({ id: "ws-" + index }))';

async function run(...args: readonly string[]) {
  Object.assign(caught, { stdout: '', stderr: '' });
  process.exitCode = undefined;
  await main(['node', 'portcullis', 'fleet', ...args]);
  return { code: process.exitCode ?? 0, ...caught };
}

let outdir: string;

beforeEach(() => {
  outdir = join(folder, `out-${modules}`);
});

describe('fleet plan', () => {
  test('prints clusters and what is left, and writes nothing', async () => {
    const { code, stdout } = await run('plan', fleet(['a', 'b'], SIX), '--outdir', outdir);
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "cluster  dialect      workspaces  free   identities  policy-map entries       objects
      a        cilium 1.19           3    21  4 of 52,428             3 of 24  18 of 80,000
      b        cilium 1.19           3    21  4 of 52,428             3 of 24  18 of 80,000
      2 clusters, 6 workspaces; 42 more fit; the next cluster is not due yet
      "
    `);
    expect(existsSync(outdir)).toBe(false);
  });

  test('prints JSON as published', async () => {
    const { stdout } = await run('plan', fleet(['a', 'b'], SIX), '--outdir', outdir, '--format', 'json');
    const valid = compiled(published(fleetSchema));
    expect(valid(JSON.parse(stdout))).toBe(true);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, moves: [], findings: [] });
  });

  test('says what a further cluster would move', async () => {
    await run('synth', fleet(['a', 'b'], SIX), '--outdir', outdir, '--quiet');
    const { stdout } = await run('plan', fleet(['a', 'b', 'c'], SIX), '--outdir', outdir);
    expect(stdout).toMatch(/workspaces? moved since the last output:\n {2}ws-\d: [ab] → c\n/);
    expect(stdout).not.toMatch(/: [ab] → [ab]\n/);
  });

  test('says whose manifests are left over', async () => {
    await run('synth', fleet(['a', 'b'], SIX), '--outdir', outdir, '--quiet');
    const { stderr } = await run('plan', fleet(['a'], SIX), '--outdir', outdir);
    expect(stderr).toContain("the cluster 'b' is no longer in the fleet, and its manifests are still there");
  });

  test.each([
    ['a workspace that fits nowhere', ['a'], "[{ id: 'x', where: { region: 'eu' } }]", 'no cluster is region=eu'],
    ['more than fits', ['a'], SIX.replace('6', '40'), 'fits nowhere: the one cluster that could take it is full'],
    ['two clusters with one name', ['a', 'a'], SIX, "2 clusters are called 'a'"],
  ])('%s is a finding', async (_, clusters, workspaces, message) => {
    const { code, stderr } = await run('plan', fleet(clusters, workspaces), '--outdir', outdir);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  });
});

describe('fleet synth', () => {
  test('writes every cluster and the plan', async () => {
    const module = fleet(['a', 'b'], SIX);
    const { code, stdout } = await run('synth', module, '--outdir', outdir);
    expect(code).toBe(0);
    expect(stdout).toContain('proved from the manifests: 12 pairs of ends compared, no difference');
    const written = JSON.parse(readFileSync(join(outdir, 'fleet.json'), 'utf8'));
    const planned = JSON.parse((await run('plan', module, '--outdir', outdir, '--format', 'json')).stdout);
    expect({ ...written, moves: [], findings: [] }).toEqual(planned);
    for (const name of ['a', 'b']) expect(existsSync(join(outdir, name, 'index.json'))).toBe(true);
  });

  test('proves every cluster: a policy that says more than the edges stops all', async () => {
    const open = `
      agents.policy.addJsonPatch({ op: 'add', path: '/spec/egress/-', value: { toEndpoints: [{}] } });`;
    const module = fleet(['a', 'b'], SIX, open);
    const { code, stderr } = await run('synth', module, '--outdir', outdir);
    expect(code).toBe(1);
    expect(stderr).toContain('error: ');
    expect(existsSync(join(outdir, 'fleet.json'))).toBe(false);
    expect(existsSync(join(outdir, 'a'))).toBe(false);
  });

  test.each([
    ['no module', 'missing.mjs', 'the module does not exist'],
    ['no fleet', 'other.mjs', 'the module exports no fleet'],
    ['a program that throws', 'throwing.mjs', 'the program threw Error: no'],
  ])('%s is an input error', async (_, name, message) => {
    const file = join(folder, name);
    if (name === 'other.mjs') writeFileSync(file, 'export const program = {};\n');
    if (name === 'throwing.mjs') {
      const body = readFileSync(fleet(['a'], SIX), 'utf8');
      writeFileSync(file, body.replace('const platform', "throw new Error('no'); const platform"));
    }
    const { code, stderr } = await run('synth', file, '--outdir', outdir);
    expect([code, stderr]).toEqual([3, expect.stringContaining(message)]);
  });
});
