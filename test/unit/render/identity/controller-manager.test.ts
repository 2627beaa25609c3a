import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identity } from '../../../../lib/model/identity/identity';
import { clusterSpiffeIds, clusterStaticEntries, goDuration } from '../../../../lib/render/identity/controller-manager';
import { AGENT, agentOf, CONTROL_PLANE, NODES } from '../../model/identity/identities';
import { expectProblem, problemOf } from '../../model/refusal';

const LABELS = { 'app.kubernetes.io/managed-by': 'portcullis' };
const EVERYTHING = {
  x509SvidTtl: 3600,
  jwtSvidTtl: 90,
  hint: 'internal',
  dnsNames: ['agent.portarium-agents.svc'],
  federatesWith: ['partner.example'],
};

describe('ClusterSPIFFEID', () => {
  test('says who, where and how long', () => {
    expect(
      clusterSpiffeIds([identity({ ...AGENT, ...EVERYTHING })], { labels: LABELS, className: 'portarium' }),
    ).toEqual([
      {
        apiVersion: 'spire.spiffe.io/v1alpha1',
        kind: 'ClusterSPIFFEID',
        metadata: { name: expect.stringMatching(/^agent-ws-production-[0-9a-f]{16}$/), labels: LABELS },
        spec: {
          spiffeIDTemplate: 'spiffe://portarium.dev/agent/ws-production',
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'portarium-agents' } },
          podSelector: { matchLabels: { 'portarium.dev/workspace': 'ws-production' } },
          workloadSelectorTemplates: ['k8s:ns:portarium-agents', 'k8s:sa:portarium-agent'],
          ttl: '1h0m0s',
          jwtTtl: '1m30s',
          dnsNameTemplates: ['agent.portarium-agents.svc'],
          federatesWith: ['partner.example'],
          hint: 'internal',
          className: 'portarium',
        },
      },
    ]);
  });

  test('says no more than was said', () => {
    const [object] = clusterSpiffeIds([identity(AGENT)]);
    expect(object?.metadata).toEqual({ name: expect.any(String) });
    expect(Object.keys(object?.spec as object)).toEqual([
      'spiffeIDTemplate',
      'namespaceSelector',
      'podSelector',
      'workloadSelectorTemplates',
    ]);
  });

  test('holds no template, whatever the identity holds', () => {
    const objects = clusterSpiffeIds([identity({ ...AGENT, ...EVERYTHING, title: '{{.PodMeta.Name}}' })]);
    expect(JSON.stringify(objects)).not.toContain('{{');
  });
});

describe('ClusterStaticEntry', () => {
  test('says what a person would register', () => {
    expect(clusterStaticEntries([identity({ ...CONTROL_PLANE, ...EVERYTHING })], NODES, { className: 'c' })).toEqual([
      {
        apiVersion: 'spire.spiffe.io/v1alpha1',
        kind: 'ClusterStaticEntry',
        metadata: { name: expect.stringMatching(/^control-plane-[0-9a-f]{16}$/) },
        spec: {
          spiffeID: 'spiffe://portarium.dev/control-plane',
          parentID: 'spiffe://portarium.dev/spire-agent',
          selectors: [
            'k8s:ns:portarium-system',
            'k8s:sa:portarium-control-plane',
            'k8s:pod-label:app:portarium-control-plane',
          ],
          federatesWith: ['partner.example'],
          x509SVIDTTL: '1h0m0s',
          jwtSVIDTTL: '1m30s',
          dnsNames: ['agent.portarium-agents.svc'],
          hint: 'internal',
          className: 'c',
        },
      },
      {
        apiVersion: 'spire.spiffe.io/v1alpha1',
        kind: 'ClusterStaticEntry',
        metadata: { name: expect.stringMatching(/^spire-agent-[0-9a-f]{16}$/) },
        spec: {
          spiffeID: 'spiffe://portarium.dev/spire-agent',
          parentID: 'spiffe://portarium.dev/spire/server',
          selectors: ['k8s_psat:cluster:production', 'k8s_psat:agent_ns:spire-system', 'k8s_psat:agent_sa:spire-agent'],
          className: 'c',
        },
      },
    ]);
  });

  test('has the parent that the identity names', () => {
    const parentId = 'spiffe://portarium.dev/spire/agent/k8s_psat/production/3f2b';
    const objects = clusterStaticEntries([identity({ ...AGENT, parentId })], undefined, { labels: LABELS });
    expect(objects).toHaveLength(1);
    expect(objects[0]?.spec).toMatchObject({ parentID: parentId });
    expect(objects[0]?.metadata.labels).toEqual(LABELS);
  });

  test('needs a parent', () => {
    expectProblem(
      problemOf(() => clusterStaticEntries([identity(AGENT)])),
      /no parent/,
      /node alias/,
    );
  });
});

test('names tell every identity apart', () => {
  const identities = [agentOf('ws-a'), agentOf('ws-a', { owner: 'ws-b' }), agentOf('ws-b'), identity(CONTROL_PLANE)];
  for (const objects of [clusterSpiffeIds(identities), clusterStaticEntries(identities, NODES).slice(1)]) {
    expect(new Set(objects.map(({ metadata }) => metadata.name)).size).toBe(4);
  }
});

test('the order of the program changes nothing', () => {
  const list = ['ws-a', 'ws-b', 'ws-c', 'ws-d'];
  fc.assert(
    fc.property(fc.shuffledSubarray(list, { minLength: list.length }), (shuffled) => {
      const [one, other] = [list, shuffled].map((ids) => ids.map((id) => agentOf(id)));
      expect(clusterSpiffeIds(other ?? [])).toEqual(clusterSpiffeIds(one ?? []));
      expect(clusterStaticEntries(other ?? [], NODES)).toEqual(clusterStaticEntries(one ?? [], NODES));
    }),
  );
});

describe('durations', () => {
  test.each([
    [1, '1s'],
    [59, '59s'],
    [60, '1m0s'],
    [3599, '59m59s'],
    [3600, '1h0m0s'],
    [3661, '1h1m1s'],
    [2 ** 31 - 1, '596523h14m7s'],
  ])('%d seconds are %s', (seconds, text) => expect(goDuration(seconds)).toBe(text));

  test('come back as the seconds that they were', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (seconds) => {
        const text = goDuration(seconds);
        const units = { h: 3600, m: 60, s: 1 };
        const parts = [...text.matchAll(/(\d+)([hms])/g)];
        expect(parts.map(([part]) => part).join('')).toBe(text);
        expect(parts.reduce((sum, [, count, unit]) => sum + Number(count) * units[unit as 'h' | 'm' | 's'], 0)).toBe(
          seconds,
        );
      }),
    );
  });
});
