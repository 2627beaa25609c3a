import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { App, YamlOutputType } from 'cdk8s';
import { beforeAll, describe, expect, test } from 'vitest';
import type * as Portcullis from '../../../lib';
import * as library from '../../../lib';
import { temporaryFolder } from '../environment/refusal';
import { compile } from './compile';
import { filesIn, folderOfTest, objectsIn, parseObjects } from './support';

/**
 * A program of both a platform's and other people's objects. It is also run by the cdk8s CLI, as text, so it uses
 * nothing but its arguments.
 */
function build(app: App, portcullis: typeof Portcullis, cdk8s: typeof import('cdk8s')): void {
  const { AdmissionPolicies, cilium, Peer, Platform, Port, Service, Workspace } = portcullis;
  const platform = new Platform(app, 'platform', { dialect: cilium({ version: '1.19' }) });
  new AdmissionPolicies(platform, 'admission', { deployer: { users: ['ci'] } });
  const vault = new Service(platform, 'vault', { namespace: 'vault', ports: [Port.tcp(8200)] });
  for (const id of ['ws-payments', 'ws-ledger']) {
    const workspace = new Workspace(platform, id, { owner: `team-${id}` });
    workspace.agents.allowTo(vault, { purpose: 'credential retrieval' });
    workspace.addExecutionPlane([
      { peer: Peer.fqdn('api.example.com'), ports: [Port.tcp(443)], purpose: 'read invoices' },
    ]);
    workspace.agents.policy?.metadata.addLabel('added', 'later');
  }
  vault.policy?.addJsonPatch(cdk8s.JsonPatch.add('/metadata/annotations/patched', 'yes'));
  const chart = new cdk8s.Chart(app, 'others', { namespace: 'others', labels: { part: 'others' } });
  const config = new cdk8s.ApiObject(chart, 'config', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    data: { no: 'yes', text: 'a\nb\n' },
  });
  config.addDependency(platform);
  const limits = { cpu: '1', memory: '1Gi' };
  const annotations = { 'portcullis.dev/suppress': 'host-path: shows that exemptions reach admission' };
  new cdk8s.ApiObject(chart, 'workload', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'workload', namespace: 'vault', annotations },
    spec: {
      template: {
        spec: {
          containers: [{ name: 'main', image: 'registry.example.com/agent:1', resources: { limits } }],
          volumes: [{ name: 'host', hostPath: { path: '/' } }],
        },
      },
    },
  });
}

/** Objects as a set. */
function asSet(objects: readonly unknown[]): readonly string[] {
  const sortedKeys = (_: string, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return objects.map((object) => JSON.stringify(object, sortedKeys)).sort();
}

const ofFirst = temporaryFolder();
let expected: readonly string[];

function built(props: ConstructorParameters<typeof App>[0] = {}, outdir = join(folderOfTest(), 'out')): App {
  const app = new App({ outdir, ...props });
  build(app, library, require('cdk8s'));
  return app;
}

describe('the same objects come out of', () => {
  beforeAll(() => {
    const app = built({}, ofFirst);
    library.synthesize(app);
    expected = asSet(objectsIn(app.outdir));
    expect(expected.length).toBeGreaterThan(10);
    expect(expected.join()).toContain('RuntimeDefault');
    expect(expected.join()).toContain("request.namespace == 'vault'");
  });

  // The remaining type, FILE_PER_RESOURCE, keeps one of several objects of the same kind and name.
  test.each(['FILE_PER_APP', 'FILE_PER_CHART', 'FOLDER_PER_CHART_FILE_PER_RESOURCE'] as const)(
    'app.synth() as %s',
    (type) => {
      const app = built({ yamlOutputType: YamlOutputType[type] });
      app.synth();
      expect(asSet(objectsIn(app.outdir))).toEqual(expected);
    },
  );

  test('app.synthYaml()', () => {
    expect(asSet(parseObjects(built().synthYaml()))).toEqual(expected);
  });

  test('synthesize(app) after app.synth()', () => {
    const app = built();
    app.synth();
    const { objects } = library.synthesize(app, { outdir: join(app.outdir, 'ours') });
    expect(objects).toBe(expected.length);
    expect(asSet(objectsIn(join(app.outdir, 'ours')))).toEqual(expected);
  });

  describe('the cdk8s CLI', () => {
    const home = temporaryFolder();

    beforeAll(() => {
      const compiled = compile('lib/index.ts', join(home, 'library'));
      symlinkSync(resolve(__dirname, '../../../node_modules'), join(home, 'node_modules'));
      for (const [name, synthesis] of [
        ['ours.js', 'portcullis.synthesize(app)'],
        ['plain.js', 'app.synth()'],
      ] as const) {
        const setUp = `const cdk8s = require('cdk8s');\nconst portcullis = require(${JSON.stringify(compiled)});\n`;
        const program = `const app = new cdk8s.App();\n(${build})(app, portcullis, cdk8s);\n${synthesis};\n`;
        writeFileSync(join(home, name), setUp + program);
      }
      mkdirSync(join(home, 'cwd'));
      // Compiling takes seconds, and longer where other tests run beside it.
    }, 120_000);

    async function cdk8sSynth(program: string, ...options: string[]): Promise<string> {
      const cli = resolve(__dirname, '../../../node_modules/.bin/cdk8s');
      const child = spawn(
        process.execPath,
        [cli, 'synth', '--no-check-upgrade', '--app', `node ../${program}`, ...options],
        {
          cwd: join(home, 'cwd'),
          // The CLI looks for plugins and notes upgrades at home.
          env: { ...process.env, HOME: home, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` },
        },
      );
      let [output, errors] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (data: string) => {
        output += data;
      });
      child.stderr.setEncoding('utf8').on('data', (data: string) => {
        errors += data;
      });
      const [code] = await once(child, 'close');
      expect([code, errors]).toEqual([0, '']);
      return output;
    }

    test.concurrent('into a folder, with what synthesize(app) wrote', async () => {
      const folder = join(home, 'ours');
      const output = await cdk8sSynth('ours.js', '--output', folder);
      expect(asSet(objectsIn(folder))).toEqual(expected);
      const files = Object.keys(filesIn(folder));
      expect(files.filter((file) => /kustomization|kyverno-test/.test(file))).toEqual([]);
      expect(files).toContain('index.json');
      const listed = output
        .split('\n')
        .flatMap((line) => (line.startsWith('  - ') ? [line.slice(`  - ${folder}/`.length)] : []));
      expect(listed.sort()).toEqual(files.filter((file) => file.endsWith('.yaml')));
    });

    test.concurrent('on the standard output, with what synthesize(app) wrote', async () => {
      expect(asSet(parseObjects(await cdk8sSynth('ours.js', '--stdout')))).toEqual(expected);
    });

    test.concurrent('into a folder, with what app.synth() wrote', async () => {
      const folder = join(home, 'plain');
      await cdk8sSynth('plain.js', '--output', folder);
      expect(asSet(objectsIn(folder))).toEqual(expected);
    });
  });
});
