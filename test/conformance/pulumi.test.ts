import path from 'node:path';
import type { Stack } from '@pulumi/pulumi/automation';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { program as clawdstrike } from '../../apps/clawdstrike';
import { program as portarium } from '../../apps/portarium';
import type { KubeObject } from '../../lib/kube/object';
import { rehearse } from '../../lib/program/run';
import { deploy, planResources } from '../../lib/pulumi';
import { foreignNamespaces } from './api-server/rendered';
import { type Cluster, whyStandIn } from './pulumi/cluster';
import { Project } from './pulumi/project';
import { RealCluster } from './pulumi/real-cluster';
import { StandIn } from './pulumi/stand-in';
import { hasTool, repository } from './support';
import { row } from './table/row';

// Pulumi's own CLI and engine with a state folder. The program runs in this process, as the automation API has it, so
// that no language host is needed. Where pulumi-resource-kubernetes is on the PATH, it deploys to the API server of these
// suites; elsewhere a provider in Node stands in for both, and the table says why.

const MINUTES = 5 * 60_000;

const PROGRAMS = [portarium, clawdstrike];

/** Namespaces that no program makes. */
function foreign(): readonly string[] {
  const environments = path.join(repository, 'environments');
  const objects = ['dev', 'prod'].flatMap((environment) =>
    rehearse({ programs: PROGRAMS, environments, environment }).roots.flatMap(({ app }) =>
      planResources(app).resources.map(({ manifest }) => manifest as KubeObject),
    ),
  );
  return foreignNamespaces(objects);
}

describe.runIf(hasTool('pulumi'))('pulumi', () => {
  const count = row('pulumi', 'previews, deploys, changes, refreshes and destroys a stack as the program says');
  const missing = whyStandIn();
  let cluster: Cluster;
  let project: Project;
  let dev: Stack;
  let prod: Stack;

  beforeAll(async () => {
    if (missing !== undefined) console.log(missing);
    cluster = missing === undefined ? await RealCluster.start(foreign()) : await StandIn.start();
    project = Project.start(cluster);
    const program = () => {
      deploy({ programs: PROGRAMS, project: project.folder });
    };
    dev = await project.stack('dev', program);
    prod = await project.stack('prod', program);
  }, MINUTES);

  beforeEach(({ task }) => {
    // What is refused never comes to a provider.
    if (missing !== undefined && !task.name.includes('is refused')) count.exception(missing, 1);
  });

  afterAll(async () => {
    project?.stop();
    await cluster?.stop();
  });

  test(
    'a preview creates everything and does nothing',
    async () => {
      const { changeSummary } = await dev.preview();
      expect(Object.keys(changeSummary)).toEqual(['create']);
      expect(await cluster.done()).toEqual([]);
    },
    MINUTES,
  );

  test(
    'an update creates namespaces before what is in them, and default denies before workloads',
    async () => {
      await dev.up();
      const done = await cluster.done();
      expect(new Set(done.map((one) => one.done))).toEqual(new Set(['create']));
      const place = new Map(done.map(({ id }, index) => [id, index]));
      const placed = (id: string) => place.get(id) ?? Number.NEGATIVE_INFINITY;
      for (const [id, index] of place) {
        const [namespace = '', kind = ''] = id.split('/');
        expect(placed(`Namespace/${namespace}`)).toBeLessThan(index);
        if (['Deployment', 'CronJob', 'Job'].includes(kind)) {
          expect(placed(`${namespace}/NetworkPolicy/default-deny`)).toBeLessThan(index);
        }
      }
    },
    MINUTES,
  );

  test(
    'a second update changes nothing',
    async () => {
      const { summary } = await dev.up();
      expect(Object.keys(summary.resourceChanges ?? {})).toEqual(['same']);
      expect(await cluster.done()).toEqual([]);
    },
    MINUTES,
  );

  test(
    'a refresh finds what somebody changed, and an update repairs it',
    async () => {
      const id = (await cluster.ids()).find((name) => name.endsWith('/NetworkPolicy/default-deny')) as string;
      await cluster.open(id);
      const { summary } = await dev.refresh();
      expect(summary.resourceChanges?.update).toBe(1);
      await dev.up();
      expect(await cluster.done()).toEqual([{ done: 'update', id }]);
    },
    MINUTES,
  );

  test(
    'what is not protected is destroyed, what was made first last',
    async () => {
      await dev.destroy();
      const done = await cluster.done();
      expect(new Set(done.map((one) => one.done))).toEqual(new Set(['delete']));
      const place = new Map(done.map(({ id }, index) => [id, index]));
      for (const [id, index] of place) {
        const [namespace = '', kind = ''] = id.split('/');
        expect(place.get(`Namespace/${namespace}`) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(index);
        if (['Deployment', 'CronJob', 'Job'].includes(kind)) {
          expect(place.get(`${namespace}/NetworkPolicy/default-deny`) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(
            index,
          );
        }
      }
    },
    MINUTES,
  );

  test(
    'a change of one workspace touches its resources alone',
    async () => {
      await prod.up();
      await cluster.done();
      const host = '          - host: api.stripe.com\n';
      const another = '          - host: api.adyen.com\n            purpose: Take payments elsewhere\n';
      project.edit('environments/prod.yaml', host, `${another}${host}`);
      const { summary } = await prod.up();
      const done = await cluster.done();
      const touched = [...done].sort((one, other) => (one.id < other.id ? -1 : 1));
      expect(touched).toEqual([
        { done: 'update', id: 'ws-production/CiliumNetworkPolicy/execution-plane' },
        { done: 'update', id: 'ws-production/ConfigMap/egress-policy' },
      ]);
      expect(summary.resourceChanges).toMatchObject({ update: touched.length });
    },
    MINUTES,
  );

  test(
    'a program that is refused changes nothing, and says everything that is wrong',
    async () => {
      project.edit('environments/prod.yaml', '- host: api.adyen.com', '- host: "*"');
      const error = await prod.up().catch((thrown: Error) => thrown);
      expect(String(error)).toContain("the stack 'prod' is not deployed");
      expect(await cluster.done()).toEqual([]);
      project.edit('environments/prod.yaml', '- host: "*"', '- host: api.adyen.com');
    },
    MINUTES,
  );

  test(
    'default denies of prod cannot be destroyed, nor the namespaces that they are in',
    async () => {
      const error = await prod.destroy().catch((thrown: Error) => thrown);
      expect(String(error)).toContain('protect');
      const left = await cluster.ids();
      const denies = left.filter((id) => id.endsWith('/CiliumNetworkPolicy/default-deny'));
      expect(denies.length).toBeGreaterThan(0);
      for (const id of denies) expect(left).toContain(`Namespace/${id.split('/')[0]}`);
      const denied = (await cluster.done()).filter(({ id }) => id.endsWith('/default-deny'));
      expect(denied).toEqual([]);
    },
    MINUTES,
  );
});
