import { expect, test } from 'vitest';
import { parsePeer } from '../../../../lib/analysis/answer/peer';
import { resolve } from '../../../../lib/analysis/answer/resolve';
import { cluster } from './cluster';

const CILIUM = { dialect: { kind: 'cilium', version: '1.19' } } as const;
const PODS = { 'shop/cart': {}, 'shop/pay': { kind: 'StatefulSet' }, 'ops/tool': {} };

test.each([
  ['shop/cart', 1],
  ['shop/', 2],
  ['shop/pay[StatefulSet]', 1],
])('%s is %i workloads', (text, workloads) => {
  expect(resolve(cluster(PODS), parsePeer(text)).workloads?.size).toBe(workloads);
});

test.each([
  ['shop/crat', /there is no workload 'crat' in namespace 'shop'; did you mean 'cart'\?/],
  ['shop/database', /there is no workload 'database' in namespace 'shop'; there are cart, pay/],
  ['shp/cart', /no workload is in a namespace 'shp'; did you mean 'shop'\?/],
  ['shop/pay[Deployment]', /there is no Deployment called 'shop\/pay'; it is shop\/pay\[StatefulSet\]/],
  ['api.example.com', /plain Kubernetes tells no host names apart/],
  ['kube-apiserver', /plain Kubernetes knows no kube-apiserver; ask for its address/],
  ['host', /plain Kubernetes knows no host; no workload of the manifests is on the host network/],
])('%s is refused', (text, message) => {
  expect(() => resolve(cluster(PODS), parsePeer(text))).toThrow(message);
});

test('a name that the analysis was not told about is refused, rather than closed', () => {
  expect(() => resolve(cluster(PODS, '', CILIUM), parsePeer('api.example.com'))).toThrow(/was not told about/);
});

test('a namespace without workloads says what is missing', () => {
  const analysis = cluster(PODS);
  const manifests = { ...analysis.manifests, namespaces: [{ name: 'empty', labels: {} }] };
  expect(() => resolve({ ...analysis, manifests }, parsePeer('empty/'))).toThrow(/inventory\.json/);
});
