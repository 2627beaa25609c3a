import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../lib/kube/object';
import { hasTool } from '../support';
import { type ApiClient, keyOf, type Reply } from './client';
import { installDefinitions } from './definitions';
import { deployerOf, environments, foreignNamespaces, makeNamespaces, renderedObjects } from './rendered';
import { ApiServer, hasApiServer } from './server';

/** What is not as it should be in a reply, in one line. */
function complaint(object: KubeObject, { status, body, warnings }: Reply, expected: readonly number[]): string[] {
  const { kind, namespace = '', name } = keyOf(object);
  const said = [
    ...warnings,
    ...(expected.includes(status) ? [] : [`${status} ${(body as { message?: string }).message}`]),
  ];
  return said.map((text) => `${kind} ${namespace}/${name}: ${text}`);
}

describe.skipIf(!hasApiServer() || !hasTool('kubectl'))('the API server', () => {
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

    /** What is stored, with the versions that every change makes new. */
    async function stored(): Promise<readonly unknown[]> {
      const found: unknown[] = [];
      for (const object of objects) found.push((await client.get(keyOf(object))).body);
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
      expect(keys.length - before.length).toBe(objects.length);
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
