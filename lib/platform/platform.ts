import { Chart } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { type Finding, InvalidValueError } from '../finding';
import { type Cluster, DEFAULT_CLUSTER } from '../model/cluster';
import type { Direction } from '../model/component';
import type { Grant } from '../model/grant';
import { dnsLabelProblem, reservedNamespaceProblem } from '../model/name';
import type { Dialect } from '../render/network/dialect';
import { egressTable } from '../render/network/egress-table';
import { addFindingSource } from '../synth/finding-source';
import { ManifestDocument } from '../synth/manifest-document';
import { nearest } from '../synth/nearest';
import { addUnproved } from '../synth/unproved';
import { checkCluster } from './cluster-check';
import type { Component } from './component';
import { EdgeRegistry } from './edge-registry';
import { egressSections } from './egress-section';
import { IdentityRegistry, type PlatformIdentityProps } from './identity-registry';
import { type Invariant, notProved } from './invariant';
import { inventory } from './inventory';
import type { KnownDifference } from './known-difference';
import { checkLabelScheme, DEFAULT_LABEL_SCHEME, type LabelScheme } from './label-scheme';
import { ManagedNamespace, type NamespaceSettings } from './managed-namespace';
import { addNeighbour } from './neighbour';
import { platformFindings } from './platform-finding';
import { checkRegistries } from './registry-check';
import { type ExemptWorkload, WorkloadBaseline } from './workload-baseline';
import type { Workspace } from './workspace';

const PLATFORM = Symbol.for('portcullis.Platform');

export interface PlatformProps {
  /** What enforces the policies: `kubernetes()` or `cilium({ version: '1.19' })`. */
  readonly dialect: Dialect;
  /**
   * What is particular about the cluster.
   * @default - DEFAULT_CLUSTER: domain cluster.local, CoreDNS pods in kube-system behind port 53
   */
  readonly cluster?: Cluster;
  /**
   * Labels that tell components and workspaces apart.
   * @default - DEFAULT_LABEL_SCHEME
   */
  readonly labels?: LabelScheme;
  /**
   * Namespace of workspaces that are isolated by label and name none.
   * @default - each such workspace names its own
   */
  readonly sharedNamespace?: string;
  /**
   * Directions that policies govern. Anything but both is only for rendering somebody's egress-only policies as they
   * were written: there is no default deny then, and edges are rendered at one end.
   * @default - both
   */
  readonly directions?: readonly Direction[];
  /**
   * Labels of every policy object.
   * @default - no labels
   */
  readonly policyLabels?: Readonly<Record<string, string>>;
  /**
   * Whether to write EGRESS.md. Say false where policies are rendered as somebody wrote them, which the table would
   * not tell.
   * @default true
   */
  readonly egressTable?: boolean;
  /**
   * The SPIRE that issues identities to the platform's pods.
   * @default - pods have no identities
   */
  readonly identity?: PlatformIdentityProps;
  /**
   * Where images of workloads may come from, each with a slash at its end: `ghcr.io/portarium/`.
   * @default - any registry, as long as the image names it
   */
  readonly registries?: readonly string[];
  /**
   * Folder below the output directory for this platform's files; needed by the second platform of one app.
   * @default - the output directory itself
   */
  readonly directory?: string;
}

/**
 * A platform that runs agents: its namespaces, its services, its workspaces, and the edges between them. Everything
 * in it is denied unless an edge says otherwise.
 *
 * @example
 * const platform = new Platform(app, 'platform', { dialect: cilium({ version: '1.19' }) });
 */
export class Platform extends Chart {
  /** True for platforms. `instanceof` does not tell: Chart makes it true for every chart. */
  static isPlatform(construct: IConstruct): construct is Platform {
    return PLATFORM in construct;
  }

