import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { kubernetes, Platform } from '../../../lib';
import type { Finding } from '../../../lib/finding';
import { addFindingSource } from '../../../lib/synth/finding-source';
import { ManifestDocument } from '../../../lib/synth/manifest-document';
import { plan, stage, synthesize } from '../../../lib/synth/synthesize';
import { appWithChart, emptyProgram, filesIn, findingsOf, manifest } from './support';

let parent: string;
let out: string;
let app: App;
let chart: Chart;

beforeEach(() => {
  vi.stubEnv('CDK8S_OUTDIR', undefined);
  ({ parent, out, app, chart } = emptyProgram());
});

afterEach(() => vi.unstubAllEnvs());

const document = (scope: Construct, file: string, text: string) =>
  new ManifestDocument(scope, `document ${file}`, { file, render: () => [text] });

describe('nothing is written', () => {
  let before: Record<string, string>;

  beforeEach(() => {
    const earlier = appWithChart(out);
    manifest(earlier.chart, 'earlier');
    synthesize(earlier.app);
    before = filesIn(out);
  });

  afterEach(() => {
    expect(filesIn(out)).toEqual(before);
    expect(readdirSync(parent)).toEqual(['out']);
  });

  const rules = (): string[] => findingsOf(() => synthesize(app)).map(({ rule }) => rule);

  test('while anything is wrong, and all of it is said', () => {
    manifest(chart, 'same', { name: 'same' });
    manifest(chart, 'same again', { name: 'same' });
    manifest(chart, 'bad', { name: 'Bad' });
    manifest(chart, 'escaped', { file: '../escaped.yaml' });
    const late = manifest(chart, 'late');
    late.addDependency(manifest(chart, 'early'));
    chart.node.findChild('early').node.addDependency(late);
    for (const id of ['one', 'two']) document(new Construct(chart, id), 'same.md', '');
    chart.node.addValidation({ validate: () => ['wrong'] });
    expect(rules()).toEqual([
      ...[
        'construct-validation',
        'dependency-cycle',
        'duplicate-object',
        'invalid-name',
        'unsafe-file',
        'duplicate-file',
      ],
    ]);
  });

  test('when an object is larger than etcd stores', () => {
    manifest(chart, 'small', { file: 'a.yaml' });
    manifest(chart, 'large', { file: 'b.yaml', render: () => ({ spec: { text: 'x'.repeat(1_600_000) } }) });
    expect(rules()).toEqual(['object-too-large']);
  });

  test('when an object has no form as YAML', () => {
    manifest(chart, 'a', { render: () => ({ spec: { f: () => 1 } }) });
    manifest(chart, 'b', { render: () => ({ spec: { f: Number.NaN } }) });
    expect(rules()).toEqual(['invalid-value', 'invalid-value']);
  });

  test.each<[string, (fail: () => never) => void]>([
    ['an object', (fail) => manifest(chart, 'broken', { file: 'z.yaml', render: fail })],
    ['a document', (fail) => new ManifestDocument(chart, 'broken', { file: 'z.md', render: fail })],
    [
      'a document half way',
      (fail) =>
        new ManifestDocument(chart, 'broken', {
          file: 'z.md',
          render: function* () {
            yield 'half';
            fail();
          },
        }),
    ],
  ])('when rendering %s fails', (_, add) => {
    for (let index = 0; index < 20; index++) manifest(chart, `object-${index}`, { file: `${index}.yaml` });
    add(() => {
      throw new Error('broken half way');
    });
    expect(() => synthesize(app)).toThrow('broken half way');
  });

  test('when the caller thinks better of it', () => {
    manifest(chart, 'a');
    stage(plan(app), app).discard();
  });
});

test('warnings do not keep anything from being written', () => {
  const warning: Finding = {
    rule: 'r',
    severity: 'warning',
    where: { construct: 'chart' },
    message: 'odd',
    fix: 'look',
  };
  addFindingSource(chart, () => [warning]);
  manifest(chart, 'a');
  expect(synthesize(app).findings).toEqual([warning]);
  expect(existsSync(join(out, 'all.yaml'))).toBe(true);
});

test('claims that nobody proves are warnings', () => {
  const platform = new Platform(app, 'platform', { dialect: kubernetes() });
  expect(synthesize(app).findings).toEqual([]);
  platform.invariant('agents stay in', () => []);
  platform.invariant('so do others', () => []);
  expect(plan(app).findings).toEqual([]);
  expect(synthesize(app).findings).toMatchObject([
    {
      rule: 'invariants-not-proved',
      severity: 'warning',
      where: { construct: 'platform' },
      message: "'agents stay in' and 1 more are claimed and not proved by rendering alone",
    },
  ]);
});
