import * as pulumi from '@pulumi/pulumi';
import type { App } from 'cdk8s';
import { type Finding, FindingsError, formatFinding, hasErrors } from '../finding';
import type { KubeObject, ObjectKey } from '../kube/object';
import { qualifiedName, resourceName, resourceType } from './resource-name';
import { type PlannedResource, planResources, type ResourcePlan } from './resource-plan';
import { withoutStackTraces } from './stack-trace';

/** What the objects of one construct tree in one cluster consist of. */
export interface ClusterObjectsProps {
  /** The construct tree. Values in it may be Outputs, but for names and namespaces. */
  readonly app: App;
  /** The cluster. There is no default: whatever context is current is nothing to deploy policies to. */
  readonly provider: pulumi.ProviderResource;
  /**
   * Whether Pulumi refuses to delete the policies that deny everything.
   * @default false
   */
  readonly protectDefaultDeny?: boolean;
  /**
   * The plan of the app, from somebody who has looked at its findings and proved the program, as `deploy` does.
   * @default - it is made here; what the program claims is logged as warnings that nobody has proved it
   */
  readonly plan?: ResourcePlan;
}

/**
 * The Kubernetes objects of a construct tree in one cluster, one resource for each, the same ones that synthesis
 * writes.
 *
 * Resources have the types that the typed SDK registers and names that depend on nothing but the component's name and
 * the object's namespace, kind and name. Namespaces, definitions and default denies come before what needs them, and go
 * after it. What a Secret holds is secret in Pulumi's state.
 *
 * @example
 * const app = new App();
 * new Portarium(app, 'portarium', settings);
 * new ClusterObjects('portarium', { app, provider: new Provider('prod', { context: 'prod' }) });
 */
export class ClusterObjects extends pulumi.ComponentResource {
  private readonly byName = new Map<string, pulumi.CustomResource>();

  /**
   * @param name of the component, and in front of the names of all resources
   * @throws FindingsError with everything that is wrong with the tree, before anything is registered
   */
  constructor(name: string, props: ClusterObjectsProps, options: pulumi.ComponentResourceOptions = {}) {
    const { app, provider, protectDefaultDeny = false, plan } = props;
    const { resources, inventories, findings } = plan === undefined ? planUnproved(app) : { ...plan, findings: [] };
    super('portcullis:index:ClusterObjects', name, {}, { ...options, providers: [provider] });
    logFindings(findings, this);
    const registered: pulumi.CustomResource[] = [];
    const shared = sharedNames(name, resources);
    withoutStackTraces(() => {
      for (const planned of resources) {
        const resource = this.register(name, planned, {
          dependsOn: planned.dependsOn.map((index) => registered[index] as pulumi.CustomResource),
          ...(planned.isDefaultDeny && protectDefaultDeny ? { protect: true } : {}),
        });
        registered.push(resource);
        const key = keyOf(planned);
        const known = resourceName(name, key);
        this.byName.set(shared.has(known) ? qualifiedName(name, key) : known, resource);
      }
    });
    // The policy pack knows from it which pods the policies were written for.
    this.registerOutputs({ objects: resources.length, inventories });
  }

  /**
   * The resources by name: `portarium/portarium-agents/NetworkPolicy/default-deny`. Of objects that share it, since two
   * groups have a kind of one name, each has its group in it: `…/NetworkPolicy.networking.k8s.io/default-deny`.
   */
  get resources(): ReadonlyMap<string, pulumi.CustomResource> {
    return this.byName;
  }

  private register(
    component: string,
    planned: PlannedResource,
    options: pulumi.CustomResourceOptions,
  ): pulumi.CustomResource {
    const { manifest } = planned;
    const key = keyOf(planned);
    const isSecret = key.apiVersion === 'v1' && key.kind === 'Secret';
    const name = resourceName(component, key);
    return new ClusterObject(resourceType(key), name, isSecret ? withSecrets(manifest) : manifest, {
      ...options,
      parent: this,
      ...(isSecret ? { additionalSecretOutputs: [...SECRET_FIELDS] } : {}),
    });
  }
}

function keyOf({ manifest: { apiVersion, kind, metadata } }: PlannedResource): ObjectKey {
  return { apiVersion, kind, namespace: metadata.namespace, name: metadata.name };
}

/** Names that objects of several groups have; to Pulumi their types tell them apart. */
function sharedNames(component: string, resources: readonly PlannedResource[]): ReadonlySet<string> {
  const [seen, shared] = [new Set<string>(), new Set<string>()];
  for (const planned of resources) {
    const name = resourceName(component, keyOf(planned));
    (seen.has(name) ? shared : seen).add(name);
  }
  return shared;
}

/** Any object of Kubernetes, without the class that the typed SDK has for it. */
class ClusterObject extends pulumi.CustomResource {}

const SECRET_FIELDS: readonly string[] = ['data', 'stringData'];

function withSecrets(manifest: KubeObject): Readonly<Record<string, unknown>> {
  const secret = SECRET_FIELDS.flatMap((field) =>
    manifest[field] === undefined ? [] : [[field, pulumi.secret(manifest[field])]],
  );
  return { ...manifest, ...Object.fromEntries(secret) };
}

/** @throws FindingsError with everything that is wrong with the app */
function planUnproved(app: App): Pick<ResourcePlan, 'resources' | 'inventories' | 'findings'> {
  const plan = planResources(app);
  const { programFindings, findings, unproved, unprovable } = plan;
  const all = [...programFindings, ...findings];
  if (hasErrors(all)) throw new FindingsError(all);
  return { ...plan, findings: [...all, ...unproved, ...unprovable.map(asWarning)] };
}

function asWarning(finding: Finding): Finding {
  return { ...finding, severity: 'warning' };
}

/** Shows warnings where Pulumi shows its own; notes can be seen with `pulumi up --debug`. */
export function logFindings(findings: readonly Finding[], resource?: pulumi.Resource): void {
  for (const finding of findings) {
    const log = finding.severity === 'warning' ? pulumi.log.warn : pulumi.log.debug;
    log(formatFinding(finding), resource).catch(() => {}); // a program does not fail since it could not be heard
  }
}
