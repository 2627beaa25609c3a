import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasTool } from '../support';
import { ApiServer } from './server';

describe.skipIf(!hasTool('etcd') || !hasTool('kube-apiserver'))('the API server of these suites', () => {
  let server: ApiServer;

  beforeAll(async () => {
    server = await ApiServer.start();
  });

  afterAll(() => server.stop());

  it('is the version that we pin', async () => {
    const { body } = await server.client.request('GET', '/version');
    expect(body).toMatchObject({ gitVersion: 'v1.36.3' });
  });

  it('keeps warnings, and refuses unknown fields', async () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'warned' } };
    const labels = { 'pod-security.kubernetes.io/warn': 'restricted' };
    expect(await server.client.apply({ ...namespace, metadata: { ...namespace.metadata, labels } })).toMatchObject({
      status: 201,
      warnings: [],
    });
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'root', namespace: 'warned' },
      spec: { hostNetwork: true, containers: [{ name: 'root', image: 'root' }] },
    };
    const { status, warnings } = await server.client.apply(pod, { dryRun: true });
    expect(status).toBe(201);
    expect(warnings).toEqual([
      expect.stringContaining('would violate PodSecurity "restricted:latest": host namespaces'),
    ]);
    expect(await server.client.apply({ ...pod, speck: {} }, { dryRun: true })).toMatchObject({
      status: 500,
      body: { message: expect.stringContaining('.speck: field not declared in schema') },
    });
  });

  it('asks for somebody else, who may do nothing', async () => {
    const { status } = await server.client.as('stranger').request('GET', '/api/v1/secrets');
    expect(status).toBe(403);
  });

  it('deletes namespaces, which no controller does here', async () => {
    const key = { apiVersion: 'v1', kind: 'Namespace', name: 'short-lived' };
    await server.client.apply({ ...key, metadata: { name: key.name } });
    await server.client.delete(key);
    expect(await server.client.get(key)).toMatchObject({ status: 404 });
  });

  it('is gone after stop()', async () => {
    const other = await ApiServer.start();
    const { client } = other;
    await other.stop();
    expect(existsSync(other.folder)).toBe(false);
    await expect(client.request('GET', '/readyz')).rejects.toThrow('ECONNREFUSED');
  });
});
