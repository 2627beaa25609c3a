import type { Stack } from '@pulumi/pulumi/automation';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { program as clawdstrike } from '../../apps/clawdstrike';
import { program as portarium } from '../../apps/portarium';
import { deploy } from '../../lib/pulumi';
import { Project } from './pulumi/project';
import { hasTool } from './support';
import { row } from './table/row';

// Pulumi's own CLI and engine with a state folder. The program runs in this process, as the automation API has it, so
// that no language host is needed; a provider in Node stands in for the cluster.

const MINUTES = 5 * 60_000;

describe.runIf(hasTool('pulumi'))('pulumi', () => {
  row('pulumi', 'previews, deploys, changes, refreshes and destroys a stack as the program says');
  let project: Project;
  let dev: Stack;
  let prod: Stack;

  beforeAll(async () => {
    project = await Project.start();
    const program = async () => {
      deploy({ programs: [portarium, clawdstrike], project: project.folder });
    };
    dev = await project.stack('dev', program);
    prod = await project.stack('prod', program);
  }, MINUTES);

  afterAll(() => project?.stop());

  test(
    'a preview creates everything and does nothing',
    async () => {
      const { changeSummary } = await dev.preview();
      expect(Object.keys(changeSummary)).toEqual(['create']);
      expect(project.done()).toEqual([]);
    },
    MINUTES,
  );

  test(
    'an update creates namespaces before what is in them, and default denies before workloads',
    async () => {
      await dev.up();
      const done = project.done();
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
      expect(project.done()).toEqual([]);
    },
    MINUTES,
  );

  test(
    'a refresh finds what somebody changed, and an update repairs it',
    async () => {
      const id = Object.keys(project.objects).find((name) => name.endsWith('/NetworkPolicy/default-deny')) as string;
      project.meddle((objects) => {
        (objects[id] as Record<string, unknown>).spec = { podSelector: {}, ingress: [{}], egress: [{}] };
      });
      const { summary } = await dev.refresh();
      expect(summary.resourceChanges?.update).toBe(1);
      await dev.up();
      expect(project.done()).toEqual([{ done: 'update', id }]);
    },
    MINUTES,
  );

  test(
    'what is not protected is destroyed, what was made first last',
    async () => {
      await dev.destroy();
      const done = project.done();
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
      project.done();
      const host = '          - host: api.stripe.com\n';
      const another = '          - host: api.adyen.com\n            purpose: Take payments elsewhere\n';
      project.edit('environments/prod.yaml', host, `${another}${host}`);
      const { summary } = await prod.up();
      const done = project.done();
      expect(summary.resourceChanges).toMatchObject({ update: done.length });
      expect(done).toContainEqual({ done: 'update', id: 'ws-production/CiliumNetworkPolicy/execution-plane' });
      expect(done.filter(({ id }) => !id.startsWith('ws-production/'))).toEqual([]);
    },
    MINUTES,
  );

  test(
    'a program that is refused changes nothing, and says everything that is wrong',
    async () => {
      project.edit('environments/prod.yaml', '- host: api.adyen.com', '- host: "*"');
      const error = await prod.up().catch((thrown: Error) => thrown);
      expect(String(error)).toContain("the stack 'prod' is not deployed");
      expect(project.done()).toEqual([]);
      project.edit('environments/prod.yaml', '- host: "*"', '- host: api.adyen.com');
    },
    MINUTES,
  );

  test(
    'default denies of prod cannot be destroyed, nor the namespaces that they are in',
    async () => {
      const error = await prod.destroy().catch((thrown: Error) => thrown);
      expect(String(error)).toContain('protect');
      const left = Object.keys(project.objects);
      const denies = left.filter((id) => id.endsWith('/CiliumNetworkPolicy/default-deny'));
      expect(denies.length).toBeGreaterThan(0);
      for (const id of denies) expect(left).toContain(`Namespace/${id.split('/')[0]}`);
      const denied = project.done().filter(({ id }) => id.endsWith('/default-deny'));
      expect(denied).toEqual([]);
    },
    MINUTES,
  );
});
