import type { Construct } from 'constructs';
import type { Cluster } from '../../model/cluster';
import { Port } from '../../model/port';
import { Component } from '../../platform/component';
import { Platform } from '../../platform/platform';
import type { PolicyPart } from '../../platform/policy-part';
import type { Dialect } from '../../render/network/dialect';
import { Kustomization } from '../../synth/kustomization';
import { ManifestDocument } from '../../synth/manifest-document';
import { ManifestObject } from '../../synth/manifest-object';
import { type WrittenPolicy, writtenPolicies } from './as-written';
import { connectSdr } from './connect';
import { sdrFindings } from './finding';
import { knownDifferences } from './known-difference';
import { SDR_LABELS, type SdrComponent, sdrPodLabels } from './label';
import { NAMESPACE_POLICY, NATS_POLICY, POLICIES, POLICY_FILES } from './layout';
import { type ResolvedSdrSettings, resolveSettings } from './resolve';
import { runbook } from './runbook';
import type { SdrSettings } from './settings';
import { strictDocument } from './strict-document';

export interface SdrProps extends SdrSettings {
  /** A version of Cilium; the stack needs host names, requests and entities. */
  readonly dialect: Dialect;
  /** @default - DEFAULT_CLUSTER */
  readonly cluster?: Cluster;
  /**
   * `reference` renders the ten policies as the specification wrote them, for comparison.
   * @default 'strict'
   */
  readonly profile?: 'strict' | 'reference';
}

/**
 * The detection-and-response stack: Spine services, bridges, the enforcement daemon and NATS JetStream, each allowed
 * what the specification's communication table says and nothing else.
 *
 * @throws InvalidValueError for settings that cannot exist
 * @example
 * new Sdr(app, 'clawdstrike', { dialect: cilium({ version: '1.19' }), awsRegion: 'eu-central-1' });
 */
export class Sdr extends Platform {
  readonly settings: ResolvedSdrSettings;
  readonly checkpointer: Component;
  readonly witness: Component;
  readonly proofsApi: Component;
  readonly tetragonBridge: Component;
  readonly hubbleBridge: Component;
  readonly hushd: Component;
  /** NATS in each namespace that it runs in: one, or two while it moves. */
  readonly nats: readonly Component[];
  private readonly written: Readonly<Record<string, WrittenPolicy>> | undefined;

  constructor(scope: Construct, id: string, props: SdrProps) {
    const reference = props.profile === 'reference';
    super(scope, id, {
      dialect: props.dialect,
      ...(props.cluster === undefined ? {} : { cluster: props.cluster }),
      labels: { component: SDR_LABELS.component, workspace: 'clawdstrike.io/workspace' },
      policyLabels: { [SDR_LABELS.partOf]: SDR_LABELS.stack },
      egressTable: !reference,
    });
    this.settings = resolveSettings(props);
    this.written = reference ? writtenPolicies(this.settings) : undefined;
    this.denyByDefault();
    this.checkpointer = this.addPods('spine-checkpointer');
    this.witness = this.addPods('spine-witness');
    this.proofsApi = this.addPods('spine-proofs-api', [Port.tcp(8080)]);
    this.tetragonBridge = this.addPods('tetragon-bridge', [], this.settings.tetragonBridge.namespace);
    this.hubbleBridge = this.addPods('hubble-bridge');
    this.hushd = this.addPods('hushd', [Port.tcp(8080)]);
    this.nats = this.settings.natsNamespaces.map((namespace) => this.addNats(namespace));
    connectSdr(this);
    this.addWrittenConveniences();
    this.addFindings(() => sdrFindings(this, reference));
    this.addDocuments(reference);
    if (reference) for (const difference of knownDifferences(this.settings)) this.acceptDifference(difference);
  }

  private denyByDefault(): void {
    this.manageNamespace(this.settings.namespace, {
      policyName: NAMESPACE_POLICY,
      policyFile: POLICY_FILES.namespace,
      policyLabels: { 'clawdstrike.io/policy-scope': 'namespace' },
      ...this.stageOf('namespace'),
      ...this.writtenSpec(NAMESPACE_POLICY),
    });
  }

  private addPods(name: SdrComponent, ports: readonly Port[] = [], namespace = this.settings.namespace): Component {
    return new Component(this, name, {
      title: name,
      namespace,
      manageNamespace: namespace === this.settings.namespace,
      selector: { [SDR_LABELS.component]: name },
      podLabels: sdrPodLabels(name),
      ports,
      file: this.file(POLICY_FILES[name]),
      parts: this.parts(name),
      ...this.stageOf(name),
      ...this.writtenSpec(name),
      dnsName: { kind: 'service', service: name, namespace },
    });
  }

  /** While NATS moves it runs in two namespaces, and each half needs the same policy. */
  private addNats(namespace: string): Component {
    const home = namespace === this.settings.namespace;
    return new Component(this, home ? 'nats' : `nats-${namespace}`, {
      title: home ? 'nats' : `nats (${namespace})`,
      namespace,
      manageNamespace: home,
      selector: this.settings.natsSelector,
      podLabels: sdrPodLabels('nats'),
      ports: [Port.tcp(4222)],
      policyName: NATS_POLICY,
      file: this.file(POLICY_FILES.nats),
      parts: this.parts(NATS_POLICY),
      ...this.stageOf('nats'),
      ...this.writtenSpec(NATS_POLICY),
      dnsName: { kind: 'service', service: 'nats', namespace },
    });
  }

  /** DNS and metrics have files of their own, as in the specification. */
  private parts(name: string): readonly PolicyPart[] {
    return [
      { policyName: `${name}-dns`, file: this.file(POLICY_FILES.dns), holds: 'dns' },
      {
        policyName: `${name}-metrics`,
        file: this.file(POLICY_FILES.prometheus),
        holds: (edge) => edge.from.title === 'prometheus',
      },
    ];
  }

  private stageOf(name: SdrComponent | 'namespace') {
    const stage = this.settings.stages[name];
    return stage === undefined ? {} : { stage };
  }

  private writtenSpec(policy: string) {
    const written = this.written?.[policy];
    return written === undefined ? {} : { written: { ...written.spec } };
  }

  /** The two policies that the specification has for all pods at once; strictly, each component has its own. */
  private addWrittenConveniences(): void {
    if (this.written === undefined) return;
    for (const [name, file] of [
      ['sdr-allow-dns', POLICY_FILES.dns],
      ['sdr-allow-prometheus', POLICY_FILES.prometheus],
    ] as const) {
      const policy = this.written[name] as WrittenPolicy;
      new ManifestObject(this, name, {
        ...this.dialect.policy,
        name,
        namespace: this.settings.namespace,
        labels: this.policyLabels,
        file: this.file(file),
        version: 'annotation',
        render: () => ({ spec: { ...policy.spec } }),
      });
    }
  }

  private addDocuments(reference: boolean): void {
    const pairs = { 'app.kubernetes.io/managed-by': SDR_LABELS.stack };
    new Kustomization(this, 'kustomization', {
      folder: this.file(POLICIES),
      // commonLabels is deprecated, and rewrites selectors of some kinds but not of others.
      fields: reference ? { commonLabels: pairs } : { labels: [{ pairs, includeSelectors: false }] },
    });
    new ManifestDocument(this, 'strict', { file: this.file('STRICT.md'), render: () => strictDocument(this) });
    new ManifestDocument(this, 'runbook', { file: this.file('RUNBOOK.md'), render: () => runbook(this) });
  }
}
