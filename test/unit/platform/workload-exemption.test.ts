import { ApiObject, Chart } from 'cdk8s';
import { expect, test } from 'vitest';
import { EXAMPLE_POD } from '../../../lib/kube/workload-rule/rule';
import { Component } from '../../../lib/platform/component';
import { platform } from './build';

test('a hash of the content does not count as a part of the name, if the component in front of it is ours', () => {
  const root = platform();
  new Component(root, 'registration', { namespace: 'spire', title: 'registration', selector: { app: 'registration' } });
  const job = (name: string) =>
    new ApiObject(new Chart(root, name), 'job', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name, namespace: 'spire', annotations: { 'portcullis.dev/suppress': 'host-path: the socket' } },
      spec: { template: { spec: { ...EXAMPLE_POD, volumes: [{ name: 'a', hostPath: { path: '/run' } }] } } },
    });
  for (const name of ['registration-0123456789', 'registration-prune', 'other-0123456789']) job(name);
  root.node.validate();
  const names = root.workloadExemptions().map(({ name, stableName }) => [name, stableName]);
  expect(names).toEqual([
    ['registration-0123456789', 'registration-*'],
    ['registration-prune', 'registration-prune'],
    ['other-0123456789', 'other-0123456789'],
  ]);
});
