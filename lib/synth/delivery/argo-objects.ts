import { apiGroup, type KubeObject } from '../../kube/object';
import { objectKey } from '../object-check';
import type { ArgoSettings } from './argo';
import type { DeliveredFolder, DeliveryFile } from './delivery';

const API_VERSION = 'argoproj.io/v1alpha1';
const PLATFORM_FOLDER = 'platform';
const WAVE = 'argocd.argoproj.io/sync-wave';
/** Has Argo CD delete what an Application brought when the Application is deleted. */
const CASCADE = 'resources-finalizer.argocd.argoproj.io';

/**
 * Argo CD's own objects: a project that may bring what was rendered and nothing else, an Application for the platform, an
 * ApplicationSet over the workspaces, and the Application that brings these.
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-List/
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/cluster-bootstrapping/
 */
export function argoObjects(settings: ArgoSettings, folders: readonly DeliveredFolder[]): readonly DeliveryFile[] {
  const workspaces = folders.filter(({ folder }) => folder !== PLATFORM_FOLDER);
  const platform = folders.filter(({ folder }) => folder === PLATFORM_FOLDER);
  return [
    { file: 'argocd/project.yaml', objects: [project(settings, folders)] },
    ...(platform.length > 0
      ? [{ file: 'argocd/platform.yaml', objects: [platformApplication(settings, platform)] }]
      : []),
    ...(workspaces.length > 0
      ? [{ file: 'argocd/workspaces.yaml', objects: [applicationSet(settings, workspaces)] }]
      : []),
    { file: 'argocd.yaml', objects: [rootApplication(settings)] },
  ];
}

function metadata({ name, namespace }: ArgoSettings, suffix: string, wave: number): KubeObject['metadata'] {
  return { name: `${name}${suffix}`, namespace, annotations: { [WAVE]: String(wave) } };
}

/**
 * The namespaces of a folder's objects. Argo CD wants an Application to name one that its project permits, though every
 * object names its own.
 */
function namespacesOf(folders: readonly DeliveredFolder[]): readonly string[] {
  const namespaces = new Set<string>();
  for (const object of folders.flatMap(({ objects }) => [...objects])) {
    const { kind, namespace, name } = objectKey(object);
    if (namespace !== undefined) namespaces.add(namespace);
    else if (kind === 'Namespace') namespaces.add(name);
  }
  return namespaces.size === 0 ? ['default'] : [...namespaces].sort();
}

/** Nothing may come from elsewhere, go elsewhere, or be of another kind: a project without lists would allow all. */
function project(settings: ArgoSettings, folders: readonly DeliveredFolder[]): KubeObject {
  const [namespaced, clusterwide] = [new Map<string, object>(), new Map<string, object>()];
  for (const object of folders.flatMap(({ objects }) => [...objects])) {
    const { apiVersion, kind, namespace } = objectKey(object);
    const group = apiGroup(apiVersion);
    (namespace === undefined ? clusterwide : namespaced).set(`${group}/${kind}`, { group, kind });
  }
  return {
    apiVersion: API_VERSION,
    kind: 'AppProject',
    metadata: metadata(settings, '', -2),
    spec: {
      description: 'What Portcullis rendered, and nothing else',
      sourceRepos: [settings.repository],
      destinations: permitted(folders).map((namespace) => ({ server: settings.server, namespace })),
      clusterResourceWhitelist: sorted(clusterwide),
      namespaceResourceWhitelist: sorted(namespaced),
    },
  };
}

/** With the namespace that folders without any are brought to. */
function permitted(folders: readonly DeliveredFolder[]): readonly string[] {
  return [...new Set(folders.flatMap((folder) => [...namespacesOf([folder])]))].sort();
}

function sorted(map: ReadonlyMap<string, object>): readonly object[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

function platformApplication(settings: ArgoSettings, folders: readonly DeliveredFolder[]): KubeObject {
  return {
    apiVersion: API_VERSION,
    kind: 'Application',
    metadata: { ...metadata(settings, '-platform', -1), finalizers: [CASCADE] } as KubeObject['metadata'],
    spec: applicationSpec(settings, settings.name, PLATFORM_FOLDER, namespacesOf(folders)[0]),
  };
}

/** The workspaces are listed, so that a folder that somebody adds to the repository becomes nothing by itself. */
function applicationSet(settings: ArgoSettings, workspaces: readonly DeliveredFolder[]): KubeObject {
  const elements = workspaces.map((one) => ({
    workspace: one.folder.slice(one.folder.indexOf('/') + 1),
    namespace: namespacesOf([one])[0],
  }));
  return {
    apiVersion: API_VERSION,
    kind: 'ApplicationSet',
    metadata: metadata(settings, '-workspaces', 0),
    spec: {
      goTemplate: true,
      goTemplateOptions: ['missingkey=error'],
      generators: [{ list: { elements } }],
      syncPolicy: { applicationsSync: 'sync', preserveResourcesOnDeletion: false },
      template: {
        metadata: { name: `${settings.name}-workspace-{{.workspace}}` },
        spec: applicationSpec(settings, settings.name, 'workspaces/{{.workspace}}', '{{.namespace}}'),
      },
    },
  };
}

/** It names itself nowhere, so that it cannot prune itself; it is applied by hand, once. */
function rootApplication(settings: ArgoSettings): KubeObject {
  const { namespace, rootProject } = settings;
  const { source, syncPolicy } = applicationSpec(settings, rootProject, 'argocd', namespace);
  return {
    apiVersion: API_VERSION,
    kind: 'Application',
    metadata: { name: settings.name, namespace },
    spec: {
      project: rootProject,
      source,
      // Where Argo CD itself runs, wherever the workspaces are.
      destination: { server: 'https://kubernetes.default.svc', namespace },
      syncPolicy,
    },
  };
}

function applicationSpec(
  { repository, revision, path, server }: ArgoSettings,
  project: string,
  folder: string,
  namespace: string | undefined,
) {
  return {
    project,
    source: { repoURL: repository, targetRevision: revision, path: `${path}/${folder}` },
    destination: { server, namespace },
    syncPolicy: {
      automated: { prune: true, selfHeal: true, allowEmpty: false },
      // Objects of a kind whose CRD comes in the same sync have no dry run yet.
      syncOptions: ['ServerSideApply=true', 'SkipDryRunOnMissingResource=true', 'PruneLast=true'],
      retry: { limit: 10, backoff: { duration: '10s', factor: 2, maxDuration: '5m' } },
    },
  };
}
