import { posix } from 'node:path';
import { Construct } from 'constructs';
import { type Finding, InvalidValueError } from '../finding';
import type { KubeObject } from '../kube/object';
import { kubernetesMinor } from '../model/cluster';
import type { Grant, Trusted } from '../model/grant';
import type { AdmissionPolicy } from '../render/admission/admission-policy';
import {
  type DistrolessSettings,
  distrolessByAnnotation,
  distrolessByProvenance,
} from '../render/admission/distroless';
import { admissionPolicies } from '../render/admission/index';
import { kyvernoValidatingPolicy } from '../render/admission/kyverno';
import { kyvernoTest, kyvernoTestFiles } from '../render/admission/kyverno-test';
import { validatingAdmissionPolicy } from '../render/admission/native';
import { type Deployer, deployerProblem } from '../render/admission/requester';
import type { AdmissionExemption } from '../render/admission/workload-policy';
import { ManifestDocument } from '../synth/manifest-document';
import { type ManifestContent, ManifestObject } from '../synth/manifest-object';
import { emitDocument } from '../synth/yaml';
import { Platform } from './platform';

export interface AdmissionPoliciesProps {
  /**
   * What holds the rules against requests: the API server itself (Kubernetes 1.30 or later), or Kyverno.
   * @default 'kubernetes'
   */
  readonly engine?: 'kubernetes' | 'kyverno';
  /** Who alone may change policies, namespaces, and what grants rest on. */
  readonly deployer: Deployer;
  /**
   * `audit` refuses nothing, and says in warnings and in the audit log what it would refuse.
   * @default 'enforce'
   */
  readonly mode?: 'enforce' | 'audit';
  /**
   * What images have to be made from; only Kyverno can ask registries.
   * @default - any base
   */
  readonly distroless?: DistrolessSettings;
  /**
   * File below the output directory.
   * @default admission/policies.yaml, with `admission/tests/` for `kyverno test`
   */
  readonly file?: string;
}

const POLICIES = 'admission/policies.yaml';

/** From this minor version on the API server evaluates admission policies by itself. */
const NATIVE_SINCE = 30;

/**
 * The rules of the workload baseline and the guards of what grants rest on, for the cluster to hold against everybody's
 * requests in the namespaces that the platform manages.
 *
 * @throws InvalidValueError with the construct path for a deployer that is nobody or everybody, and for what the engine
 * cannot do
 */
export class AdmissionPolicies extends Construct {
  private readonly platform: Platform;
  private readonly objects: ManifestObject[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AdmissionPoliciesProps,
  ) {
    super(scope, id);
    this.platform = Platform.of(this);
    this.checkEngine();
    this.platform.addFindings(() =>
      [...this.platform.managedNamespaces].length > 0 ? [] : [nothingToGuard(this.node.path)],
    );
    // What they say is known once everything is declared; what there is, from the start.
    for (const policy of this.policies([])) this.addPolicy(policy);
    if (this.distroless() !== undefined) {
      this.add('ImageValidatingPolicy', this.distroless() as KubeObject, () => this.distroless() as KubeObject);
    }
    this.addTests();
    for (const grant of grantsOf(props, this.node.path)) this.platform.addGrant(grant);
  }

  /** Examples for Kyverno's CLI beside the policies, which are held against the policies themselves. */
  private addTests(): void {
    const { engine = 'kubernetes', file = POLICIES } = this.props;
    const folder = this.platform.file(posix.join(posix.dirname(file), 'tests'));
    for (const name of kyvernoTestFiles(engine)) {
      new ManifestDocument(this, `test-${name}`, {
        file: `${folder}/${name}`,
        render: (fileOf = (object) => (object as ManifestObject).file) => {
          const { namespaces } = this.scope();
          // A program without namespaces is refused, and has no examples.
          if (namespaces.length === 0) return [];
          const files = new Set(this.objects.map((object) => posix.relative(folder, fileOf(object))));
          const options = { ...this.options(), namespaces, engine, policyFiles: [...files] };
          const documents = kyvernoTest(options)[name] ?? [];
          return documents.map((document, index) => `${index === 0 ? '' : '---\n'}${emitDocument(document)}`);
        },
      });
    }
  }

  private checkEngine(): void {
    const { engine = 'kubernetes', deployer, distroless } = this.props;
    const minor = kubernetesMinor(this.platform.cluster) ?? NATIVE_SINCE;
    const problem =
      deployerProblem(deployer) ??
      (engine === 'kubernetes' && distroless !== undefined
        ? {
            message: 'the API server cannot ask a registry what an image is made of',
            fix: "leave distroless out, or say engine: 'kyverno'",
          }
        : engine === 'kubernetes' && minor < NATIVE_SINCE
          ? {
              message: `Kubernetes 1.${minor} has no admission policies of its own that are stable`,
              fix: "say engine: 'kyverno', or use Kubernetes 1.30 or later",
            }
          : undefined);
    if (problem !== undefined) throw new InvalidValueError(problem, this.node.path);
  }

