import { ApiObject, Chart } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { EXAMPLE_POD } from '../../../lib/kube/workload-rule/rule';
import { Component } from '../../../lib/platform/component';
import { findings, platform, rules } from './build';
import { plain, shop } from './workloads';

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

describe('an exemption', () => {
  const nodeLogs = { ...EXAMPLE_POD, volumes: [{ name: 'a', hostPath: { path: '/var/log' } }] };

  test('with a reason is shown with every run', () => {
    const { app, chart } = shop();
    plain(chart, nodeLogs, { 'portcullis.dev/suppress': 'host-path: collects the logs of the node' });
    expect(findings(app)).toMatchObject([
      { rule: 'host-path', severity: 'info', message: expect.stringContaining('collects the logs of the node') },
    ]);
    expect(app.synthYaml()).toContain('portcullis.dev/suppress: "host-path: collects the logs of the node"');
  });

  test('is for one rule', () => {
    const { app, chart } = shop();
    plain(chart, { ...nodeLogs, hostPID: true }, { 'portcullis.dev/suppress': 'host-path: collects logs' });
    expect(rules(app)).toEqual(['error host-access shop/plain', 'info host-path shop/plain']);
  });

  test('without a reason exempts from nothing', () => {
    const { app, chart } = shop();
    plain(chart, nodeLogs, { 'portcullis.dev/suppress': 'host-path:' });
    expect(rules(app)).toEqual(['error bad-exemption shop/plain', 'error host-path shop/plain']);
  });

  test('that nothing needs is a warning, and other rules are left to check', () => {
    const { app, chart } = shop();
    plain(chart, EXAMPLE_POD, { 'portcullis.dev/suppress': 'host-path: once; host-network: elsewhere' });
    expect(rules(app)).toEqual(['warning unused-exemption shop/plain']);
  });
});
