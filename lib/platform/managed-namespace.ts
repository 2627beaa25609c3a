import { Construct } from 'constructs';
import { InvalidValueError } from '../finding';
import type { Labels } from '../model/label';
import { memo } from '../model/memo';
import { proseProblem } from '../model/prose';
import type { Stage } from '../model/stage';
import type { DefaultDenyScope, Dialect } from '../render/network/dialect';
import { purposeAnnotations } from '../render/network/purpose';
import { POD_SECURITY_PREFIX, podSecurityLabels } from '../render/workload/pod-security';
import { limitRangeSpec, resourceQuotaSpec, type WorkspaceQuota, workspaceQuota } from '../render/workload/quota';
import { shareContent } from '../synth/content-text';
import { type ManifestContent, ManifestObject } from '../synth/manifest-object';
import { atConstruct } from './at-construct';
import { exemptions } from './exemption';
import type { Platform } from './platform';
import { versionPlace, type WrittenSpec } from './written-spec';

/** What a program says about a namespace that it governs. */
export interface NamespaceSettings {
  /**
   * Whether the Namespace object is rendered too. Say false where another tool creates it.
   * @default true
   */
  readonly create?: boolean;
  /** @default - no labels but the automatic kubernetes.io/metadata.name */
  readonly labels?: Readonly<Record<string, string>>;
  /** @default - no annotations */
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * File of the Namespace object.
   * @default namespaces.yaml
   */
  readonly namespaceFile?: string;
  /**
   * Name of the default deny.
   * @default default-deny
   */
  readonly policyName?: string;
  /**
   * File of the default deny.
   * @default network-policies/<policyName>.yaml
   */
  readonly policyFile?: string;
  /**
   * Labels of the default deny besides the platform's.
   * @default - none
   */
  readonly policyLabels?: Readonly<Record<string, string>>;
  /**
   * Stage of the whole namespace.
   * @default 'enforce'
   */
  readonly stage?: Stage;
  /**
   * A Pod Security level below `restricted`, for a namespace whose pods need more, and why; shows in the findings.
   * @default - restricted
   */
  readonly podSecurity?: PodSecurityExemption;
  /**
   * Renders the policy as somebody wrote it instead of denying everything.
   * @default - everything is denied
   */
  readonly written?: WrittenSpec;
}

/** Why pods of a namespace may do more than the level `restricted` lets them. */
export interface PodSecurityExemption {
  readonly level: 'baseline' | 'privileged';
  readonly reason: string;
}

type Quota = Required<WorkspaceQuota>;
type Spec = Readonly<Record<string, unknown>>;

/** A namespace that the program governs: the Namespace object and the policy that denies everything in it. */
export class ManagedNamespace extends Construct {
  readonly stage: Stage;
  /** Labels of the Namespace object besides the automatic one. */
  readonly labels: Readonly<Record<string, string>>;
  readonly podSecurity: PodSecurityExemption | undefined;
  private readonly quotas: Quota[] = [];
  private readonly contradicting: Construct[] = [];

  constructor(
    scope: Construct,
    private readonly platform: Platform,
    readonly namespace: string,
    settings: NamespaceSettings,
  ) {
    super(scope, idIn(scope, platform, namespace));
    this.stage = settings.stage ?? 'enforce';
    this.podSecurity = this.checked(settings);
    // Put together from spreads, the labels of each namespace would get a hidden class of their own.
    this.labels = Object.assign({}, settings.labels, isAsWritten(platform, settings) ? {} : this.podSecurityLabels());
    if (settings.create ?? true) this.createNamespace(settings);
    if (platform.deniesByDefault && (this.stage === 'enforce' || platform.dialect.canObserve)) {
      this.denyByDefault(settings);
    }
  }

  /** Constructs that wanted other settings for this namespace after it was declared. */
  get contradictions(): readonly Construct[] {
    return this.contradicting;
  }

  /** Notes a construct whose settings for this namespace came too late. */
  contradict(construct: Construct): void {
    this.contradicting.push(construct);
  }

  /**
   * Bounds what a workspace may use. Workspaces that share the namespace share the sum, since a quota knows no labels.
   * @throws InvalidValueError with the path of the scope for a quota that is none
   */
  addQuota(scope: Construct, quota: WorkspaceQuota | undefined, file: string): void {
    this.quotas.push(atConstruct(scope, () => workspaceQuota(quota)));
    if (this.quotas.length > 1) return;
    this.addBound('quota', 'ResourceQuota', file, () => this.bounds(quotaAlone, resourceQuotaSpec));
    this.addBound('limits', 'LimitRange', file, () => this.bounds(limitsAlone, limitRangeSpec));
  }