  private addPolicy(first: AdmissionPolicy): void {
    // Admission is asked about namespaces of the platform alone.
    const exempt = () =>
      this.platform
        .workloadExemptions()
        .filter(({ namespace }) => this.platform.managedNamespace(namespace) !== undefined);
    const now = () => this.policies(exempt()).find(({ name }) => name === first.name);
    const rendered = () => this.rendered(now() as AdmissionPolicy);
    for (const [index, object] of this.rendered(first).entries()) {
      this.add(object.kind, object, () => rendered()[index] as KubeObject);
    }
  }

  private add(kind: string, { apiVersion, metadata }: KubeObject, render: () => KubeObject): void {
    const { name, annotations = {} } = metadata;
    const object = new ManifestObject(this, `${kind}-${name}`, {
      apiVersion,
      kind,
      name,
      labels: this.platform.policyLabels,
      annotationKeys: Object.keys(annotations),
      version: 'label',
      file: this.platform.file(this.props.file ?? POLICIES),
      render: () => {
        const { spec } = render() as ManifestContent & KubeObject;
        return { annotations, ...(spec && { spec }) };
      },
    });
    this.objects.push(object);
  }

  private rendered(policy: AdmissionPolicy): readonly KubeObject[] {
    if (this.props.engine === 'kyverno') return [kyvernoValidatingPolicy(policy, this.scope())];
    return validatingAdmissionPolicy(policy, this.scope());
  }

  private policies(exemptions: readonly AdmissionExemption[]): readonly AdmissionPolicy[] {
    const { distroless } = this.props;
    return [
      ...admissionPolicies({ ...this.options(), exemptions }),
      ...(distroless === undefined ? [] : [distrolessByAnnotation(distroless)]),
    ];
  }

  private options() {
    const { registries } = this.platform;
    return {
      deployer: this.props.deployer,
      ...(registries === undefined ? {} : { registries }),
      ...this.trusted(),
    };
  }

  private distroless(): KubeObject | undefined {
    const { distroless } = this.props;
    return distroless === undefined ? undefined : distrolessByProvenance(distroless, this.scope());
  }

  /** Namespaces in the order of declaration would make another list of the same ones. */
  private scope() {
    const namespaces = [...this.platform.managedNamespaces].map(({ namespace }) => namespace).sort();
    return { namespaces, mode: this.props.mode ?? 'enforce' } as const;
  }

  private trusted() {
    const labels = new Set<string>();
    const accounts = new Set<string>();
    for (const { managed, selector, namespace, trustedServiceAccount } of this.platform.components) {
      if (managed) for (const key of Object.keys(selector ?? {})) labels.add(key);
      if (trustedServiceAccount !== undefined) accounts.add(`${namespace}/${trustedServiceAccount}`);
    }
    const { workspace } = this.platform.labelScheme;
    return {
      trustedLabels: [...labels.add(workspace)].sort(),
      trustedServiceAccounts: [...accounts].sort(),
    };
  }
}

/** Whom the policies let through, for whoever reviews it. */
function grantsOf({ deployer, distroless, mode }: AdmissionPoliciesProps, declaredAt: string): readonly Grant[] {
  const { users = [], groups = [], serviceAccounts = [] } = deployer;
  const { bases = [], provenance } = distroless ?? {};
  const trusted: readonly (readonly [Trusted, readonly string[]])[] = [
    [
      'deployer',
      [...users.map((name) => `user:${name}`), ...groups.map((name) => `group:${name}`), ...serviceAccounts],
    ],
    ['image-base', bases],
    ['image-issuer', provenance === undefined ? [] : [provenance.issuer]],
    ['image-builder', provenance === undefined ? [] : [provenance.subject]],
  ];
  const audited: Grant = {
    kind: 'exemption',
    rule: 'audit-admission',
    subject: declaredAt,
    purpose: 'nothing is refused yet',
    declaredAt,
  };
  return [
    ...trusted.flatMap(([what, subjects]) =>
      subjects.map((subject): Grant => ({ kind: 'trust', what, subject, declaredAt })),
    ),
    ...(mode === 'audit' ? [audited] : []),
  ];
}

/** A selector of no namespace is none that the API server takes, and one without values would mean all of the cluster. */
function nothingToGuard(construct: string): Finding {
  return {
    rule: 'admission-without-namespace',
    severity: 'error',
    where: { construct },
    message: 'admission policies are rendered, and the platform manages no namespace that they could be for',
    fix: 'declare what the platform governs, or leave the policies out',
  };
}
