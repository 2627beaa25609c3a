import { join } from 'node:path';
import { Chart } from 'cdk8s';
import { beforeAll, describe, expect, test } from 'vitest';
import { FindingsError, flux, ManifestObject, synthesize } from '../../../../lib';
import type { KubeObject } from '../../../../lib/kube/object';
import { temporaryFolder } from '../../environment/refusal';
import { delivered, vaultApp } from './build';

const SETTINGS = { name: 'prod', source: { name: 'manifests' }, path: 'manifests/prod' };
const folder = temporaryFolder();
let files: ReadonlyMap<string, readonly KubeObject[]>;

beforeAll(() => {
  files = delivered(join(folder, 'flux'), flux(SETTINGS));
});

interface Spec {
  readonly dependsOn?: readonly { readonly name: string }[];
  readonly path: string;
  readonly healthCheckExprs?: readonly { readonly kind: string }[];
}

function specs(): ReadonlyMap<string, Spec> {
  return new Map((files.get('flux.yaml') ?? []).map(({ metadata, spec }) => [metadata.name, spec as Spec]));
}

/** Fields of `kustomize.toolkit.fluxcd.io/v1` (KustomizationSpec of kustomize-controller v1.7.2) that are used. */
const FIELDS = [
  ...['dependsOn', 'healthCheckExprs', 'interval', 'path', 'prune', 'retryInterval', 'sourceRef', 'timeout', 'wait'],
];

describe('Kustomizations', () => {
  test('one comes after the other, and waits for it', () => {
    expect([...specs()].map(([name, { dependsOn = [] }]) => [name, ...dependsOn.map((one) => one.name)])).toEqual([
      ['prod-namespaces'],
      ['prod-default-deny', 'prod-namespaces'],
      ['prod-identities', 'prod-default-deny'],
      ['prod-policies', 'prod-identities'],
    ]);
    for (const spec of specs().values()) {
      expect(spec).toMatchObject({ prune: true, wait: true, sourceRef: { kind: 'GitRepository', name: 'manifests' } });
      expect(FIELDS).toEqual(expect.arrayContaining(Object.keys(spec)));
    }
  });

  test("Cilium's policies are healthy once Cilium finds them valid", () => {
    const asked = [...specs()].filter(([, { healthCheckExprs }]) => healthCheckExprs !== undefined);
    expect(asked.map(([name]) => name)).toEqual(['prod-default-deny', 'prod-policies']);
    expect(asked[0]?.[1].healthCheckExprs).toEqual([
      {
        apiVersion: 'cilium.io/v2',
        kind: 'CiliumNetworkPolicy',
        current: "status.conditions.exists(c, c.type == 'Valid' && c.status == 'True')",
        failed: "status.conditions.exists(c, c.type == 'Valid' && c.status == 'False')",
      },
    ]);
  });

  test('every manifest is in the folder of exactly one of them', () => {
    const folders = [...specs().values()].map(({ path }) => path.replace('./manifests/prod/', ''));
    for (const step of folders) {
      const [{ resources } = { resources: [] }] = files.get(`${step}/kustomization.yaml`) as unknown as [
        { resources: string[] },
      ];
      const inside = [...files.keys()].filter(
        (file) => file.startsWith(`${step}/`) && !file.endsWith('kustomization.yaml'),
      );
      expect(resources.map((file) => `${step}/${file}`).sort()).toEqual(inside);
    }
    const outside = [...files.keys()].filter((file) => !folders.some((step) => file.startsWith(`${step}/`)));
    expect(outside).toEqual(['flux.yaml']);
  });

  test('default denies have a step of their own, apart from what is allowed', () => {
    const names = (file: string) => files.get(file)?.map(({ metadata }) => metadata.name);
    expect(names('default-deny/workspaces/ws-a/network-policies.yaml')).toEqual(['default-deny']);
    expect(names('policies/workspaces/ws-a/network-policies.yaml')).toEqual(['agent']);
  });
});

test('default denies and namespaces are not pruned', () => {
  for (const { kind, metadata } of [...files.values()].flat()) {
    const isKept = metadata?.name === 'default-deny' || kind === 'Namespace';
    expect(metadata?.annotations?.['kustomize.toolkit.fluxcd.io/prune']).toBe(isKept ? 'disabled' : undefined);
  }
});

describe('what is refused', () => {
  function refusal(settings: object): readonly string[] {
    try {
      synthesize(vaultApp(join(folder, 'refused')).app, { delivery: flux({ ...SETTINGS, ...settings }) });
    } catch (error) {
      if (error instanceof FindingsError) return error.findings.map(({ rule, message }) => `${rule}: ${message}`);
      throw error;
    }
    return [];
  }

  test.each([
    ['an interval that is none', { interval: '10 minutes' }, "'10 minutes' is not a duration"],
    ['a timeout that is none', { timeout: '' }, "'' is not a duration"],
    ['a source without a name', { source: { name: '' } }, "name of the source '' is not a DNS subdomain"],
    ['a path that leads out', { path: 'a/../..' }, 'is not a folder of a repository'],
  ])('%s', (_, settings, message) => {
    expect(refusal(settings)).toEqual(
      [`invalid-delivery: ${message}`].map((text) => expect.stringContaining(text.slice(18))),
    );
  });

  test('more objects than the status of a Kustomization can list', () => {
    const { app } = vaultApp(join(folder, 'large'));
    const chart = new Chart(app, 'mine');
    for (let index = 0; index < 8000; index++) {
      const name = `${'n'.repeat(150)}-${index}`;
      new ManifestObject(chart, name, { apiVersion: 'v1', kind: 'ConfigMap', name, namespace: 'a', file: 'a.yaml' });
    }
    expect(() => synthesize(app, { delivery: flux(SETTINGS) })).toThrow(
      /'prod-workloads' has 8000 objects, and the list of them does not fit into its status/,
    );
  });
});
