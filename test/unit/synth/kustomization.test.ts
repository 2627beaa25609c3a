import { Construct } from 'constructs';
import { describe, expect, test } from 'vitest';
import { Kustomization, kustomizationFiles } from '../../../lib/synth/kustomization';
import { appWithChart } from './support';

const HEADER = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };
const files = (...names: string[]) => names.map((file) => ({ file, objects: [] }));

describe('kustomizations', () => {
  test('the root lists every file in the order in which they apply', () => {
    expect(kustomizationFiles(files('z.yaml', 'a/b.yaml'), [])).toEqual([
      {
        file: 'kustomization.yaml',
        object: { ...HEADER, sortOptions: { order: 'fifo' }, resources: ['z.yaml', 'a/b.yaml'] },
      },
    ]);
  });

  test('a folder with its own is listed instead of its files', () => {
    const folder = new Kustomization(appWithChart().chart, 'k', { folder: 'x', fields: { namePrefix: 'p-' } });
    const found = kustomizationFiles(files('a.yaml', 'x/1.yaml', 'xy/c.yaml', 'x/2.yaml'), [folder]);
    expect(found.map(({ file, object }) => [file, object.resources])).toEqual([
      ['kustomization.yaml', ['a.yaml', 'x', 'xy/c.yaml']],
      ['x/kustomization.yaml', ['1.yaml', '2.yaml']],
    ]);
    expect(found[1]?.object).toMatchObject({ ...HEADER, namePrefix: 'p-' });
  });

  test('of nothing there is none', () => {
    expect(kustomizationFiles([], [])).toEqual([]);
  });

  test('are told from other constructs', () => {
    const { chart } = appWithChart();
    expect(Kustomization.isKustomization(new Kustomization(chart, 'k', { folder: 'x' }))).toBe(true);
    expect(Kustomization.isKustomization(new Construct(chart, 'other'))).toBe(false);
  });
});
