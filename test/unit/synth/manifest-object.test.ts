import { ApiObject, App, Chart, type IResolver, JsonPatch, Lazy, type ResolutionContext, Size, Testing } from 'cdk8s';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { InvalidValueError } from '../../../lib/finding';
import { POLICY_VERSION, policyVersion } from '../../../lib/model/policy-version';
import { type ManifestContent, ManifestObject } from '../../../lib/synth/manifest-object';
import { emitDocument } from '../../../lib/synth/yaml';
import { apiObject, appWithChart, manifest, parseObjects } from './support';

/** What a reader of the manifest gets; undefined fields are no fields there. */
const read = (object: unknown) => parseObjects(emitDocument(object));

const key = fc.stringMatching(/^[a-zA-Z./-]{1,8}$/).filter((name) => name !== 'constructor');
const labels = fc.dictionary(key, fc.string({ maxLength: 5 }), { maxKeys: 4, noNullPrototype: true });
const VERSION = fc.constantFrom({}, { version: 'annotation' as const }, { version: 'label' as const });
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(null, undefined, '', 0, [], {}),
    fc.constant(0).map(() => Lazy.any({ produce: () => ({ late: [1, null] }) })),
    fc.constant(0).map(() => ({ resolve: () => 'resolved' })),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

describe('manifest() is toJson(), but for the order of keys', () => {
  test('whatever is rendered', () => {
    const content = fc.record({
      annotations: fc.option(labels, { nil: undefined }),
      spec: fc.option(fc.dictionary(key, value, { maxKeys: 5, noNullPrototype: true }), { nil: undefined }),
    });
    fc.assert(
      fc.property(content, labels, labels, fc.boolean(), VERSION, (rendered, own, ofChart, namespaced, version) => {
        const chart = new Chart(new App(), 'chart', { namespace: 'of-chart', labels: ofChart });
        const object = new ManifestObject(chart, 'object', {
          apiVersion: 'example.com/v1',
          kind: 'Anything',
          name: 'name',
          ...(namespaced ? { namespace: 'own' } : {}),
          labels: own,
          file: 'a.yaml',
          ...version,
          annotationKeys: ['never.given', ...Object.keys(rendered.annotations ?? {})],
          render: () => rendered as ManifestContent,
        });
        const untouched = read(object.manifest());
        expect(untouched).toEqual(read(object.toJson()));
        expect(read(object.manifest())).toEqual(untouched);
        expect(parseObjects(object.document().texts.join(''))).toEqual(untouched);
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, (object: ManifestObject) => void]>([
    ['nothing', () => {}],
    ['a label', ({ metadata }) => metadata.addLabel('added', 'yes')],
    ['an annotation', ({ metadata }) => metadata.addAnnotation('added', 'yes')],
    ['a finalizer', ({ metadata }) => metadata.addFinalizers('added')],
    ['an owner', ({ metadata }) => metadata.addOwnerReference({ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' })],
    ['any field of the metadata', ({ metadata }) => metadata.add('generateName', 'x-')],
    ['a patch', (object) => object.addJsonPatch(JsonPatch.add('/spec/added', [1]), JsonPatch.remove('/spec/b'))],
  ])('with %s added after it was made', (_, add) => {
    const { chart } = appWithChart();
    const render = () => ({ annotations: { a: '1' }, spec: { b: 1, a: 2 } });
    const object = manifest(chart, 'object', { labels: { l: '1' }, annotationKeys: ['a'], render });
    const before = read(object.manifest());
    add(object);
    expect(read(object.manifest())).toEqual(read(object.toJson()));
    if (add.length > 0) expect(read(object.manifest())).not.toEqual(before);
  });

  test('an object of the cluster stays one in a chart with a namespace', () => {
    const chart = new Chart(new App(), 'chart', { namespace: 'of-chart' });
    const object = manifest(chart, 'ns', { kind: 'Namespace' });
    expect(object.toJson()).toEqual({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ns' } });
    expect(Testing.synth(chart)).toEqual([object.manifest()]);
  });
});

describe('the order of keys', () => {
  test('is that of the rendered data, behind what identifies the object', () => {
    const { chart } = appWithChart();
    const render = () => ({ spec: { z: { y: 1, x: 2 }, a: 1 }, annotations: { a: '1', z: '2' } });
    const props = { labels: { z: '1', a: '2' }, annotationKeys: ['z', 'a'], namespace: 'ns', render };
    const expected =
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: object\n  namespace: ns\n' +
      '  labels:\n    z: "1"\n    a: "2"\n  annotations:\n    z: "2"\n    a: "1"\nspec:\n  z:\n    "y": 1\n    x: 2\n  a: 1\n';
    const object = manifest(chart, 'object', props);
    expect(emitDocument(object.manifest())).toBe(expected);
    // Whoever only looks changes nothing.
    expect(object.metadata.getLabel('z')).toBe('1');
    object.toJson();
    expect(emitDocument(object.manifest())).toBe(expected);
    object.metadata.addLabel('b', '3');
    expect(emitDocument(object.manifest())).toBe(expected.replace('a: "2"\n', 'a: "2"\n    b: "3"\n'));
  });

  test('of a patched object is in front as well', () => {
    const object = manifest(appWithChart().chart, 'object', { labels: { a: '1' }, annotationKeys: ['z'] });
    object.addJsonPatch(JsonPatch.add('/metadata/annotations', { z: '1' }));
    expect(Object.keys(object.manifest().metadata)).toEqual(['name', 'namespace', 'labels', 'annotations']);
  });
});

describe('rendering', () => {
  test('waits until synthesis asks', () => {
    const render = vi.fn(() => ({ spec: { a: 1 } }));
    const object = manifest(appWithChart().chart, 'object', { render });
    expect(render).not.toHaveBeenCalled();
    expect(object.manifest().spec).toEqual({ a: 1 });
    expect(render).toHaveBeenCalledTimes(1);
  });

  test('refuses an annotation that was not declared, in both syntheses', () => {
    const object = manifest(appWithChart().chart, 'object', {
      annotationKeys: ['known'],
      render: () => ({ annotations: { known: '1', unknown: '2' } }),
    });
    expect(() => object.manifest()).toThrow(InvalidValueError);
    expect(() => object.manifest()).toThrow("[chart/object] annotation 'unknown' is rendered but not declared");
    expect(() => object.toJson()).toThrow("annotation 'unknown' is rendered but not declared");
  });

  test('of what only cdk8s knows is left to cdk8s', () => {
    const render = () => ({
      spec: { late: Lazy.any({ produce: () => Size.gibibytes(1).toMebibytes() }), nothing: null },
    });
    const object = manifest(appWithChart().chart, 'object', { render });
    expect(object.manifest().spec).toEqual({ late: 1024 });
  });
});

test('manifest objects are API objects, and told from others', () => {
  const { chart } = appWithChart();
  const object = manifest(chart, 'ours', { file: 'x/a.yaml', namespace: 'n' });
  expect(ApiObject.isApiObject(object)).toBe(true);
  expect(ManifestObject.isManifestObject(object)).toBe(true);
  expect(ManifestObject.isManifestObject(apiObject(chart, 'theirs'))).toBe(false);
  expect([object.file, object.namespace, object.name]).toEqual(['x/a.yaml', 'n', 'ours']);
});

describe('the version of what an object says', () => {
  const SPEC = { b: 1, a: ['x'] };
  const versionOf = (object: ManifestObject) => object.manifest().metadata.annotations?.[POLICY_VERSION];
  const made = (props: Parameters<typeof manifest>[2]) => manifest(appWithChart().chart, 'object', props);

  test('is the digest of the lines that say it', () => {
    const object = made({ version: 'annotation', labels: { l: '1' }, render: () => ({ spec: SPEC }) });
    const text = object.document().texts.join('');
    const lines = text.slice(text.indexOf('\nspec:') + 1);
    expect(lines).toBe('spec:\n  b: 1\n  a:\n    - x\n');
    expect(versionOf(object)).toBe(policyVersion(lines));
    expect(object.manifest().metadata.labels).toEqual({ l: '1' });
  });

  test('is a label too where that is wanted', () => {
    const object = made({ version: 'label', render: () => ({ spec: SPEC }) });
    expect(object.manifest().metadata.labels).toEqual({ [POLICY_VERSION]: versionOf(object) });
  });

  test('stands on no object that did not ask for it', () => {
    expect(versionOf(made({ render: () => ({ spec: SPEC }) }))).toBeUndefined();
  });

  test('is another one for another content, and the same for the same, whatever the metadata', () => {
    const annotated = (note: string, spec: object) =>
      made({
        version: 'label',
        annotationKeys: ['note'],
        render: () => ({ annotations: { note }, spec: spec as ManifestContent['spec'] & object }),
      });
    const first = versionOf(annotated('first', SPEC));
    expect(versionOf(annotated('second', SPEC))).toBe(first);
    expect(versionOf(annotated('first', { ...SPEC, b: 2 }))).not.toBe(first);
  });

  test.each<[string, ManifestContent['spec'], (object: ManifestObject) => void]>([
    ['nothing special', SPEC, () => {}],
    ['no content', undefined, () => {}],
    ['a value that only cdk8s knows', { late: Lazy.any({ produce: () => [1, 2] }) }, () => {}],
    ['null', { gone: null, kept: 1 }, () => {}],
    ['a label of the user', SPEC, ({ metadata }) => metadata.addLabel('added', 'yes')],
    ['a patch', SPEC, (object) => object.addJsonPatch(JsonPatch.add('/spec/added', [1]))],
  ])('is the same in toJson() and in the text, with %s', (_, spec, change) => {
    const object = made({ version: 'label', render: () => (spec === undefined ? {} : { spec }) });
    change(object);
    const json = read(object.toJson());
    expect(read(object.manifest())).toEqual(json);
    expect(parseObjects(object.document().texts.join(''))).toEqual(json);
    expect(versionOf(object)).toMatch(/^[0-9a-f]{16}$/);
  });

  test('changes with a patch, and with what a resolver of the user makes of it', () => {
    const render = () => ({ spec: { late: 'before' } });
    const patched = made({ version: 'label', render });
    const before = versionOf(patched);
    patched.addJsonPatch(JsonPatch.replace('/spec/late', 'after'));
    expect(versionOf(patched)).not.toBe(before);
    const resolver = {
      resolve: (context: ResolutionContext) => context.value === 'before' && context.replaceValue('after'),
    };
    const resolved = manifest(new Chart(new App({ resolvers: [resolver as IResolver] }), 'chart'), 'object', {
      version: 'label',
      render,
    });
    expect(resolved.toJson().metadata.annotations).toEqual({ [POLICY_VERSION]: versionOf(patched) });
  });
});
