import { ApiObject, JsonPatch } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { EXAMPLE_POD } from '../../../lib/kube/workload-rule/rule';
import { Component } from '../../../lib/platform/component';
import { manifest, manifests, rules } from './build';
import { deployment, plain, shop } from './workloads';

describe('replicas', () => {
  test('get a disruption budget from the component that governs them', () => {
    const { app, owner, chart } = shop();
    const web = new Component(owner, 'web', { title: 'web', namespace: 'shop', selector: { app: 'web' } });
    const workload = deployment(chart, 'web', 2);
    web.governs(workload);
    expect(rules(app)).toEqual([]);
    expect(manifest(app, 'PodDisruptionBudget', workload.name, 'shop').spec).toEqual({
      maxUnavailable: 1,
      selector: { matchLabels: workload.matchLabels },
    });
  });

  test('without one are a warning', () => {
    const { app, chart } = shop();
    const object = plain(chart, EXAMPLE_POD);
    object.addJsonPatch(JsonPatch.add('/spec/replicas', 3));
    expect(rules(app)).toEqual(['warning no-disruption-budget shop/plain']);
    const budget = (id: string, namespace: string, matchLabels: object) =>
      new ApiObject(chart, id, {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: { name: id, namespace },
        spec: { selector: { matchLabels } },
      });
    budget('elsewhere', 'other', { app: 'a' });
    budget('others', 'shop', { app: 'b' });
    object.metadata.addLabel('changed', 'yes');
    return Promise.resolve().then(() => {
      expect(rules(app)).toEqual(['warning no-disruption-budget shop/plain']);
      budget('right', 'shop', { app: 'a' });
      return Promise.resolve().then(() => expect(rules(app)).toEqual([]));
    });
  });

  test('one replica alone needs none', () => {
    const { app, owner, chart } = shop();
    const web = new Component(owner, 'web', { title: 'web', namespace: 'shop', selector: { app: 'web' } });
    web.governs(deployment(chart));
    expect(manifests(app).map(({ kind }) => kind)).not.toContain('PodDisruptionBudget');
    expect(rules(app)).toEqual([]);
  });
});
