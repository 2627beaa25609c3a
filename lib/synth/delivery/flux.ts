import type { ApiObject } from 'cdk8s';
import type { Finding, Problem } from '../../finding';
import { apiGroup, type KubeObject } from '../../kube/object';
import { type DeliverySource, durationProblem, sourceProblems } from '../../model/delivery-source';
import { dnsSubdomainProblem } from '../../model/name';
import { objectKey } from '../object-check';
import { isDefaultDeny, isNetworkPolicy } from './default-deny';
import { annotated, type DeliveredFolder, type Delivery, type DeliveryFile } from './delivery';
import { missingNamespaces } from './missing-namespace';
import { DELIVERY_STEPS, stepOfObject } from './step';

/** How Flux finds an output. */
export interface FluxOptions extends DeliverySource {
  /** The source that holds the output. It is not rendered: `flux bootstrap` or somebody else made it. */
  readonly source: { readonly kind?: 'GitRepository' | 'OCIRepository' | 'Bucket'; readonly name: string };
  /**
   * Namespace of the Kustomizations and of the source.
   * @default flux-system
   */
  readonly namespace?: string;
  /**
   * How often Flux holds the cluster against the source, as a Go duration.
   * @default 10m
   */
  readonly interval?: string;
  /**
   * How long a step may take to become healthy, as a Go duration.
   * @default 5m
   */
  readonly timeout?: string;
}

type FluxSettings = Required<FluxOptions>;

/**
 * Lays an output out for Flux: a Kustomization for each step, each after the one before and healthy before the next one.
 * The steps are CRDs and namespaces, default denies, identities, policies, workloads, alerts.
 *
 * Every object is waited for. Of Cilium's policies the condition `Valid` is asked for, which Cilium's operator writes, so
 * that a policy that it refuses holds up the workloads. What is no longer in the source is pruned, except default denies
 * and namespaces, since the deny goes with the namespace.
 *
 * @see https://fluxcd.io/flux/components/kustomize/kustomizations/
 * @see operator/pkg/networkpolicy/cell.go of Cilium 1.19.4 (`updateCondition`)
 * @example
 * synthesize(app, { delivery: flux({ name: 'prod', source: { name: 'manifests' }, path: 'prod' }) });
 */
export function flux(options: FluxOptions): Delivery {
  const settings: FluxSettings = { namespace: 'flux-system', interval: '10m', timeout: '5m', ...options };
  return {
    file: (object, file) => `${stepOfObject(object, file)}/${file}`,
    folder: (file) => file.slice(0, file.indexOf('/')),
    annotate,
    findings: (folders) => [
      ...problems(settings).map((problem) => finding(settings.name, 'invalid-delivery', problem)),
      ...folders.flatMap(({ objects }) => missingNamespaces(objects)),
      ...folders.flatMap((folder) => inventoryFindings(settings, folder)),
    ],
    objects: (folders) => kustomizations(settings, folders),
  };
}

function problems({ source, namespace, interval, timeout, ...rest }: FluxSettings): readonly Problem[] {
  return [
    ...sourceProblems(rest),
    dnsSubdomainProblem(source.name, 'name of the source'),
    dnsSubdomainProblem(namespace, 'namespace of the delivery'),
    durationProblem(interval),
    durationProblem(timeout),
  ].filter((problem) => problem !== undefined);
}

function finding(construct: string, rule: string, problem: Problem): Finding {
  return { rule, severity: 'error', where: { construct }, ...problem };
}

const PRUNE = 'kustomize.toolkit.fluxcd.io/prune';
/** Kinds that take other objects with them when they go. */
const TAKING_OTHERS: ReadonlySet<string> = new Set(['Namespace', 'CustomResourceDefinition']);

function annotate(manifest: KubeObject): KubeObject {
  return isDefaultDeny(manifest) || TAKING_OTHERS.has(manifest.kind)
    ? annotated(manifest, { [PRUNE]: 'disabled' })
    : manifest;
}

/** Biggest object that etcd stores by default; a quarter is left for the rest of the status. */
const INVENTORY_BYTES = 1_572_864 * 0.75;

/**
 * A Kustomization keeps a list of its objects in its status, which has to fit into one object.
 * @see api/v1/inventory_types.go of github.com/fluxcd/kustomize-controller (`ResourceRef`)
 */
function inventoryFindings({ name }: FluxSettings, { folder, objects }: DeliveredFolder): readonly Finding[] {
  const bytes = objects.reduce((sum, object) => sum + inventoryBytes(object), 0);
  if (bytes <= INVENTORY_BYTES) return [];
  const message = `the Kustomization '${name}-${folder}' has ${objects.length} objects, and the list of them does not fit into its status`;
  return [
    finding(name, 'delivery-too-large', {
      message,
      fix: 'spread the workspaces over more clusters, or deliver with Argo CD',
    }),
  ];
}

/** `{"id":"<namespace>_<name>_<group>_<kind>","v":"v1"},` */
function inventoryBytes(object: ApiObject): number {
  const { apiVersion, kind, name, namespace = '' } = objectKey(object);
  return (
    namespace.length + name.length + apiGroup(apiVersion).length + kind.length + 3 + '{"id":"","v":"v1alpha1"},'.length
  );
}

function kustomizations(settings: FluxSettings, folders: readonly DeliveredFolder[]): readonly DeliveryFile[] {
  const inOrder = DELIVERY_STEPS.flatMap((step) => folders.filter(({ folder }) => folder === step));
  const objects = inOrder.map((folder, index) => kustomization(settings, folder, inOrder[index - 1]));
  return objects.length === 0 ? [] : [{ file: 'flux.yaml', objects }];
}

function kustomization(
  settings: FluxSettings,
  current: DeliveredFolder,
  before: DeliveredFolder | undefined,
): KubeObject {
  const { name, namespace, path, source, interval, timeout } = settings;
  const checks = ciliumChecks(current);
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: `${name}-${current.folder}`, namespace },
    spec: {
      ...(before === undefined ? {} : { dependsOn: [{ name: `${name}-${before.folder}` }] }),
      interval,
      retryInterval: '1m',
      timeout,
      path: `./${path}/${current.folder}`,
      prune: true,
      sourceRef: { kind: source.kind ?? 'GitRepository', name: source.name },
      wait: true,
      ...(checks.length === 0 ? {} : { healthCheckExprs: checks }),
    },
  };
}

/** Cilium's policies have no condition `Ready`, and would count as healthy as soon as they are stored. */
function ciliumChecks({ objects }: DeliveredFolder): readonly object[] {
  const kinds = new Set(
    objects
      .filter(({ apiVersion, kind }) => apiVersion === 'cilium.io/v2' && isNetworkPolicy(kind))
      .map(({ kind }) => kind),
  );
  const valid = (status: string) => `status.conditions.exists(c, c.type == 'Valid' && c.status == '${status}')`;
  return [...kinds].sort().map((kind) => ({
    apiVersion: 'cilium.io/v2',
    kind,
    current: valid('True'),
    failed: valid('False'),
  }));
}
