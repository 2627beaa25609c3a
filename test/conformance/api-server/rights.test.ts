import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../lib/kube/object';
import { hasTool, manifests, repository } from '../support';
import { row } from '../table/row';
import type { ApiClient } from './client';
import { installDefinitions } from './definitions';
import { deployerOf, foreignNamespaces, makeNamespaces, renderedObjects } from './rendered';
import { ApiServer } from './server';

const READY =
  hasTool('etcd') &&
  hasTool('kube-apiserver') &&
  hasTool('kubectl') &&
  hasTool('cilium-crds') &&
  hasTool('kyverno-crds') &&
  hasTool('prometheus-operator-crds');

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
const NAMESPACE = 'portarium-system';
const ACCOUNT = 'portcullis-drift';
const USER = `system:serviceaccount:${NAMESPACE}:${ACCOUNT}`;
const AUDIENCE = 'https://kubernetes.default.svc.cluster.local';

interface CronJob extends KubeObject {
  readonly spec: {
    readonly jobTemplate: {
      readonly spec: { readonly template: { readonly spec: { readonly containers: readonly Container[] } } };
    };
  };
}

interface Container {
  readonly args: readonly string[];
}

/** A kind of resource, by group and name in the plural. */
interface Target {
  readonly group: string;
  readonly resource: string;
}

describe.skipIf(!READY)('the rights of the Job that looks for drift', () => {
  const count = row('kube-apiserver', 'the rendered roles allow what the Job asks for, and nothing more');
  let server: ApiServer;
  let objects: readonly KubeObject[];

  /** Runs the command of the rendered Job under its service account. */
  async function runJob() {
    const job = objects.find(({ kind, metadata }) => kind === 'CronJob' && metadata.name === ACCOUNT) as CronJob;
    const [container] = job.spec.jobTemplate.spec.template.spec.containers;
    const target = `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/${ACCOUNT}/token`;
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: [AUDIENCE] } };
    const { body } = await deployerOf('prod', server.client).request('POST', target, request);
    const { token } = (body as { readonly status: { readonly token: string } }).status;
    const args = (container?.args ?? []).map((arg) =>
      arg === '/manifests' ? path.join(manifests, 'prod/portarium') : arg,
    );
    return spawnSync(
      process.execPath,
      [path.join(repository, 'dist/lib/cli/bin.js'), ...args, '--kubeconfig', server.kubeconfigFor(token)],
      { cwd: repository, encoding: 'utf8' },
    );
  }

  beforeAll(async () => {
    server = await ApiServer.start();
    await installDefinitions(server.client);
    objects = renderedObjects('prod');
    const client = deployerOf('prod', server.client);
    await makeNamespaces(client, foreignNamespaces(objects));
    for (const object of objects) expect(await client.apply(object)).toMatchObject({ status: 201 });
  });

  afterAll(() => server.stop());

  it('are enough: it reads everything, and finds nothing', async () => {
    const { status, stderr } = await runJob();
    expect(stderr).not.toMatch(/forbidden|may not/i);
    expect(status).toBe(0);
  });

  it('are no more than it asks for', async () => {
    await runJob();
    const requests = server.audited.flatMap(({ user, verb, objectRef }) =>
      user.username === USER && objectRef !== undefined ? [{ verb, ...objectRef }] : [],
    );
    const named = ({ verb, apiGroup = '', resource }: (typeof requests)[number]) => `${verb} ${apiGroup}/${resource}`;
    const asked = new Set(requests.map(named));
    const askedOfAll = new Set(requests.filter(({ namespace }) => namespace === undefined).map(named));
    const namespaces = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
    const everywhere = [...namespaces, ...foreignNamespaces(objects), 'default', ''];
    const served = await targets(server.client);
    const client = server.client.as(USER, ['system:serviceaccounts', `system:serviceaccounts:${NAMESPACE}`]);
    const allowed = new Map(everywhere.map((namespace) => [namespace, new Set<string>()]));
    for (const target of served) {
      const questions = VERBS.flatMap((verb) => everywhere.map((namespace) => ({ verb, namespace })));
      await Promise.all(
        questions.map(async ({ verb, namespace }) => {
          const found = await mayDo(client, verb, target, namespace);
          if (found !== undefined) allowed.get(namespace)?.add(found);
        }),
      );
    }
    const all = new Set([...allowed.values()].flatMap((some) => [...some]));
    expect([...all].sort()).toEqual([...asked].sort());
    // In the whole cluster, and so in a namespace that is none of ours, only what it asks the whole cluster for.
    for (const namespace of ['', 'default']) {
      expect([...(allowed.get(namespace) ?? [])].sort()).toEqual([...askedOfAll].sort());
    }
    expect(asked.size).toBeGreaterThan(10);
    count.cases(served.length * VERBS.length * everywhere.length);
  });
});

/** What the server serves, without what everybody may ask about himself. */
async function targets(client: ApiClient): Promise<readonly Target[]> {
  const { body } = await client.request('GET', '/apis');
  const { groups } = body as { readonly groups: readonly { preferredVersion: { groupVersion: string } }[] };
  const versions = ['v1', ...groups.map(({ preferredVersion }) => preferredVersion.groupVersion)];
  const found = await Promise.all(
    versions.map(async (version) => {
      const group = version.includes('/') ? (version.split('/')[0] ?? '') : '';
      return (await client.resources(version)).map(({ name }) => ({ group, resource: name }));
    }),
  );
  return found.flat().filter(({ resource }) => !/^selfsubject(?:access|rules)?reviews$/.test(resource));
}

/** Asks the server as the caller himself; returns `verb group/resource` if he may. */
async function mayDo(client: ApiClient, verb: string, target: Target, namespace: string): Promise<string | undefined> {
  const resourceAttributes = { verb, ...target, ...(namespace === '' ? {} : { namespace }) };
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  };
  const { body } = await client.request('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review);
  const { allowed } = (body as { readonly status: { readonly allowed: boolean } }).status;
  return allowed ? `${verb} ${target.group}/${target.resource}` : undefined;
}
