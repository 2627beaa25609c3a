import type { Finding, Problem } from '../../finding';
import type { KubeObject } from '../../kube/object';
import { type DeliverySource, repositoryProblem, sourceProblems } from '../../model/delivery-source';
import { argoObjects } from './argo-objects';
import { isDefaultDeny } from './default-deny';
import { annotated, type Delivery } from './delivery';
import { missingNamespaces } from './missing-namespace';
import { stepNumber, stepOf } from './step';

/** How Argo CD finds an output, and where it brings it. */
export interface ArgoOptions extends DeliverySource {
  /** Address of the repository: `https://git.example.com/platform/manifests.git`. */
  readonly repository: string;
  /**
   * Branch, tag or commit.
   * @default HEAD
   */
  readonly revision?: string;
  /**
   * Namespace of Argo CD.
   * @default argocd
   */
  readonly namespace?: string;
  /**
   * Address of the cluster's API server, as Argo CD knows it.
   * @default https://kubernetes.default.svc
   */
  readonly server?: string;
  /**
   * Project of the one Application that is applied by hand and brings the others.
   * @default default
   */
  readonly rootProject?: string;
}

/** Settings with what is left out. */
export type ArgoSettings = Required<ArgoOptions>;

/** Folder of what belongs to no workspace. */
export const PLATFORM_FOLDER = 'platform';

/** The folder of a workspace, which may be below that of its platform. */
const WORKSPACE = /^(?:(.+?)\/)?(workspaces\/[^/]+)\/(.+)$/;

/**
 * Lays an output out for Argo CD: an Application for what all workspaces share, and an ApplicationSet with one
 * Application for each workspace, so that one that fails holds up no other.
 *
 * Waves order what is in one Application: CRDs and namespaces, default denies, identities, policies, workloads, alerts.
 * What is no longer in the repository is pruned, except default denies, and namespaces only after a confirmation (from
 * Argo CD 2.14), since the deny goes with the namespace.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/
 * @example
 * synthesize(app, { delivery: argo({ name: 'prod', repository: 'https://git.example.com/manifests.git', path: 'prod' }) });
 */
export function argo(options: ArgoOptions): Delivery {
  const settings: ArgoSettings = {
    revision: 'HEAD',
    namespace: 'argocd',
    server: 'https://kubernetes.default.svc',
    rootProject: 'default',
    ...options,
  };
  return {
    file: (_, file) => {
      const [, above, workspace, rest] = WORKSPACE.exec(file) ?? [];
      if (workspace === undefined) return `${PLATFORM_FOLDER}/${file}`;
      return above === undefined ? `${workspace}/${rest}` : `${workspace}/${above}/${rest}`;
    },
    folder: argoFolder,
    annotate,
    findings: (folders) => [
      ...problems(settings).map((problem) => finding(settings, problem)),
      ...folders.flatMap(({ objects }) => missingNamespaces(objects)),
    ],
    objects: (folders) => argoObjects(settings, folders),
  };
}

function argoFolder(file: string): string {
  const [first = '', second = ''] = file.split('/');
  return first === PLATFORM_FOLDER ? first : `${first}/${second}`;
}

function problems({ repository, server, ...source }: ArgoSettings): readonly Problem[] {
  const serverProblem = /^https:\/\/[\w.:[\]-]+(\/[\w./-]*)?$/.test(server)
    ? undefined
    : {
        message: `the server '${server}' is not an https address`,
        fix: "write it as 'https://kubernetes.default.svc'",
      };
  return [...sourceProblems(source), repositoryProblem(repository), serverProblem].filter(
    (problem) => problem !== undefined,
  );
}

function finding({ name }: ArgoSettings, problem: Problem): Finding {
  return { rule: 'invalid-delivery', severity: 'error', where: { construct: name }, ...problem };
}

const WAVE = 'argocd.argoproj.io/sync-wave';
const OPTIONS = 'argocd.argoproj.io/sync-options';
/** Kinds that take other objects with them when they go. */
const TAKING_OTHERS: ReadonlySet<string> = new Set(['Namespace', 'CustomResourceDefinition']);

function annotate(manifest: KubeObject, file: string): KubeObject {
  const wave = String(stepNumber(stepOf(manifest, file)));
  const options = isDefaultDeny(manifest)
    ? 'Prune=false,Delete=false'
    : TAKING_OTHERS.has(manifest.kind)
      ? 'Prune=confirm,Delete=confirm'
      : undefined;
  return annotated(manifest, { [WAVE]: wave, ...(options === undefined ? {} : { [OPTIONS]: options }) });
}
