import { Construct } from 'constructs';
import type { Stage } from '../model/stage';
import { purposeAnnotations } from '../render/network/purpose';
import { ManifestObject } from '../synth/manifest-object';
import type { Platform } from './platform';

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
   * File of the default deny.
   * @default network-policies/default-deny.yaml
   */
  readonly policyFile?: string;
  /**
   * Stage of the whole namespace.
   * @default 'enforce'
   */
  readonly stage?: Stage;
}

/** A namespace that the program governs: the Namespace object and the policy that denies everything in it. */
export class ManagedNamespace extends Construct {
  /** Workspaces that share this namespace and only observe. */
  private readonly observing: string[] = [];
  private readonly contradicting: Construct[] = [];

  constructor(
    scope: Construct,
    private readonly platform: Platform,
    readonly namespace: string,
    settings: NamespaceSettings,
  ) {
    super(scope, `namespace-${namespace}`);
    if (settings.create ?? true) this.createNamespace(settings);
    const stage = settings.stage ?? 'enforce';
    if (platform.deniesByDefault && (stage === 'enforce' || platform.dialect.canObserve)) {
      this.denyByDefault(settings, stage);
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

  /** Leaves the pods of a workspace that only observes out of the default deny. */
  exempt(workspaceId: string): void {
    this.observing.push(workspaceId);
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

  private denyByDefault(settings: NamespaceSettings, stage: Stage): void {
    const { dialect, labelScheme } = this.platform;
    new ManifestObject(this, 'default-deny', {
      ...dialect.policy,
      name: 'default-deny',
      namespace: this.namespace,
      file: this.platform.file(settings.policyFile ?? 'network-policies/default-deny.yaml'),
      render: () => {
        const except =
          this.observing.length === 0 ? undefined : { label: labelScheme.workspace, values: [...this.observing] };
        const policy = dialect.defaultDeny({ stage, except });
        return { annotations: purposeAnnotations(policy), spec: policy.spec };
      },
    });
  }
}
