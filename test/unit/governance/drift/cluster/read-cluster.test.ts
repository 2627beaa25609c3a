import { describe, expect, test } from 'vitest';
import { manifestsOf } from '../../../../../lib/analysis/load/load';
import { formatFinding } from '../../../../../lib/finding';
import type { ApiClient } from '../../../../../lib/governance/drift/cluster/api-client';
import { type ReadClusterOptions, readCluster } from '../../../../../lib/governance/drift/cluster/read-cluster';
import { findDrift } from '../../../../../lib/governance/drift/find-drift';
import type { KubeObject } from '../../../../../lib/kube/object';
import { CILIUM_POLICY, NAMESPACE, NETWORK_POLICY } from '../objects';
import { type Answers, fakeApiServer } from './fake-api-server';

const RENDERED = [NAMESPACE, NETWORK_POLICY];
const named = (name: string, namespace = 'ws-a') => ({ ...NETWORK_POLICY, metadata: { name, namespace } });
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/ws-a/networkpolicies';

/** The library behind `connect` takes seconds to load; its own test covers it. */
function clientOf(url: string): ApiClient {
  return {
    name: 'test',
    get: async (path) => {
      const response = await fetch(`${url}${path}`);
      const after = response.headers.get('retry-after');
      const text = await response.text();
      const body = text.startsWith('{') ? JSON.parse(text) : undefined;
      return { status: response.status, body, ...(after === null ? {} : { retryAfter: Number(after) }) };
    },
  };
}

async function drift(
  rendered: readonly object[],
  live: readonly object[],
  { answers, ...options }: ReadClusterOptions & { readonly answers?: Answers } = {},
) {
  const server = await fakeApiServer(live as readonly KubeObject[], answers === undefined ? {} : { answers });
  const manifests = manifestsOf(rendered);
  const report = findDrift(manifests, await readCluster(manifests, clientOf(server.url), options));
  return {
    drifts: report.drifts.map(({ kind, object }) => `${kind} ${object.kind} ${object.metadata.name}`),
    findings: report.findings.map(formatFinding),
    compared: report.compared,
    server,
  };
}

describe('a cluster', () => {
  test('that is as it was rendered', async () => {
    const { drifts, findings, compared, server } = await drift(RENDERED, RENDERED);
    expect({ drifts, findings, compared }).toEqual({ drifts: [], findings: [], compared: 2 });
    expect(server.requests.every((request) => request.startsWith('GET '))).toBe(true);
  });

  test('where something is missing, changed and added', async () => {
    const opened = { ...NETWORK_POLICY, spec: { ...NETWORK_POLICY.spec, egress: [{}] } };
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'agent', namespace: 'ws-a' } };
    const { drifts } = await drift([...RENDERED, account], [NAMESPACE, opened, named('backdoor')]);
    expect(drifts).toEqual([
      'unmanaged NetworkPolicy backdoor',
      'changed NetworkPolicy agent',
      'missing ServiceAccount agent',
    ]);
  });

  test('with more objects than a page has', async () => {
    const many = Array.from({ length: 1201 }, (_, number) => named(`policy-${number}`));
    const { drifts, server } = await drift([NAMESPACE, ...many], [NAMESPACE, ...many, named('backdoor')]);
    expect(drifts).toEqual(['unmanaged NetworkPolicy backdoor']);
    const lists = server.requests.filter((request) => request.includes(POLICIES));
    expect(lists.map((request) => request.replace(POLICIES, ''))).toEqual([
      'GET ?limit=500',
      'GET ?limit=500&continue=500',
      'GET ?limit=500&continue=1000',
    ]);
  });

  test('that forgets a list while it is read is asked once more, as a whole', async () => {
    const many = Array.from({ length: 501 }, (_, number) => named(`policy-${number}`));
    const answers = { [`${POLICIES}?limit=500&continue=500`]: { status: 410, body: { reason: 'Expired' } } };
    const { drifts, findings } = await drift([NAMESPACE, ...many], [NAMESPACE, ...many], { answers });
    expect({ drifts, findings }).toEqual({ drifts: [], findings: [] });
  });

  test('that is busy is asked again when it says so', async () => {
    const busy = { status: 429, headers: { 'retry-after': '0' } };
    const list = { status: 200, body: { items: [{ metadata: NETWORK_POLICY.metadata, spec: NETWORK_POLICY.spec }] } };
    const answers = { [POLICIES]: (attempt: number) => (attempt < 3 ? busy : list) };
    expect(await drift(RENDERED, RENDERED, { answers })).toMatchObject({ drifts: [], findings: [] });
  });

  test('is only asked about managed namespaces, whoever may see more', async () => {
    const live = [...RENDERED, named('other', 'elsewhere')];
    const narrow = await drift(RENDERED, live);
    expect(narrow.drifts).toEqual([]);
    expect(narrow.server.requests.filter((request) => request.includes('/pods'))).toEqual([
      'GET /api/v1/namespaces/ws-a/pods?limit=500',
    ]);
    const wide = await drift(RENDERED, live, { clusterWide: true });
    expect(wide.drifts).toEqual([]);
    expect(wide.server.requests.filter((request) => request.includes('/pods'))).toEqual(['GET /api/v1/pods?limit=500']);
  });

  test('without a kind has none of its objects', async () => {
    const { drifts, findings } = await drift([...RENDERED, CILIUM_POLICY], RENDERED);
    expect({ drifts, findings }).toEqual({ drifts: ['missing CiliumNetworkPolicy agent'], findings: [] });
  });

  test('without the rendered version of a kind cannot be compared', async () => {
    const old = { ...NETWORK_POLICY, apiVersion: 'networking.k8s.io/v1beta1' };
    const { drifts, findings } = await drift([NAMESPACE, old], [NAMESPACE]);
    expect(drifts).toEqual([]);
    expect(findings.join()).toMatch(
      /networking\.k8s\.io\/v1beta1 was rendered, and the cluster serves v1.*\(drift-version\)/,
    );
  });
});

