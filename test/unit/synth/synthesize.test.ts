import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart, Include, type IResolver, JsonPatch, type ResolutionContext } from 'cdk8s';
import { Deployment, Ingress, ServiceAccount } from 'cdk8s-plus-28';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { Kustomization } from '../../../lib/synth/kustomization';
import { ManifestDocument } from '../../../lib/synth/manifest-document';
import { synthesize } from '../../../lib/synth/synthesize';
import { apiObject, emptyProgram, filesIn, findingsOf, identityOf, manifest, objectsIn, parseObjects } from './support';

let parent: string;
let out: string;
let app: App;
let chart: Chart;

beforeEach(() => {
  vi.stubEnv('CDK8S_OUTDIR', undefined);
  ({ parent, out, app, chart } = emptyProgram());
});

afterEach(() => vi.unstubAllEnvs());

/** A second version of the program. */
function again(build: (chart: Chart) => void, props: ConstructorParameters<typeof App>[0] = {}): App {
  const next = new App({ outdir: out, ...props });
  build(new Chart(next, 'chart'));
  return next;
}

describe('the output', () => {
  beforeEach(() => {
    manifest(chart, 'config', { file: 'x/config.yaml', namespace: 'team', render: () => ({ spec: { a: 'yes' } }) });
    manifest(chart, 'other', { file: 'x/config.yaml', namespace: 'team' });
    manifest(chart, 'team', { kind: 'Namespace', file: 'namespaces.yaml' });
    apiObject(chart, 'theirs');
    new ManifestDocument(chart, 'document', { file: 'EGRESS.md', render: () => ['# Egress\n'] });
  });

  test('is what the program says, in the order in which it applies', () => {
    expect(synthesize(app)).toEqual({ outdir: out, objects: 4, findings: [], written: 6, unchanged: 0, removed: 0 });
    const { 'index.json': index, ...files } = filesIn(out);
    expect(files).toEqual({
      'EGRESS.md': '# Egress\n',
      'chart.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: theirs\n',
      'kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nsortOptions:\n  order: fifo\n' +
        'resources:\n  - namespaces.yaml\n  - x/config.yaml\n  - chart.yaml\n',
      'namespaces.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: team\n',
      'x/config.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config\n  namespace: team\nspec:\n  a: "yes"\n' +
        '---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other\n  namespace: team\n',
    });
    expect(JSON.parse(index as string).files.map(({ file }: { file: string }) => file)).toEqual([
      ...['namespaces.yaml', 'x/config.yaml', 'chart.yaml', 'kustomization.yaml', 'EGRESS.md'],
    ]);
  });

  test('is listed with checksums and objects', () => {
    synthesize(app);
    const { files } = JSON.parse(readFileSync(join(out, 'index.json'), 'utf8'));
    for (const { file, sha256 } of files) {
      expect([file, sha256]).toEqual([
        file,
        createHash('sha256')
          .update(readFileSync(join(out, file)))
          .digest('hex'),
      ]);
    }
    const config = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'team' };
    expect(files[1].objects).toEqual([
      { ...config, name: 'config', construct: 'chart/config' },
      { ...config, name: 'other', construct: 'chart/other' },
    ]);
    expect(files[4].objects).toEqual([]);
  });

  test('is not touched by the same program', () => {
    synthesize(app);
    const paths = Object.keys(filesIn(out)).map((file) => join(out, file));
    const before = paths.map(identityOf);
    expect(synthesize(app)).toMatchObject({ written: 0, unchanged: 6, removed: 0 });
    expect(paths.map(identityOf)).toEqual(before);
    expect(readdirSync(parent)).toEqual(['out']);
  });

  test('goes where the caller says', () => {
    expect(synthesize(app, { outdir: join(parent, 'elsewhere') }).outdir).toBe(join(parent, 'elsewhere'));
    expect(readdirSync(parent)).toEqual(['elsewhere']);
  });

  test('grows with progress', () => {
    const calls: (readonly number[])[] = [];
    synthesize(app, { onProgress: (done, total) => calls.push([done, total]) });
    expect(calls).toEqual([
      [1, 4],
      [3, 4],
      [4, 4],
    ]);
  });

  test('has a kustomization for each folder that wants one, and none where they are not wanted', () => {
    new Kustomization(chart, 'k', { folder: 'x' });
    synthesize(app);
    expect(parse(filesIn(out)['kustomization.yaml'] as string).resources).toEqual([
      'namespaces.yaml',
      'x',
      'chart.yaml',
    ]);
    expect(parse(filesIn(out)['x/kustomization.yaml'] as string).resources).toEqual(['config.yaml']);
    synthesize(app, { kustomization: false });
    expect(Object.keys(filesIn(out)).filter((file) => file.includes('kustomization'))).toEqual([]);
  });

  test('under cdk8s has no kustomization, and files that can be joined as they are', () => {
    vi.stubEnv('CDK8S_OUTDIR', out);
    synthesize(app);
    const manifests = Object.entries(filesIn(out)).filter(([file]) => file.endsWith('.yaml'));
    expect(manifests.map(([file]) => file)).toEqual(['chart.yaml', 'namespaces.yaml', 'x/config.yaml']);
    const joined = parseObjects(manifests.map(([, text]) => text).join(''));
    expect(joined.map((object) => (object as { kind: string }).kind)).toEqual([
      ...['ConfigMap', 'Namespace', 'ConfigMap', 'ConfigMap'],
    ]);
  });
});

