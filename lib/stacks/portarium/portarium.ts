import type { Construct } from 'constructs';
import type { Cluster } from '../../model/cluster';
import { Port } from '../../model/port';
import { type Stages, stagesOf } from '../../model/stage';
import { AdmissionPolicies } from '../../platform/admission-policies';
import type { AuthorizationService } from '../../platform/authorization';
import type { ExecutionPlane } from '../../platform/execution-plane';
import type { IdentityRegistration } from '../../platform/identity-registration';
import type { LabelScheme } from '../../platform/label-scheme';
import { Platform, type PlatformProps } from '../../platform/platform';
import { Service } from '../../platform/service';
import { Workspace } from '../../platform/workspace';
import type { Dialect } from '../../render/network/dialect';
import type { OrchestratorSubject } from '../../render/orchestrator/policy';
import type { ToolPolicy } from '../../render/tools/tool-policy';
import { ManifestDocument } from '../../synth/manifest-document';
import { authorizeAgents } from './authorization';
import { lookForDrift } from './drift';
import { informGuards } from './guards';
import { identifyAgents, identifyControlPlane, platformIdentity, registerIdentities } from './identity';
import { PortariumMonitoring } from './observability';
import { admitWorkspace, configureOrchestrator } from './orchestrator';
import { PURPOSE } from './row';
import { runbook } from './runbook/runbook';
import type { PortariumLabels, PortariumSettings, PortariumWorkspace } from './settings';
import { noteEnforcement, portariumStageFindings, workspaceStages } from './stages';
import { allowTools } from './tools';

export interface PortariumProps extends PortariumSettings {
  readonly dialect: Dialect;
  /** @default - DEFAULT_CLUSTER */
  readonly cluster?: Cluster;
  /**
   * Name of the environment, for the commands of RUNBOOK.md.
   * @default - left for its readers to fill in
   */
  readonly environment?: string;
}

/**
 * The Portarium platform, denied by default: a control plane, and for each workspace its agents, which reach nothing
 * but the control plane and the vault, and its execution plane, which alone reaches systems of record.
 *
 * Subclass it, or add constructs below it, to say more: `portarium.controlPlane.allowTo(database, { … })`.
 *
 * @example
 * new Portarium(app, 'portarium', {
 *   dialect: cilium({ version: '1.19' }),
 *   workspaces: [{ id: 'ws-production', tools: 'none', egressAllowlist: 'none' }],
 * });
 */
export class Portarium extends Platform {
  readonly controlPlane: Service;
  readonly vault: Service;
  readonly temporal: Service;
  readonly telemetry: Service;
  /** SPIRE server; undefined where agents do not talk to it. */
  readonly spire: Service | undefined;
  /** Namespace of the SPIRE server, whether agents talk to it or not. */
  readonly spireNamespace: string;
  /** The Jobs that register identities; undefined if there are none. */
  readonly registration: IdentityRegistration | undefined;
  /** Answers what agents may do; undefined where the control plane decides alone. */
  readonly authorization: AuthorizationService | undefined;
  private readonly settings: PortariumSettings;
  private readonly toolPolicies: ToolPolicy[] = [];
  private readonly stages = new Map<string, Stages>();
  private readonly declared: PortariumWorkspace[] = [];
  private readonly subjects: OrchestratorSubject[] = [];

  constructor(scope: Construct, id: string, props: PortariumProps) {
    const { namespaces = {}, ports = {}, selectors = {} } = props;
    const agents = namespaces.agents ?? 'portarium-agents';
    super(scope, id, platformProps(props, agents));
    this.spireNamespace = namespaces.spire ?? 'spire-system';
    this.settings = props;
    this.manageNamespace(agents);
    // The Jobs beside the SPIRE server are not the server, and take no connections.
    const known = { spire: props.identity?.job?.serverLabels, ...selectors };
    const outside = (service: keyof typeof known) => {
      const labels = known[service];
      return { managed: false, ...(labels === undefined ? {} : { labels }) };
    };
    this.controlPlane = new Service(this, 'control-plane', {
      namespace: namespaces.system ?? 'portarium-system',
      ports: [Port.tcp(ports.controlPlaneApi ?? 8080)],
      managed: props.manageControlPlane ?? true,
    });
    this.vault = new Service(this, 'vault', {
      namespace: namespaces.vault ?? 'vault',
      ports: [Port.tcp(ports.vault ?? 8200)],
      ...outside('vault'),
    });
    this.temporal = new Service(this, 'temporal', {
      namespace: namespaces.temporal ?? 'temporal',
      ports: [Port.tcp(ports.temporal ?? 7233)],
      ...outside('temporal'),
    });
    this.telemetry = new Service(this, 'otel-collector', {
      namespace: namespaces.telemetry ?? 'observability',
      ports: (ports.telemetry ?? [4317, 4318]).map(Port.tcp),
      ...outside('telemetry'),
    });
    const spire = ports.spire ?? 8081;
    this.spire =
      spire === 'none'
        ? undefined
        : new Service(this, 'spire-server', {
            namespace: this.spireNamespace,
            ports: [Port.tcp(spire)],
            ...outside('spire'),
          });
    for (const workspace of props.workspaces) this.addPortariumWorkspace(workspace);
    this.declareInvariants();
    this.addFindings(() => portariumStageFindings(this, { ...props, workspaces: this.declared }));
    configureOrchestrator(this, props.orchestrator ?? {}, this.subjects);
    if (props.admission !== undefined) new AdmissionPolicies(this, 'admission', props.admission);
    if (props.identity !== undefined) {
      identifyControlPlane(this, props.identity);
      this.registration = registerIdentities(this, props.identity, this.spireNamespace);
    }
    this.authorization = authorizeAgents(this, props);
    new ManifestDocument(this, 'runbook', {
      file: this.file('RUNBOOK.md'),
      render: () =>
        runbook({
          portarium: this,
          policies: this.toolPolicies,
          identity: props.identity,
          environment: props.environment ?? '<environment>',
        }),
    });
    if (props.observability !== undefined) new PortariumMonitoring(this, props.observability, props.identity);
    lookForDrift(this, props.observability?.drift);
  }

