import { Provider } from '@pulumi/kubernetes/provider';
import { ApiObject, App, Chart } from 'cdk8s';
import { expect, test } from 'vitest';
import { ClusterObjects } from '../../../lib/pulumi/cluster-objects';
import { Recorder } from './recorder';

test('objects of two groups that share kind and name can both be had, and both are registered', async () => {
  const recorder = Recorder.start('prod');
  const app = new App();
  const chart = new Chart(app, 'chart', { namespace: 'agents' });
  for (const apiVersion of ['networking.k8s.io/v1', 'crd.projectcalico.org/v1']) {
    for (const name of apiVersion.startsWith('n') ? ['it', 'alone'] : ['it']) {
      new ApiObject(chart, `${apiVersion}-${name}`, { apiVersion, kind: 'NetworkPolicy', metadata: { name } });
    }
  }
  const { resources } = new ClusterObjects('c', { app, provider: new Provider('cluster', { context: 'prod' }) });
  expect([...resources.keys()].sort()).toEqual([
    'c/agents/NetworkPolicy.crd.projectcalico.org/it',
    'c/agents/NetworkPolicy.networking.k8s.io/it',
    'c/agents/NetworkPolicy/alone',
  ]);
  const registered = (await recorder.settled()).filter(({ type }) => type.endsWith(':NetworkPolicy'));
  expect(new Set(registered.map(({ urn }) => urn)).size).toBe(3);
});
