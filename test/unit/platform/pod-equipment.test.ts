import { type App, Chart } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { EXAMPLE_CONTAINER, EXAMPLE_POD } from '../../../lib/kube/workload-rule/rule';
import { Component } from '../../../lib/platform/component';
import { synthesize } from '../../../lib/synth/synthesize';
import { parseObjects } from '../synth/support';
import { rules } from './build';
import { deployment, plain, shop, specsOf } from './workloads';

describe('what a component gives to its pods', () => {
  function equipped() {
    const { app, owner, chart } = shop();
    const web = new Component(owner, 'web', { title: 'web', namespace: 'shop', selector: { app: 'a' } });
    web.presentsToken({ audience: 'control-plane', lifetime: 600 });
    web.readsSecret({ name: 'vault', mountPath: '/run/vault', delivery: { by: 'kubelet', secret: 'vault' } });
    return { app, owner, chart, web };
  }
  const volumesOf = (app: App) =>
    specsOf(parseObjects(app.synthYaml())).map(({ volumes }) => volumes?.map(({ name }) => name));

  test('is in every workload that carries its labels, and in no other', () => {
    const { app, chart } = equipped();
    plain(chart, { containers: [EXAMPLE_CONTAINER] });
    deployment(chart);
    plain(new Chart(app, 'other', { namespace: 'other' }), { containers: [EXAMPLE_CONTAINER] });
    expect(volumesOf(app)).toEqual([['audience-token', 'vault', 'tmp'], ['tmp'], ['tmp']]);
    expect(rules(app)).toEqual([]);
  });

  test('is refused beside another volume of that name', () => {
    const { app, chart } = equipped();
    plain(chart, { ...EXAMPLE_POD, volumes: [{ name: 'vault', configMap: { name: 'a' } }] });
    expect(() => synthesize(app)).toThrow("has a volume 'vault' already");
  });

  test('is one token', () => {
    const { web } = equipped();
    expect(() => web.presentsToken({ audience: 'other' })).toThrow("presents a token to 'control-plane' already");
  });

  test('is checked at once', () => {
    const { owner } = equipped();
    const api = new Component(owner, 'api', { title: 'api', namespace: 'shop', selector: { app: 'api' } });
    expect(() => api.presentsToken({ audience: 'a', lifetime: 1 })).toThrow('[platform0/api] a token for 1 seconds');
    const delivery = { by: 'kubelet', secret: 'A' } as const;
    expect(() => api.readsSecret({ name: 'a', mountPath: '/a', delivery })).toThrow('[platform0/api] Secret');
  });
});
