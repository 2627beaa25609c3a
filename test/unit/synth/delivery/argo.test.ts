import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { beforeAll, describe, expect, test } from 'vitest';
import { argo, FindingsError, ManifestObject, synthesize } from '../../../../lib';
import type { KubeObject } from '../../../../lib/kube/object';
import { temporaryFolder } from '../../environment/refusal';
import { delivered, vaultApp } from './build';

const SETTINGS = { name: 'prod', repository: 'https://git.example.com/manifests.git', path: 'manifests/prod' };
const folder = temporaryFolder();
let files: ReadonlyMap<string, readonly KubeObject[]>;

beforeAll(() => {
  files = delivered(join(folder, 'argo'), argo(SETTINGS));
});

type Data = Readonly<Record<string, never>>;

function only(file: string): KubeObject & { spec: Data } {
  const [object] = files.get(file) ?? [];
  if (object === undefined) throw new Error(`${file} is not there: ${[...files.keys()]}`);
  return object as KubeObject & { spec: Data };
}

const manifests = () =>
  [...files]
    .filter(([file]) => /^(platform|workspaces)\//.test(file) && !file.endsWith('kustomization.yaml'))
    .flatMap(([, objects]) => [...objects]);

describe('what is brought', () => {
  test('every workspace is a folder that kustomize can build, and the rest is another', () => {
    const listed = (file: string) => (only(file) as unknown as { resources: string[] }).resources;
    expect(listed('workspaces/ws-a/kustomization.yaml')).toEqual([
      'namespace.yaml',
      'network-policies.yaml',
      'identity.yaml',
    ]);
    expect(listed('platform/kustomization.yaml')).toEqual([
      'namespaces.yaml',
      'network-policies/vault.yaml',
      'network-policies/default-deny.yaml',
    ]);
    expect(files.has('kustomization.yaml')).toBe(false);
  });

  test('waves are in the order in which things are needed', () => {
    const waves = Object.fromEntries(
      manifests().map(({ kind, metadata }) => [
        `${kind} ${metadata.name.replace(/-[\da-f]{16}$/, '')}`,
        metadata.annotations?.['argocd.argoproj.io/sync-wave'],
      ]),
    );
    expect(waves).toEqual({
      'Namespace vault': '0',
      'Namespace ws-a': '0',
      'Namespace ws-b': '0',
      'ResourceQuota workspace': '0',
      'LimitRange workspace': '0',
      'CiliumNetworkPolicy default-deny': '1',
      'ClusterSPIFFEID agent-ws-a': '2',
      'ClusterSPIFFEID agent-ws-b': '2',
      'CiliumNetworkPolicy agent': '3',
      'CiliumNetworkPolicy vault': '3',
    });
  });

  test('default denies stay, namespaces are asked about, and all else is pruned', () => {
    for (const { kind, metadata } of manifests()) {
      const options = metadata.annotations?.['argocd.argoproj.io/sync-options'];
      if (metadata.name === 'default-deny') expect(options).toBe('Prune=false,Delete=false');
      else if (kind === 'Namespace') expect(options).toBe('Prune=confirm,Delete=confirm');
      else expect(options).toBeUndefined();
    }
  });

  test('annotations that are there already stay', () => {
    const agent = files.get('workspaces/ws-a/network-policies.yaml')?.find(({ metadata }) => metadata.name === 'agent');
    expect(agent?.metadata.annotations).toHaveProperty(['portcullis.dev/egress']);
  });
});

describe("Argo CD's own objects", () => {
  test('an ApplicationSet makes an Application for each workspace', () => {
    const { apiVersion, kind, spec } = only('argocd/workspaces.yaml');
    expect([apiVersion, kind]).toEqual(['argoproj.io/v1alpha1', 'ApplicationSet']);
    expect(spec).toMatchObject({
      goTemplate: true,
      goTemplateOptions: ['missingkey=error'],
      generators: [
        {
          list: {
            elements: [
              { workspace: 'ws-a', namespace: 'ws-a' },
              { workspace: 'ws-b', namespace: 'ws-b' },
            ],
          },
        },
      ],
      template: {
        metadata: { name: 'prod-workspace-{{.workspace}}' },
        spec: {
          project: 'prod',
          source: { repoURL: SETTINGS.repository, path: 'manifests/prod/workspaces/{{.workspace}}' },
          destination: { server: 'https://kubernetes.default.svc', namespace: '{{.namespace}}' },
          syncPolicy: { automated: { prune: true, selfHeal: true, allowEmpty: false } },
        },
      },
    });
  });

  test('the project permits what was rendered, and nothing by a wildcard', () => {
    const { spec } = only('argocd/project.yaml');
    expect(spec).toEqual({
      description: expect.any(String),
      sourceRepos: [SETTINGS.repository],
      destinations: ['vault', 'ws-a', 'ws-b'].map((namespace) => ({
        server: 'https://kubernetes.default.svc',
        namespace,
      })),
      clusterResourceWhitelist: [
        { group: '', kind: 'Namespace' },
        { group: 'spire.spiffe.io', kind: 'ClusterSPIFFEID' },
      ],
      namespaceResourceWhitelist: [
        { group: '', kind: 'LimitRange' },
        { group: '', kind: 'ResourceQuota' },
        { group: 'cilium.io', kind: 'CiliumNetworkPolicy' },
      ],
    });
    expect(JSON.stringify(spec)).not.toContain('*');
  });

  test('destinations of all Applications are among those of the project', () => {
    const permitted = (only('argocd/project.yaml').spec as unknown as { destinations: object[] }).destinations;
    const { destination } = only('argocd/platform.yaml').spec as unknown as { destination: object };
    expect(permitted).toContainEqual(destination);
  });

  test('what is applied by hand is not among what it brings', () => {
    const root = only('argocd.yaml');
    expect(root.spec).toMatchObject({ project: 'default', source: { path: 'manifests/prod/argocd' } });
    expect([...files.keys()].filter((file) => file.startsWith('argocd/'))).toEqual([
      'argocd/platform.yaml',
      'argocd/project.yaml',
      'argocd/workspaces.yaml',
    ]);
  });
});

describe('what is refused', () => {
  function refusal(settings: object, add?: (app: App) => void) {
    const { app } = vaultApp(join(folder, 'refused'));
    add?.(app);
    try {
      synthesize(app, { delivery: argo({ ...SETTINGS, ...settings }) });
    } catch (error) {
      if (error instanceof FindingsError) return error.findings.map(({ rule, message }) => `${rule}: ${message}`);
      throw error;
    }
    return [];
  }

  test.each([
    ['a path that leads out', { path: '../prod' }, "'../prod' is not a folder"],
    ['an empty path', { path: '' }, "'' is not a folder"],
    ['a path with a template', { path: '{{.x}}' }, 'is not a folder'],
    ['a repository without encryption', { repository: 'http://git.example.com/a' }, 'not reached over https or ssh'],
    ['a password', { repository: 'https://u:p@git.example.com/a' }, 'holds a user or a password'],
    ['no repository', { repository: 'manifests' }, 'not the address of a repository'],
    ['a server without https', { server: 'kubernetes' }, "the server 'kubernetes' is not an https address"],
    ['a name that is none', { name: 'Prod' }, 'is not a DNS subdomain'],
  ])('%s', (_, settings, message) => {
    expect(refusal(settings)).toEqual([expect.stringContaining(message)]);
  });

  test('the password is not repeated', () => {
    expect(refusal({ repository: 'https://u:hunter2@git.example.com/a' }).join()).not.toContain('hunter2');
  });

  test.each(['git@git.example.com:team/a.git', 'ssh://git@git.example.com/a.git'])('not %s', (repository) => {
    expect(refusal({ repository })).toEqual([]);
  });

  test('an object of a namespace that names none', () => {
    const add = (app: App) =>
      new ManifestObject(new Chart(app, 'mine'), 'config', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        name: 'a',
        file: 'a.yaml',
      });
    expect(refusal({}, add)).toEqual([
      "missing-namespace: ConfigMap 'a' names no namespace, so that it would come into the one of whoever applies it",
    ]);
  });

  test('a dependency against the order of the waves', () => {
    const add = (app: App) => {
      const chart = new Chart(app, 'mine', { namespace: 'vault' });
      const object = (kind: string, apiVersion: string) =>
        new ManifestObject(chart, kind, { apiVersion, kind, name: 'a', namespace: 'vault', file: `${kind}.yaml` });
      object('ServiceAccount', 'v1').addDependency(object('Deployment', 'apps/v1'));
    };
    expect(refusal({}, add)).toEqual([
      expect.stringMatching(
        /^delivery-order: ServiceAccount vault\/a comes with the identities and depends on Deployment/,
      ),
    ]);
  });

  test("a file in the place of one of Argo CD's", () => {
    const app = new App({ outdir: join(folder, 'refused') });
    new ManifestObject(new Chart(app, 'mine'), 'config', {
      apiVersion: 'v1',
      kind: 'Namespace',
      name: 'a',
      file: 'kustomization.yaml',
    });
    expect(() => synthesize(app, { delivery: argo(SETTINGS) })).toThrow(/kustomization.yaml' is written twice/);
  });
});

test('a program without workspaces has no ApplicationSet', () => {
  const outdir = join(folder, 'small');
  const app = new App({ outdir });
  new ManifestObject(new Chart(app, 'mine'), 'a', { apiVersion: 'v1', kind: 'Namespace', name: 'a', file: 'a.yaml' });
  const { written } = synthesize(app, { delivery: argo(SETTINGS) });
  // a.yaml, its kustomization, the project, the platform, the root and the index
  expect(written).toBe(6);
});
