import { ApiObject, App, Chart, type IResolver, JsonPatch, type ResolutionContext } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { ManifestRenderer } from '../../../lib/synth/manifest-renderer';
import { appWithChart, manifest, parseObjects } from './support';

/** A ConfigMap that is `size` bytes long as JSON. */
function objectOf(size: number, letter: string) {
  const { app, chart } = appWithChart();
  let text = '';
  const object = manifest(chart, 'large', { render: () => ({ spec: { text } }) });
  const rest = size - Buffer.byteLength(JSON.stringify(object.manifest()));
  text = letter.repeat(rest / Buffer.byteLength(JSON.stringify(letter).slice(1, -1)));
  return { app, object };
}

describe('the renderer', () => {
  test('says what an object is and how it reads', () => {
    const { app, chart } = appWithChart();
    const renderer = new ManifestRenderer(app);
    const object = manifest(chart, 'x', { namespace: 'ns', render: () => ({ spec: { a: 1 } }) });
    expect(renderer.render(object)).toEqual({
      key: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'ns', name: 'x' },
      labels: undefined,
      texts: ['apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n  namespace: ns\n', 'spec:\n  a: 1\n'],
    });
    expect(renderer.findings).toEqual([]);
  });

  test('says what an object is after patches', () => {
    const { app, chart } = appWithChart();
    const object = manifest(chart, 'x');
    object.addJsonPatch(JsonPatch.replace('/metadata/name', 'patched'));
    expect(new ManifestRenderer(app).render(object)?.key.name).toBe('patched');
  });

  test("asks the app's own resolvers about every value", () => {
    const resolver: IResolver = {
      resolve: (context: ResolutionContext) => {
        if (context.value === 'secret') context.replaceValue('replaced');
      },
    };
    const app = new App({ resolvers: [resolver] });
    const object = manifest(new Chart(app, 'chart'), 'x', { render: () => ({ spec: { a: ['secret'] } }) });
    expect(parseObjects(new ManifestRenderer(app).render(object)?.texts.join('') ?? '')).toMatchObject([
      { spec: { a: ['replaced'] } },
    ]);
  });

  test('refuses labels that Kubernetes refuses, whoever made the object', () => {
    const { app, chart } = appWithChart();
    const renderer = new ManifestRenderer(app);
    const late = manifest(chart, 'late');
    late.metadata.addLabel('app', 'b ad');
    const foreign = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { labels: { 'b ad': 'x' } } };
    const bad = [manifest(chart, 'own', { labels: { app: 'b ad' } }), late, new ApiObject(chart, 'foreign', foreign)];
    expect(bad.map((object) => renderer.render(object))).toEqual(bad.map(() => undefined));
    expect(renderer.findings.map(({ where, message }) => [where, message])).toEqual([
      [{ construct: 'chart/own' }, "value of label 'app' 'b ad' is refused by Kubernetes"],
      [{ construct: 'chart/late' }, "value of label 'app' 'b ad' is refused by Kubernetes"],
      [{ construct: 'chart/foreign' }, "label key 'b ad' is refused by Kubernetes"],
    ]);
  });

  test('collects what cannot be rendered, with the construct', () => {
    const { app, chart } = appWithChart();
    const renderer = new ManifestRenderer(app);
    const bad = [
      manifest(chart, 'number', { render: () => ({ spec: { a: [Number.NaN] } }) }),
      manifest(chart, 'annotation', { render: () => ({ annotations: { a: '1' } }) }),
      new ApiObject(chart, 'text', { apiVersion: 'v1', kind: 'ConfigMap', data: { a: '\ud83d' } }),
      new ApiObject(chart, 'date', { apiVersion: 'v1', kind: 'ConfigMap', data: { a: new Date(0) } }),
    ];
    expect(bad.map((object) => renderer.render(object))).toEqual(bad.map(() => undefined));
    expect(renderer.findings.map(({ where, message }) => [where, message])).toEqual([
      [{ construct: 'chart/number' }, '$.spec.a[0] is NaN, which a manifest has no form for'],
      [{ construct: 'chart/annotation' }, "annotation 'a' is rendered but not declared"],
      [{ construct: 'chart/text' }, '$.data.a is text that is not valid Unicode, which a manifest has no form for'],
      [{ construct: 'chart/date' }, "the object cannot be rendered: can't render non-simple object of type 'Date'"],
    ]);
  });

  test('does not take a mistake of its own for one of the program', () => {
    const { app, chart } = appWithChart();
    const render = () => {
      throw new TypeError('not a function');
    };
    expect(() => new ManifestRenderer(app).render(manifest(chart, 'x', { render }))).toThrow(TypeError);
  });
});

describe('the size that etcd stores', () => {
  const LIMIT = 1_572_864;

  // As YAML, lines of a literal block take more than their JSON; a line break and a tab take less.
  test.each(['a', 'é', '漢', '"', 'a\n', '\na', '\t'])('is measured in bytes of JSON (%j)', (letter) => {
    const fitting = objectOf(LIMIT, letter);
    const renderer = new ManifestRenderer(fitting.app);
    expect(renderer.render(fitting.object)).toBeDefined();
    expect(renderer.findings).toEqual([]);

    const large = objectOf(LIMIT + 100, letter);
    const strict = new ManifestRenderer(large.app);
    strict.render(large.object);
    expect(strict.findings).toMatchObject([
      {
        rule: 'object-too-large',
        where: { construct: 'chart/large' },
        message: expect.stringMatching(/^ConfigMap default\/large has \d+ bytes, and etcd stores 1572864 at most$/),
      },
    ]);
  });
});