  private addBound(id: string, kind: string, file: string, render: () => ManifestContent): void {
    const { namespace } = this;
    new ManifestObject(this, id, {
      apiVersion: 'v1',
      kind,
      name: 'workspace',
      namespace,
      file: this.platform.file(file),
      render,
    });
  }

  private bounds(
    alone: (quota: Quota) => ManifestContent,
    render: (quotas: readonly Quota[]) => Spec,
  ): ManifestContent {
    const [quota] = this.quotas;
    return quota !== undefined && this.quotas.length === 1 ? alone(quota) : { spec: render(this.quotas) };
  }

  private checked({ labels = {}, podSecurity }: NamespaceSettings): PodSecurityExemption | undefined {
    const key = Object.keys(labels).find((label) => label.startsWith(POD_SECURITY_PREFIX));
    const problem =
      key !== undefined
        ? {
            message: `namespace '${this.namespace}' is given the label ${key}, and every namespace is restricted`,
            fix: 'remove it; where pods need more, say podSecurity: { level, reason }',
          }
        : podSecurity !== undefined
          ? proseProblem(podSecurity.reason, `the reason for Pod Security '${podSecurity.level}'`)
          : undefined;
    if (problem !== undefined) throw new InvalidValueError(problem, this.node.path);
    return podSecurity;
  }

  private podSecurityLabels(): Labels {
    return podSecurityLabels(this.podSecurity?.level ?? 'restricted', this.platform.cluster.kubernetes);
  }

  private createNamespace(settings: NamespaceSettings): void {
    const { annotations } = settings;
    new ManifestObject(this, 'namespace', {
      apiVersion: 'v1',
      kind: 'Namespace',
      name: this.namespace,
      ...(Object.keys(this.labels).length === 0 ? {} : { labels: this.labels }),
      file: this.platform.file(settings.namespaceFile ?? 'namespaces.yaml'),
      ...(annotations === undefined
        ? {}
        : { annotationKeys: Object.keys(annotations), render: () => ({ annotations }) }),
    });
  }

  private denyByDefault(settings: NamespaceSettings): void {
    const { dialect, policyLabels } = this.platform;
    const { policyName = 'default-deny', policyFile = `network-policies/${policyName}.yaml`, written } = settings;
    new ManifestObject(this, 'default-deny', {
      apiVersion: dialect.policy.apiVersion,
      kind: dialect.policy.kind,
      name: policyName,
      namespace: this.namespace,
      labels: { ...policyLabels, ...settings.policyLabels },
      file: this.platform.file(policyFile),
      version: versionPlace(this.platform, written),
      render: () => {
        if (written !== undefined) return { spec: written };
        // While the whole namespace observes, nothing in it is denied anyway.
        const except = this.stage === 'observe' ? [] : exemptions(this.platform, this.namespace);
        return except.length === 0 ? WHOLE_DENIAL[this.stage](dialect) : denial(dialect, { stage: this.stage, except });
      },
    });
  }
}

/** What workspaces alone in their namespaces may use, nearly always the same. */
const quotaAlone = memo((quota: Quota) => shareContent({ spec: resourceQuotaSpec([quota]) }));
const limitsAlone = memo((quota: Quota) => shareContent({ spec: limitRangeSpec([quota]) }));

/** The denial of a whole namespace, the same for each. */
const WHOLE_DENIAL: Readonly<Record<Stage, (dialect: Dialect) => ManifestContent>> = {
  observe: memo((dialect: Dialect) => shareContent(denial(dialect, { stage: 'observe', except: [] }))),
  enforce: memo((dialect: Dialect) => shareContent(denial(dialect, { stage: 'enforce', except: [] }))),
};

function denial(dialect: Dialect, scope: DefaultDenyScope): ManifestContent {
  const policy = dialect.defaultDeny(scope);
  return { annotations: purposeAnnotations(policy), spec: policy.spec };
}

/** Policies that somebody else wrote are rendered to be compared, with nothing added. */
function isAsWritten(platform: Platform, settings: NamespaceSettings): boolean {
  return settings.written !== undefined || !platform.deniesByDefault;
}

/**
 * The same id below every workspace, which has one namespace. Ids of their own make a hidden class for the children of
 * each workspace.
 */
function idIn(scope: Construct, platform: Platform, namespace: string): string {
  return scope !== platform && scope.node.tryFindChild('namespace') === undefined
    ? 'namespace'
    : `namespace-${namespace}`;
}
