import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { InvalidValueError, type Problem } from '../finding';
import type { Allowlist } from '../model/allowlist';
import { dnsLabelProblem } from '../model/name';
import { ownerProblem } from '../model/prose';
import { STAGES, type Stage } from '../model/stage';
import { wordProblem } from '../model/word';
import type { WorkspaceQuota } from '../render/workload/quota';
import { Component, type ComponentProps } from './component';
import { ExecutionPlane } from './execution-plane';
import { podLabels, selectorLabels } from './label-scheme';
import { Platform } from './platform';

export interface WorkspaceProps {
  /**
   * What keeps the workspace's pods apart from others': a namespace of its own, or a label in a namespace that it
   * shares with other workspaces.
   * @default 'namespace'
   */
  readonly isolation?: 'namespace' | 'label';
  /**
   * Namespace of its pods; has to be given with `label` isolation.
   * @default - the id of the workspace
   */
  readonly namespace?: string;
  /**
   * Who answers for the workspace; stands on its namespace and in the egress table.
   * @default - nobody is named
   */
  readonly owner?: string;
  /** @default 'enforce' */
  readonly stage?: Stage;
  /**
   * How much its pods may use together. Workspaces that share a namespace share the sum.
   * @default - 8 cores, 16 GiB of memory, 32 GiB of ephemeral storage, 50 pods
   */
  readonly quota?: WorkspaceQuota;
}

/**
 * A tenant's unit of isolation: its untrusted agents and, where workflows run for it, its execution plane.
 *
 * The id is used as namespace, label value and file name, so it has to be a DNS label.
 *
 * @throws InvalidValueError with the construct path for an id or namespace that Kubernetes refuses
 * @example
 * const workspace = new Workspace(platform, 'ws-payments', { owner: 'team-payments' });
 * workspace.agents.allowTo(vault, { purpose: 'credential retrieval' });
 */
export class Workspace extends Chart {
  /** The untrusted workload of the workspace. */
  readonly agents: Agents;
  readonly workspaceId: string;
  readonly isolation: 'namespace' | 'label';
  readonly podNamespace: string;
  readonly owner: string | undefined;
  readonly stage: Stage;
  private readonly policyFile: string;

  constructor(scope: Construct, id: string, props: WorkspaceProps = {}) {
    const platform = Platform.of(scope);
    const isolation = props.isolation ?? 'namespace';
    const namespace = props.namespace ?? (isolation === 'namespace' ? id : platform.sharedNamespace);
    const taken = takenProblem(id, platform, scope);
    if (taken !== undefined) throw new InvalidValueError(taken, scope.node.path);
    super(scope, id, namespace === undefined ? {} : { namespace });
    const problem =
      dnsLabelProblem(id, 'workspace id') ??
      wordProblem('isolation', isolation, ISOLATIONS) ??
      wordProblem('stage', props.stage ?? 'enforce', STAGES) ??
      (props.owner === undefined ? undefined : ownerProblem(props.owner)) ??
      (namespace === undefined
        ? {
            message: `workspace '${id}' is isolated by label and names no namespace`,
            fix: 'give the namespace that it shares',
          }
        : dnsLabelProblem(namespace, 'namespace'));
    if (problem !== undefined) throw new InvalidValueError(problem, this.node.path);
    this.workspaceId = id;
    this.isolation = isolation;
    this.podNamespace = namespace as string;
    this.owner = props.owner;
    this.stage = props.stage ?? 'enforce';
    this.policyFile = `workspaces/${id}/network-policies.yaml`;
    platform.addWorkspace(this);
    this.claimNamespace(platform, props.quota);
    this.agents = new Agents(this, 'agents');
  }

  /**
   * Adds the execution plane of this workspace: the trusted workers that run its workflows and alone reach its
   * systems of record.
   * @param allowlist what it may reach outside the cluster; `none` has to be said
   */
  addExecutionPlane(allowlist: Allowlist): ExecutionPlane {
    const plane = new ExecutionPlane(this, 'execution-plane', this.component('execution-plane'));
    plane.allowEgress(allowlist);
    return plane;
  }

  /**
   * Adds pods of another role to this workspace, with a policy of their own: in its namespace, with its labels, in its
   * stage.
   * @param name id of the construct, value of the component label, and the policy's name
   * @throws InvalidValueError with the construct path for a name that Kubernetes refuses
   * @example
   * const queue = workspace.addComponent('queue', { ports: [Port.tcp(4222)] });
   * workspace.agents.allowTo(queue, { purpose: 'Publish proposals' });
   */
  addComponent(name: string, options: Pick<ComponentProps, 'ports' | 'dnsName' | 'stage'> = {}): Component {
    // Spread into a new object, the properties of each component would have a hidden class of their own.
    return new Component(this, name, Object.assign(this.component(name), options));
  }

  /**
   * What a component of this workspace has in common with the others: namespace, labels, stage and file. For
   * subclasses of Component that live in a workspace; others are added by `addComponent`.
   * @param name value of the component label, also the policy's name
   */
  component(name: string) {
    const platform = Platform.of(this);
    const shared = this.isolation === 'label' ? this.workspaceId : undefined;
    return {
      title: `${this.workspaceId}/${name}`,
      namespace: this.podNamespace,
      selector: selectorLabels(platform.labelScheme, name, shared),
      podLabels: podLabels(platform.labelScheme, name, this.workspaceId),
      policyName: shared === undefined ? name : `${shared}-${name}`,
      file: platform.file(this.policyFile),
      stage: this.stage,
    } as const;
  }

  /** A namespace of its own belongs to the workspace. */
  private claimNamespace(platform: Platform, quota: WorkspaceQuota | undefined): void {
    if (this.isolation === 'label') {
      platform.manageNamespace(this.podNamespace).addQuota(this, quota, 'namespaces.yaml');
      return;
    }
    const file = `workspaces/${this.workspaceId}/namespace.yaml`;
    const managed = platform.manageNamespace(
      this.podNamespace,
      {
        labels: { [platform.labelScheme.workspace]: this.workspaceId },
        ...(this.owner === undefined ? {} : { annotations: { 'portcullis.dev/owner': this.owner } }),
        namespaceFile: file,
        policyFile: this.policyFile,
        stage: this.stage,
      },
      this,
    );
    managed.addQuota(this, quota, file);
  }
}

const ISOLATIONS = ['namespace', 'label'] as const;

/** What keeps a workspace from being made here at all. */
function takenProblem(id: string, platform: Platform, scope: Construct): Problem | undefined {
  // Where nothing stands in for the id, not even a construct path could name the workspace.
  if (id === '') return dnsLabelProblem(id, 'workspace id');
  const other = platform.workspace(id);
  const child = scope.node.tryFindChild(id);
  if (other === undefined && child === undefined) return undefined;
  const by = other === undefined ? ` by ${child?.node.path}, which is no workspace` : ` at ${other.node.path}`;
  return { message: `the workspace id '${id}' is already taken${by}`, fix: 'give each workspace an id of its own' };
}

/** The agents of one workspace: untrusted, and allowed nothing that no edge says. */
export class Agents extends Component {
  constructor(workspace: Workspace, id: string) {
    super(workspace, id, workspace.component('agent'));
  }
}