  /** The platform that a construct belongs to: itself or the nearest one above. */
  static override of(construct: IConstruct): Platform {
    const platform = nearest(construct, Platform.isPlatform);
    if (platform !== undefined) return platform;
    throw new InvalidValueError(
      { message: 'the construct is not inside a Platform', fix: 'create it below new Platform(…)' },
      construct.node.path,
    );
  }

  readonly dialect: Dialect;
  readonly cluster: Cluster;
  readonly labelScheme: LabelScheme;
  readonly sharedNamespace: string | undefined;
  readonly directions: readonly Direction[];
  readonly policyLabels: Readonly<Record<string, string>>;
  /** Every edge that the program declared, in the order of declaration. */
  readonly edges = new EdgeRegistry();
  /** Identities that components declare; undefined without a SPIRE. */
  readonly identities: IdentityRegistry | undefined;
  /** Where images of workloads may come from; undefined for any. */
  readonly registries: readonly string[] | undefined;
  private readonly directory: string;
  private readonly baseline: WorkloadBaseline;
  private readonly namespaces = new Map<string, ManagedNamespace>();
  private readonly allComponents: Component[] = [];
  private readonly byNamespace = new Map<string, Component[]>();
  private readonly allWorkspaces: Workspace[] = [];
  private readonly byId = new Map<string, Workspace>();
  private readonly observing = new Set<string>();
  private readonly allInvariants: Invariant[] = [];
  private readonly accepted: KnownDifference[] = [];
  private readonly allGrants: Grant[] = [];
  private readonly furtherFindings: (() => readonly Finding[])[] = [];

  constructor(scope: Construct, id: string, props: PlatformProps) {
    super(scope, id);
    Object.defineProperty(this, PLATFORM, { value: true });
    addNeighbour(this);
    this.dialect = props.dialect;
    this.cluster = checkCluster(props.cluster ?? DEFAULT_CLUSTER, this.node.path);
    this.labelScheme = checkLabelScheme(props.labels ?? DEFAULT_LABEL_SCHEME, this.node.path);
    this.sharedNamespace = props.sharedNamespace;
    this.directions = props.directions ?? ['Ingress', 'Egress'];
    this.policyLabels = props.policyLabels ?? {};
    this.registries = checkRegistries(props.registries, this.node.path);
    this.directory = props.directory ?? '';
    this.baseline = new WorkloadBaseline(this, Platform.isPlatform);
    this.identities = props.identity === undefined ? undefined : new IdentityRegistry(this, props.identity);
    addFindingSource(this, () => [
      ...platformFindings(this),
      ...this.baseline.findings(),
      ...this.furtherFindings.flatMap((collect) => collect()),
    ]);
    addUnproved(this, () => notProved(this.allInvariants, this.node.path));
    if (props.egressTable ?? true) this.addEgressTable();
    new ManifestDocument(this, 'inventory', { file: this.file('inventory.json'), render: () => inventory(this) });
  }

  /** Lets a stack or a subclass report what only it knows to be wrong; asked at synthesis. */
  addFindings(collect: () => readonly Finding[]): void {
    this.furtherFindings.push(collect);
  }

  /**
   * Declares what has to hold for every workspace, also for those that are added later. It is proved from the rendered
   * manifests when `portcullis synth` runs, and a workspace for which it does not hold fails the run. Whoever renders
   * without it, by `synthesize(app)`, gets a warning among the findings instead.
   *
   * @example
   * platform.invariant('agents never reach the ledger', ({ agents }) => [{ holds: 'never', from: agents, to: ledger }]);
   */
  invariant(name: string, claims: Invariant['claims']): void {
    this.allInvariants.push({ name, claims });
  }

  get invariants(): readonly Invariant[] {
    return this.allInvariants;
  }

  /** Accepts a difference between declared edges and rendered manifests; only for policies rendered as written. */
  acceptDifference(difference: KnownDifference): void {
    this.accepted.push(difference);
  }

  get knownDifferences(): readonly KnownDifference[] {
    return this.accepted;
  }

