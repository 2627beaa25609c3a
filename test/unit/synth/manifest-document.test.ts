import { Construct } from 'constructs';
import { expect, test, vi } from 'vitest';
import { ManifestDocument } from '../../../lib/synth/manifest-document';
import { appWithChart } from './support';

test('a document is rendered when it is asked for, and not before', () => {
  const render = vi.fn(() => ['a', 'b']);
  const document = new ManifestDocument(appWithChart().chart, 'document', { file: 'x/a.md', render });
  expect(render).not.toHaveBeenCalled();
  expect([...document.render()]).toEqual(['a', 'b']);
  expect(document.file).toBe('x/a.md');
});

test('documents are told from other constructs', () => {
  const { chart } = appWithChart();
  const document = new ManifestDocument(chart, 'document', { file: 'a.md', render: () => [] });
  expect(ManifestDocument.isManifestDocument(document)).toBe(true);
  expect(ManifestDocument.isManifestDocument(new Construct(chart, 'other'))).toBe(false);
});