describe('what happens to an object after it was made', () => {
  const build = (scope: Chart) => manifest(scope, 'x', { render: () => ({ spec: { a: 1, text: 'secret' } }) });

  test.each<[string, (object: ReturnType<typeof build>) => void, unknown]>([
    ['a label', ({ metadata }) => metadata.addLabel('added', 'yes'), { metadata: { labels: { added: 'yes' } } }],
    [
      'an annotation',
      ({ metadata }) => metadata.addAnnotation('added', 'yes'),
      { metadata: { annotations: { added: 'yes' } } },
    ],
    ['a patch', (object) => object.addJsonPatch(JsonPatch.replace('/spec/a', 2)), { spec: { a: 2 } }],
  ])('shows: %s', (_, change, expected) => {
    synthesize(again((scope) => change(build(scope))));
    expect(objectsIn(out)).toMatchObject([expected]);
  });

  test('shows: a resolver of the app', () => {
    const resolver: IResolver = {
      resolve: (context: ResolutionContext) => {
        if (context.value === 'secret') context.replaceValue('replaced');
      },
    };
    synthesize(again(build, { resolvers: [resolver] }));
    expect(objectsIn(out)).toMatchObject([{ spec: { text: 'replaced' } }]);
  });
});

describe('objects of other libraries', () => {
  test('of cdk8s-plus', () => {
    const deployment = new Deployment(chart, 'deployment', { metadata: { namespace: 'team' } });
    deployment.addContainer({ image: 'example.com/image:1' });
    new ServiceAccount(chart, 'account').metadata.addLabel('a', 'b');
    synthesize(app);
    expect(objectsIn(out)).toEqual(chart.toJson());
    expect(filesIn(out)['chart.yaml']).toMatch(/^apiVersion: apps\/v1\nkind: Deployment\nmetadata:\n {2}name: /);
  });

  test('that cannot be rendered are findings', () => {
    new Deployment(chart, 'deployment');
    new Ingress(chart, 'ingress');
    expect(findingsOf(() => synthesize(app))).toMatchObject([{ where: { construct: 'chart/ingress' } }]);
    chart.node.tryRemoveChild('ingress');
    expect(findingsOf(() => synthesize(app))).toMatchObject([
      { where: { construct: 'chart/deployment/Resource' }, message: expect.stringContaining('at least 1 container') },
    ]);
    expect(readdirSync(parent)).toEqual([]);
  });

  test('of included manifests', () => {
    const file = join(parent, 'included.yaml');
    const objects = [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'a', namespace: 'team' },
        spec: { ports: [{ port: 80 }] },
      },
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } },
    ];
    writeFileSync(file, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
    new Include(chart, 'included', { url: file });
    synthesize(app);
    expect(objectsIn(out)).toEqual(objects.reverse());
  });
});

test('an empty program has an empty output', () => {
  const empty = new App({ outdir: out });
  expect(synthesize(empty)).toMatchObject({ objects: 0, written: 1 });
  expect(Object.keys(filesIn(out))).toEqual(['index.json']);
});

test('a text comes out in pieces, however long it is', () => {
  let longest = 0;
  const line = 'x'.repeat(1023);
  new ManifestDocument(chart, 'long', {
    file: 'long.md',
    render: function* () {
      for (let index = 0; index < 20_000; index++) {
        // What is held of the text grows with the text if pieces are joined.
        if (index % 2_000 === 0) longest = Math.max(longest, index - written() / 1024);
        yield `${line}\n`;
      }
    },
  });
  const written = () => {
    const [hidden] = readdirSync(parent);
    return hidden === undefined ? 0 : readFileSync(join(parent, hidden, 'long.md')).length;
  };
  synthesize(app);
  expect(longest).toBeLessThan(1_000);
  expect(readFileSync(join(out, 'long.md')).length).toBe(20_000 * 1024);
});
