import { Construct } from 'constructs';
import type { Stage } from '../model/stage';
import { purposeAnnotations } from '../render/network/purpose';
import { ManifestObject } from '../synth/manifest-object';
import { exemptions } from './exemption';
import type { Platform } from './platform';
import type { WrittenSpec } from './written-spec';

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
   * Renders the policy as somebody wrote it instead of denying everything.
   * @default - everything is denied
   */
  readonly written?: WrittenSpec;
}

const NO_LABELS = Object.freeze({});

/** A namespace that the program governs: the Namespace object and the policy that denies everything in it. */
export class ManagedNamespace extends Construct {
  readonly stage: Stage;
  /** Labels of the Namespace object besides the automatic one. */
  readonly labels: Readonly<Record<string, string>>;
  private readonly contradicting: Construct[] = [];

  constructor(
    scope: Construct,
    private readonly platform: Platform,
    readonly namespace: string,
    settings: NamespaceSettings,
  ) {
    super(scope, idIn(scope, platform, namespace));
    this.stage = settings.stage ?? 'enforce';
    this.labels = settings.labels ?? NO_LABELS;
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

  private createNamespace(settings: NamespaceSettings): void {
    const { annotations } = settings;
    new ManifestObject(this, 'namespace', {
      apiVersion: 'v1',
      kind: 'Namespace',
      name: this.namespace,
      ...(settings.labels === undefined ? {} : { labels: settings.labels }),
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
      render: () => {
        if (written !== undefined) return { spec: written };
        // While the whole namespace observes, nothing in it is denied anyway.
        const except = this.stage === 'observe' ? [] : exemptions(this.platform, this.namespace);
        const policy = dialect.defaultDeny({ stage: this.stage, except });
        return { annotations: purposeAnnotations(policy), spec: policy.spec };
      },
    });
  }
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
