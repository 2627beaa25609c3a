import { describe, expect, test } from 'vitest';
import { loadManifests } from '../../../../lib/analysis';
import { flow, pod, podLabels, remotePod } from '../flow/flows';
import { only, POLICIES, policies, replayed, shop, web } from './recording';

describe('whose pods they are', () => {
  test('pods carry what the manifests say, whatever they carried when they were recorded', async () => {
    const relabelled = pod('shop', 'web', { labels: podLabels('shop', { app: 'old' }) });
    expect(await only(flow(relabelled, pod('shop', 'api'), 8080))).toMatchObject({
      source: { label: 'shop/web' },
      outcome: 'forwarded',
    });
  });

  test.each([
    ['a Deployment', { workloads: [] }],
    ['another node', { ID: undefined, workloads: undefined, labels: undefined, identity: undefined }],
  ])('pods are told by their names: %s', async (_, more) => {
    const nameless = { ...web, ...more };
    expect(await only(flow(nameless, pod('shop', 'api'), 8080))).toMatchObject({
      source: { label: 'shop/web' },
      outcome: 'forwarded',
    });
  });

  test('pods that the manifests do not hold are judged by their labels, and named as unknown', async () => {
    const canary = pod('shop', 'web-canary', { labels: podLabels('shop', { app: 'web', track: 'canary' }) });
    expect(await only(flow(canary, pod('shop', 'api'), 8080))).toMatchObject({
      source: { label: 'shop/web-canary', isUnknown: true },
      target: { label: 'shop/api' },
      outcome: 'forwarded',
    });
    const stranger = pod('shop', 'stranger');
    expect(await only(flow(stranger, pod('shop', 'api'), 8080))).toMatchObject({
      source: { isUnknown: true },
      outcome: 'denied',
    });
  });

  test('manifests without workloads will do', async () => {
    const { groups } = await replayed(
      [flow(web, remotePod('shop', 'api'), 8080), flow(web, remotePod('shop', 'api'), 81)],
      { manifests: policies },
    );
    expect(groups.map(({ outcome, port }) => [outcome, port])).toEqual([
      ['denied', 81],
      ['forwarded', 8080],
    ]);
  });

  test('labels of namespaces come with the flows', async () => {
    const labels = [...podLabels('jobs', { app: 'job' }), 'k8s:io.cilium.k8s.namespace.labels.team=blue'];
    const teams = loadManifests(['-'], {
      stdin: () => `${POLICIES}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: team, namespace: shop }
spec:
  endpointSelector: { matchLabels: { app: api } }
  ingress:
    - fromEndpoints: [{ matchLabels: { io.cilium.k8s.namespace.labels.team: blue } }]
`,
    });
    expect(
      await only(flow(pod('jobs', 'job', { labels }), pod('shop', 'api'), 81), { manifests: teams }),
    ).toMatchObject({ outcome: 'forwarded' });
    expect(await only(flow(pod('jobs', 'job'), pod('shop', 'api'), 81), { manifests: teams })).toMatchObject({
      outcome: 'denied',
    });
  });

  test('a component of an inventory is told by its labels', async () => {
    const component = {
      ...shop,
      workloads: [
        {
          namespace: 'shop',
          name: 'frontend',
          kind: 'Component',
          labels: { app: 'web' },
          serviceAccount: 'default',
          hostNetwork: false,
          ports: [],
          addresses: [],
        },
      ],
    };
    const { source } = await only(flow(web, pod('shop', 'api'), 8080), { manifests: component });
    expect(source).toEqual({ label: 'shop/web' });
  });
});
