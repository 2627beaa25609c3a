import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { output, runtime } from '@pulumi/pulumi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { program as clawdstrike } from '../../../apps/clawdstrike';
import { program as portarium } from '../../../apps/portarium';
import { deploy } from '../../../lib/pulumi';
import { hasTool, run } from '../support';
import { PROVIDER, whyStandIn } from './cluster';
import { Project } from './project';
import { CONTEXTS, RealCluster } from './real-cluster';
import { StandIn } from './stand-in';

// What pulumi.test.ts needs of a machine that has the provider, as far as a machine without it can tell.

const folder = mkdtempSync(path.join(tmpdir(), 'portcullis-cluster-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the real provider is taken', () => {
  const file = path.join(folder, PROVIDER);
  const searched = `/nowhere${path.delimiter}${folder}`;

  test('if it is on the PATH and can be run, and there is an API server', () => {
    expect(whyStandIn(searched, () => true)).toContain('no pulumi-resource-kubernetes is on the PATH');
    writeFileSync(file, '#!/bin/sh\n', { mode: 0o600 });
    expect(whyStandIn(searched, () => true)).toContain('no pulumi-resource-kubernetes is on the PATH');
    chmodSync(file, 0o700);
    expect(whyStandIn(searched, () => true)).toBeUndefined();
    expect(whyStandIn(searched, (tool) => tool !== 'etcd')).toContain('etcd or kube-apiserver was left out');
  });
});

describe.runIf(hasTool('etcd') && hasTool('kube-apiserver') && hasTool('kubectl'))('the cluster for it', () => {
  let cluster: RealCluster;
  const kubeconfig = path.join(folder, 'kubeconfig.json');
  const manifest = path.join(folder, 'manifest.json');
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'agents' } };
  const deny = {
    ...{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
    metadata: { name: 'default-deny', namespace: 'agents' },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  };

  function kubectl(context: string, ...args: readonly string[]) {
    const { code, stderr } = run('kubectl', [...args, '--kubeconfig', kubeconfig, '--context', context]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  }

  beforeAll(async () => {
    cluster = await RealCluster.start(['monitoring']);
    writeFileSync(kubeconfig, cluster.kubeconfig, { mode: 0o600 });
    writeFileSync(manifest, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [namespace, deny] }));
  });

  afterAll(() => cluster?.stop());

  test.each(CONTEXTS)('is what the context %s means', (context) => kubectl(context, 'get', 'namespace', 'monitoring'));

  test('tells what was done to it by whom it was given to, in order, and by nobody else', async () => {
    const apply = ['apply', '--server-side', '--force-conflicts', '-f', manifest];
    const [inNamespace, itself] = ['agents/NetworkPolicy/default-deny', 'Namespace/agents'];
    kubectl('dev', ...apply);
    expect(await cluster.done()).toEqual([itself, inNamespace].map((id) => ({ done: 'create', id })));
    expect(await cluster.ids()).toEqual(expect.arrayContaining([itself, inNamespace]));
    await cluster.open(inNamespace);
    kubectl('dev', ...apply, '--dry-run=server');
    expect(await cluster.done()).toEqual([]);
    kubectl('prod', ...apply);
    expect(await cluster.done()).toEqual([itself, inNamespace].map((id) => ({ done: 'update', id })));
    kubectl('prod', 'delete', 'networkpolicy', 'default-deny', '--namespace', 'agents');
    kubectl('prod', 'delete', 'namespace', 'agents', '--wait=false');
    expect(await cluster.done()).toEqual([inNamespace, itself].map((id) => ({ done: 'delete', id })));
    await expect.poll(() => cluster.ids(), { timeout: 30_000 }).not.toContain(itself);
  });

  test.runIf(hasTool('pulumi'))('is the one that every provider of a stack is told', async () => {
    const standIn = await StandIn.start();
    const project = Project.start(Object.assign(standIn, { kubeconfig: cluster.kubeconfig }));
    try {
      const told: unknown[] = [];
      const stack = await project.stack('prod', () => {
        runtime.registerStackTransformation(({ type, props }) => {
          if (type !== 'pulumi:providers:kubernetes') return undefined;
          output(props).apply((settings) => told.push(settings));
          return undefined;
        });
        deploy({ programs: [portarium, clawdstrike], project: project.folder });
      });
      await stack.preview();
      const { kubeconfig: expected } = cluster;
      expect(told).toEqual(['prod', 'prod-security'].map((context) => ({ context, kubeconfig: expected })));
    } finally {
      project.stop();
      await standIn.stop();
    }
  });
});
