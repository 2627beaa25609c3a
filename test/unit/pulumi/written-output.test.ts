import { Provider } from '@pulumi/kubernetes/provider';
import * as pulumi from '@pulumi/pulumi';
import { ApiObject, App, Chart } from 'cdk8s';
import { expect, test } from 'vitest';
import { ClusterObjects } from '../../../lib/pulumi/cluster-objects';
import { Recorder } from './recorder';

/** What becomes of an Output that a program writes into a text. */
const WRITTEN = () => `https://${pulumi.output('host')}`;

test.each([
  ['a value', () => ({ data: { url: WRITTEN() } })],
  ['a key', () => ({ data: { [WRITTEN()]: 'x' } })],
  ['a list', () => ({ spec: { hosts: ['a', WRITTEN()] } })],
])('an Output that was put into a text is refused in %s', async (_, fields) => {
  const recorder = Recorder.start('prod');
  const app = new App();
  const metadata = { name: 'it', namespace: 'agents' };
  new ApiObject(new Chart(app, 'chart'), 'it', { apiVersion: 'v1', kind: 'ConfigMap', metadata, ...fields() });
  const provider = new Provider('cluster', { context: 'prod' });
  expect(() => new ClusterObjects('agents', { app, provider })).toThrow(
    expect.objectContaining({
      findings: [
        expect.objectContaining({
          rule: 'invalid-value',
          where: { construct: 'chart/it' },
          message: 'a text holds an Output of Pulumi, of which only a warning of Pulumi would be rendered',
        }),
      ],
    }),
  );
  expect((await recorder.settled()).map(({ name }) => name)).toEqual(['cluster']);
});

test('an Output as a kind is refused, since it is what tells objects apart', async () => {
  const recorder = Recorder.start('prod');
  const app = new App();
  const metadata = { name: 'it', namespace: 'agents' };
  const kind = pulumi.output('ConfigMap') as unknown as string;
  new ApiObject(new Chart(app, 'chart'), 'it', { apiVersion: 'v1', kind, metadata });
  const provider = new Provider('cluster', { context: 'prod' });
  expect(() => new ClusterObjects('agents', { app, provider })).toThrow(/the kind is an Output of Pulumi/);
  expect((await recorder.settled()).map(({ name }) => name)).toEqual(['cluster']);
});