describe('what cannot be read is a finding and no drift', () => {
  const forbidden = { status: 403, body: { message: 'User "drift" cannot list resource "networkpolicies"' } };

  test.each<[string, Answers, RegExp]>([
    [
      'a kind in a namespace',
      { [POLICIES]: forbidden },
      /may not be read: User "drift" cannot .*a Role in ws-a: \{apiGroups: \["networking\.k8s\.io"\], resources: \["networkpolicies"\], verbs: \["list"\]\} \(drift-forbidden\)/,
    ],
    [
      'discovery',
      { '/apis/networking.k8s.io': forbidden },
      /bind the ClusterRole system:discovery .*\(drift-forbidden\)/,
    ],
    ['a version', { '/apis/networking.k8s.io/v1': { status: 500 } }, /answered with status 500.*\(drift-unanswered\)/],
    ['a list', { [POLICIES]: { status: 500 } }, /answered with status 500.*\(drift-unanswered\)/],
    [
      'the page of a proxy',
      { [POLICIES]: { status: 200, body: '<html>' } },
      /answered with what is no JSON.*\(drift-unanswered\)/,
    ],
    ['no objects', { [POLICIES]: { status: 200, body: { items: [null] } } }, /status 200.*\(drift-unanswered\)/],
    [
      'a page that leads to itself',
      { [POLICIES]: { status: 200, body: { metadata: { continue: 'again' }, items: [] } } },
      /answered with status 200.*\(drift-unanswered\)/,
    ],
    [
      'pages that lead to each other',
      {
        [POLICIES]: { status: 200, body: { metadata: { continue: 'a' }, items: [] } },
        [`${POLICIES}?limit=500&continue=a`]: { status: 200, body: { metadata: { continue: 'b' }, items: [] } },
        [`${POLICIES}?limit=500&continue=b`]: { status: 200, body: { metadata: { continue: 'a' }, items: [] } },
      },
      /answered with status 200.*\(drift-unanswered\)/,
    ],
    ['no list', { [POLICIES]: { status: 200, body: {} } }, /answered with status 200.*\(drift-unanswered\)/],
  ])('%s', async (_, answers, finding) => {
    const { drifts, findings, compared } = await drift(RENDERED, [NAMESPACE], { answers });
    expect(drifts).toEqual([]);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatch(finding);
    expect(compared).toBe(1);
  });

  test('of a kind in all of the cluster, a rule for a ClusterRole is proposed', async () => {
    const path = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
    const { findings } = await drift(RENDERED, RENDERED, { answers: { [path]: forbidden } });
    expect(findings.join()).toContain('allow it in a ClusterRole: {apiGroups: ["rbac.authorization.k8s.io"]');
  });
});
