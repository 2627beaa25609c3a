import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasTool } from '../support';
import { row } from '../table/row';
import { installDefinitions } from './definitions';
import { deployerOf, environments, renderedObjects } from './rendered';
import { ApiServer } from './server';

const READY = hasTool('etcd') && hasTool('kube-apiserver') && hasTool('kubectl') && hasTool('spire-crds');

describe.skipIf(!READY)('the API server with the definitions of spire-controller-manager', () => {
  const count = row('kube-apiserver', 'takes every rendered ClusterSPIFFEID by its own definition');
  let server: ApiServer;

  beforeAll(async () => {
    server = await ApiServer.start();
    await installDefinitions(server.client);
  });

  afterAll(() => server.stop());

  it('takes every resource of SPIRE', async () => {
    const found = environments().flatMap((environment) =>
      renderedObjects(environment)
        .filter(({ apiVersion }) => apiVersion.startsWith('spire.spiffe.io/'))
        .map((object) => ({ object, client: deployerOf(environment, server.client) })),
    );
    expect(found).not.toEqual([]);
    for (const { object, client } of found) {
      expect(await client.apply(object, { dryRun: true })).toMatchObject({ status: 201, warnings: [] });
    }
    count.cases(found.length);
  });
});
