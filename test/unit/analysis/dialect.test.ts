import { expect, test } from 'vitest';
import { dialectFor, formatDialect, parseDialect } from '../../../lib/analysis/dialect';
import { ciliumPolicy, manifests, networkPolicy } from './answer/cluster';

test.each([
  ['kubernetes', 'kubernetes'],
  ['cilium', 'cilium 1.19'],
  ['cilium-1.18', 'cilium 1.18'],
  ['cilium 1.21', 'cilium 1.21'],
])('%s', (text, formatted) => {
  expect(formatDialect(parseDialect(text))).toBe(formatted);
});

test.each(['', 'calico', 'cilium-1.17', 'cilium-', 'Kubernetes', 'cilium-1.19.4'])('%j is none', (text) => {
  expect(() => parseDialect(text)).toThrow(/is no dialect/);
});

test('manifests decide where nobody says', () => {
  const plain = networkPolicy('shop/p', '{ podSelector: {} }');
  const cilium = ciliumPolicy('shop/q', '{ endpointSelector: {}, ingress: [{}] }');
  expect(formatDialect(dialectFor(manifests({}, plain)))).toBe('kubernetes');
  expect(formatDialect(dialectFor(manifests({}, plain + cilium)))).toBe('cilium 1.19');
  expect(formatDialect(dialectFor({ ...manifests({}, plain), dialect: 'cilium 1.20' }))).toBe('cilium 1.20');
});