  /** Notes what is allowed beside edges and identities, for whoever reviews what is allowed. */
  addGrant(grant: Grant): void {
    this.allGrants.push(Object.freeze({ ...grant }));
  }

  /** In the order of declaration. */
  get grants(): readonly Grant[] {
    return this.allGrants;
  }

  private addEgressTable(): void {
    new ManifestDocument(this, 'egress-table', {
      file: this.file('EGRESS.md'),
      render: () =>
        egressTable({
          dialect: this.dialect.name,
          cluster: this.cluster,
          sections: egressSections(this),
          edges: this.edges.all(),
        }),
    });
  }

  /** Workloads of the program that are exempt from a rule of the baseline, and why. */
  workloadExemptions(): readonly ExemptWorkload[] {
    return this.baseline.exemptions();
  }

  /** Components in the order of declaration. */
  get components(): readonly Component[] {
    return this.allComponents;
  }

  /** Workspaces in the order of declaration. */
  get workspaces(): readonly Workspace[] {
    return this.allWorkspaces;
  }

  /** The workspace of that id, if there is one. */
  workspace(id: string): Workspace | undefined {
    return this.byId.get(id);
  }

  /** True unless the platform only renders egress policies as they were written. */
  get deniesByDefault(): boolean {
    return this.directions.includes('Ingress') && this.directions.includes('Egress');
  }

  /**
   * Governs a namespace: renders it and denies everything in it by default. Components do this for their own
   * namespace; call it first to give the namespace labels, or one that has no component.
   *
   * @param settings what is particular about it; a second call with settings is a finding, since one would be dropped
   * @param scope construct that the namespace's objects belong to, the platform by default
   * @throws InvalidValueError for a name that Kubernetes refuses, and for namespaces of Kubernetes itself: a default
   * deny there takes the cluster down
   */
  manageNamespace(namespace: string, settings?: NamespaceSettings, scope: Construct = this): ManagedNamespace {
    const existing = this.namespaces.get(namespace);
    if (existing !== undefined) {
      if (settings !== undefined) existing.contradict(scope);
      return existing;
    }
    const problem = dnsLabelProblem(namespace, 'namespace') ?? reservedNamespaceProblem(namespace);
    if (problem !== undefined) throw new InvalidValueError(problem, scope.node.path);
    const managed = new ManagedNamespace(scope, this, namespace, settings ?? {});
    this.namespaces.set(namespace, managed);
    return managed;
  }

  /** Every governed namespace, in the order of declaration. */
  get managedNamespaces(): Iterable<ManagedNamespace> {
    return this.namespaces.values();
  }

  /** The governed namespace of that name, if there is one. */
  managedNamespace(namespace: string): ManagedNamespace | undefined {
    return this.namespaces.get(namespace);
  }

  /** A file of this platform below the output directory. */
  file(name: string): string {
    return this.directory === '' ? name : `${this.directory}/${name}`;
  }

  /** Components whose pods are in a namespace, in the order of declaration. */
  componentsIn(namespace: string): readonly Component[] {
    return this.byNamespace.get(namespace) ?? [];
  }

  /** True if a workspace that is isolated by label in a namespace is in the observe stage. */
  observes(namespace: string, workspaceId: string): boolean {
    return this.observing.has(`${namespace}/${workspaceId}`);
  }

  /** @internal Component registers itself. */
  addComponent(component: Component): void {
    this.allComponents.push(component);
    const neighbours = this.byNamespace.get(component.namespace);
    if (neighbours === undefined) this.byNamespace.set(component.namespace, [component]);
    else neighbours.push(component);
  }

  /** @internal Workspace registers itself. */
  addWorkspace(workspace: Workspace): void {
    this.allWorkspaces.push(workspace);
    const { isolation, stage, podNamespace, workspaceId } = workspace;
    this.byId.set(workspaceId, workspace);
    if (isolation === 'label' && stage === 'observe') this.observing.add(`${podNamespace}/${workspaceId}`);
  }
}
