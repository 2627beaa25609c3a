import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../lib/kube/object';
import { hasTool } from '../support';
import { row } from '../table/row';
import { type ApiClient, keyOf, type Reply } from './client';
import { installDefinitions } from './definitions';
import { deployerOf, environments, foreignNamespaces, makeNamespaces, renderedObjects } from './rendered';
import { ApiServer } from './server';

const READY =
  hasTool('etcd') &&
  hasTool('kube-apiserver') &&
  hasTool('kubectl') &&
  hasTool('cilium-crds') &&
  hasTool('kyverno-crds') &&
  hasTool('prometheus-operator-crds');

/** What is not as it should be in a reply, in one line. */
function complaint(object: KubeObject, { status, body, warnings }: Reply, expected: readonly number[]): string[] {
  const { kind, namespace = '', name } = keyOf(object);
  const said = [
    ...warnings,
    ...(expected.includes(status) ? [] : [`${status} ${(body as { message?: string }).message}`]),
  ];
  return said.map((text) => `${kind} ${namespace}/${name}: ${text}`);
}

describe.skipIf(!READY)('the API server', () => {
  const count = row('kube-apiserver', 'takes every rendered object strictly, has nothing to change, and keeps nothing');
  let server: ApiServer;

  beforeAll(async () => {
    server = await ApiServer.start();
    await installDefinitions(server.client);
  });

  afterAll(() => server.stop());

  it('has environments to take', () => {
    expect(environments()).toEqual(['dev', 'prod', 'reference']);
  });

  describe.each(environments())('with the objects of %s', (environment) => {
    let objects: readonly KubeObject[];
    let client: ApiClient;
    let before: readonly string[];

    /** Applies all objects, in the order of the files unless told otherwise, and returns what was not as it should be. */
    async function applyAll(
      expected: readonly number[],
      some = objects,
      options: { readonly dryRun?: boolean } = {},
    ): Promise<readonly string[]> {
      const complaints: string[] = [];
      for (const object of some) complaints.push(...complaint(object, await client.apply(object, options), expected));
      return complaints;
    }

    async function deleteAll(some: readonly KubeObject[]): Promise<readonly string[]> {
      const complaints: string[] = [];
      for (const object of some) complaints.push(...complaint(object, await client.delete(keyOf(object)), [200]));
      return complaints;
    }

    /** What is stored, with the generation that counts changes. */
    async function stored(): Promise<readonly unknown[]> {
      const found: unknown[] = [];
      for (const object of objects) {
        const { metadata, ...rest } = (await client.get(keyOf(object))).body as KubeObject;
        // The server keeps no fields of an object of which only the name is ours, and notes that anew each time.
        const { managedFields, resourceVersion, ...kept } = metadata as unknown as Record<string, unknown>;
        found.push({ ...rest, metadata: kept });
      }
      return found;
    }

    beforeAll(async () => {
      objects = renderedObjects(environment);
      client = deployerOf(environment, server.client);
      await makeNamespaces(client, foreignNamespaces(objects));
      before = await client.everything();
    });

    it('would take every object, strictly and without a warning', async () => {
      const namespaces = objects.filter(({ kind }) => kind === 'Namespace');
      expect(namespaces.length).toBeGreaterThan(0);
      expect(await applyAll([201], namespaces, { dryRun: true })).toEqual([]);
      // Nothing can be tried in a namespace that is not there.
      expect(await applyAll([201], namespaces)).toEqual([]);
      const others = objects.filter(({ kind }) => kind !== 'Namespace');
      expect(await applyAll([201], others, { dryRun: true })).toEqual([]);
      expect(await deleteAll(namespaces)).toEqual([]);
      expect(await client.everything()).toEqual(before);
    });

    it('takes them in the order of the files', async () => {
      expect(await applyAll([201])).toEqual([]);
      const keys = await client.everything();
      // The server gives addresses to Services by itself.
      const more = keys.filter((key) => !before.includes(key) && !key.includes('/ipaddresses '));
      expect(more).toHaveLength(objects.length);
      count.cases(objects.length);
    });

    it('has nothing to change when they come again', async () => {
      const first = await stored();
      expect(await applyAll([200])).toEqual([]);
      expect(await stored()).toEqual(first);
    });

    it('keeps nothing when they are deleted in the reverse order', async () => {
      expect(await deleteAll([...objects].reverse())).toEqual([]);
      expect(await client.everything()).toEqual(before);
    });
  });
});