  /** How far a workspace is rolled out. */
  stagesOf(workspaceId: string): Stages {
    return this.stages.get(workspaceId) ?? stagesOf(this.settings.stage);
  }

  /** What the documents promise, whoever adds edges later. */
  private declareInvariants(): void {
    const external = ({ egressAllowlist }: PortariumWorkspace) =>
      egressAllowlist === 'none' ? [] : egressAllowlist.map(({ peer }) => peer);
    const systems = this.settings.workspaces.flatMap(external);
    this.invariant('agents never reach a system of record directly', ({ agents }) => [
      { holds: 'never', from: agents, to: systems },
    ]);
    const everyAgent = this.workspaces.map(({ agents }) => agents);
    this.invariant('agents never reach agents of another workspace', ({ agents }) => [
      { holds: 'never', from: agents, to: everyAgent },
    ]);
  }

  /** Adds a workspace with the edges that every workspace has, and its own systems of record. */
  addPortariumWorkspace(settings: PortariumWorkspace): Workspace {
    const { id, owner, isolation, namespace, quota } = settings;
    const stages = workspaceStages(this.settings, settings);
    this.stages.set(id, stages);
    this.declared.push(settings);
    const workspace = new Workspace(this, id, {
      ...(owner === undefined ? {} : { owner }),
      ...(isolation === undefined ? {} : { isolation }),
      ...(namespace === undefined ? {} : { namespace }),
      stage: stages.egress,
      ...(quota === undefined ? {} : { quota }),
    });
    this.connectAgents(workspace);
    const plane = this.connectExecutionPlane(workspace, settings);
    if (this.settings.identity !== undefined) identifyAgents(this, workspace, this.settings.identity);
    const { egressPolicy } = this.settings;
    if (egressPolicy !== undefined) informGuards(this, workspace, plane, egressPolicy);
    this.subjects.push(...admitWorkspace(this, workspace, plane, settings, this.settings.orchestrator));
    this.toolPolicies.push(allowTools(this, workspace, settings));
    noteEnforcement(this, workspace, this.settings);
    this.noteObservedLayers(workspace, stages);
    return workspace;
  }

  /** Reviewers have to see what denies nothing yet. */
  private noteObservedLayers({ workspaceId, node }: Workspace, { mtls, tools }: Stages): void {
    const noted = { kind: 'observe', workspace: workspaceId, declaredAt: node.path } as const;
    if (mtls === 'observe' && this.settings.identity !== undefined) this.addGrant({ ...noted, layer: 'mtls' });
    if (tools === 'observe') this.addGrant({ ...noted, layer: 'tools' });
  }

  private connectAgents({ agents }: Workspace): void {
    agents.allowTo(this.controlPlane, { purpose: PURPOSE.agentToControlPlane });
    agents.allowTo(this.vault, { purpose: PURPOSE.vault });
    const further = this.settings.ports?.controlPlane ?? [443, 3100];
    if (further !== 'none') {
      agents.allowTo(this.controlPlane, { ports: further.map(Port.tcp), purpose: PURPOSE.controlPlane });
    }
    if (this.spire !== undefined) agents.allowTo(this.spire, { purpose: PURPOSE.spire });
  }

  private connectExecutionPlane(workspace: Workspace, settings: PortariumWorkspace): ExecutionPlane {
    const plane = workspace.addExecutionPlane(settings.egressAllowlist);
    plane.allowTo(this.controlPlane, { purpose: PURPOSE.executionPlaneToControlPlane });
    plane.allowTo(this.vault, { purpose: PURPOSE.vault });
    plane.allowTo(this.temporal, { purpose: PURPOSE.temporal });
    plane.allowTo(this.telemetry, { purpose: PURPOSE.telemetry });
    return plane;
  }
}

/** The three label schemes of the documents as one: policies select by two of them, pods carry all three. */
export function portariumLabels(labels: PortariumLabels = {}): LabelScheme {
  return {
    app: { key: labels.app ?? 'app', prefix: 'portarium-' },
    component: labels.component ?? 'portarium.io/component',
    workspace: labels.workspace ?? 'portarium.dev/workspace',
  };
}

function platformProps(
  { dialect, cluster, labels, identity, registries }: PortariumProps,
  sharedNamespace: string,
): PlatformProps {
  return {
    dialect,
    labels: portariumLabels(labels),
    sharedNamespace,
    ...(cluster === undefined ? {} : { cluster }),
    ...(identity === undefined ? {} : { identity: platformIdentity(identity) }),
    ...(registries === undefined ? {} : { registries }),
  };
}
