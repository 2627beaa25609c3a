import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject, ObjectKey } from '../../../lib/kube/object';
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

interface Report {
  readonly compared: number;
  readonly drifts: readonly {
    readonly kind: string;
    readonly object: ObjectKey;
    readonly changes: readonly { readonly path: string }[];
  }[];
  readonly findings: readonly { readonly severity: string; readonly message: string }[];
}

/** A change that somebody makes to the cluster, and what of it `portcullis drift` has to say. */
interface Planted {
  readonly what: string;
  readonly plant: (client: ApiClient) => Promise<unknown>;
  /** `kind of drift, kind namespace/name: paths`; nothing for what is no drift. */
  readonly told: readonly string[];
}

/** Changes part of an object, as `kubectl patch --type=merge` does. */
const merge = async (client: ApiClient, key: ObjectKey, patch: object) =>
  client.request('PATCH', await client.pathOf(key), patch, 'application/merge-patch+json');

const cilium = (namespace: string, name: string): ObjectKey => ({
  ...{ apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', namespace, name },
});

const PLANTED: readonly Planted[] = [
  {
    what: 'an agent that may go anywhere',
    plant: (client) => merge(client, cilium('ws-production', 'agent'), { spec: { egress: [{ toEntities: ['all'] }] } }),
    told: ['changed CiliumNetworkPolicy ws-production/agent: spec.egress'],
  },
  {
    what: 'a default deny that is gone',
    plant: (client) => client.delete(cilium('portarium-agents', 'default-deny')),
    told: ['missing CiliumNetworkPolicy portarium-agents/default-deny'],
  },
  {
    what: 'a policy that somebody added beside ours',
    plant: (client) =>
      client.apply({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'open', namespace: 'ws-support' },
        spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{}] },
      }),
    told: ['unmanaged NetworkPolicy ws-support/open'],
  },
  {
    what: 'a namespace that takes any pod',
    plant: (client) =>
      merge(
        client,
        { apiVersion: 'v1', kind: 'Namespace', name: 'ws-support' },
        { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } },
      ),
    told: ['changed Namespace ws-support: metadata.labels["pod-security.kubernetes.io/enforce"]'],
  },
  {
    what: 'another image of OPA',
    plant: (client) =>
      client.request(
        'PATCH',
        '/apis/apps/v1/namespaces/portarium-authorization/deployments/opa',
        [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'evil.example/opa:1' }],
        'application/json-patch+json',
      ),
    told: ['changed Deployment portarium-authorization/opa: spec.template.spec.containers[0].image'],
  },
  {
    what: 'a policy in a namespace that is none of ours',
    plant: (client) =>
      client.apply({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'theirs', namespace: 'default' },
        spec: { podSelector: {}, policyTypes: ['Ingress'] },
      }),
    told: [],
  },
];

describe.skipIf(!READY)('portcullis drift against a cluster', () => {
  const count = row('kube-apiserver', '`portcullis drift` finds what was planted in a cluster, and nothing else');
  const folder = path.join(manifests, 'prod');
  let server: ApiServer;
  let client: ApiClient;
  let objects: readonly KubeObject[];

  /** Runs the command as it was built; returns its exit code and its report. */
  function drift(): { readonly code: number | null; readonly report: Report } {
    const bin = path.join(repository, 'dist/lib/cli/bin.js');
    const args = [bin, 'drift', folder, '--kubeconfig', server.kubeconfig, '--format', 'json'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: repository, encoding: 'utf8' });
    if (stdout === '') throw new Error(`portcullis drift ended with ${status}: ${stderr}`);
    return { code: status, report: JSON.parse(stdout) as Report };
  }

  function told({ drifts }: Report): readonly string[] {
    return drifts.map(({ kind, object, changes }) => {
      const name = [object.namespace, object.name].filter((part) => part !== undefined).join('/');
      const paths = changes.map((change) => change.path).join(', ');
      return `${kind} ${object.kind} ${name}${paths === '' ? '' : `: ${paths}`}`;
    });
  }

  beforeAll(async () => {
    server = await ApiServer.start();
    await installDefinitions(server.client);
    objects = renderedObjects('prod');
    client = deployerOf('prod', server.client);
    await makeNamespaces(client, foreignNamespaces(objects));
    for (const object of objects) expect(await client.apply(object)).toMatchObject({ status: 201 });
  });

  afterAll(() => server.stop());

  it('finds nothing in what was just applied, whatever the server filled in', () => {
    const { code, report } = drift();
    expect([code, told(report)]).toEqual([0, []]);
    expect(report.compared).toBe(objects.length);
    expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    count.cases(report.compared);
  });

  it.each(PLANTED)('tells of $what', async ({ plant, told: expected }) => {
    await plant(client);
    const { code, report } = drift();
    expect(told(report)).toEqual(expected);
    expect(code).toBe(expected.length > 0 ? 2 : 0);
    // Applied again, everything is as it was, except what nobody rendered.
    for (const object of objects) expect((await client.apply(object, { force: true })).status).toBeLessThan(300);
    for (const name of ['ws-support/open', 'default/theirs']) await removePolicy(client, name);
    expect(told(drift().report)).toEqual([]);
  });

  it('tells of all of it at once', async () => {
    for (const { plant } of PLANTED) await plant(client);
    const { code, report } = drift();
    expect([...told(report)].sort()).toEqual(PLANTED.flatMap((one) => one.told).sort());
    expect(code).toBe(2);
  });
});

async function removePolicy(client: ApiClient, text: string): Promise<void> {
  const [namespace, name = ''] = text.split('/');
  await client.delete({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace, name });
}
