import type { Workload } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { InvalidValueError, type Problem } from '../finding';
import type { PodSpec } from '../kube/pod';
import { matchesSelector } from '../kube/selector';
import type { ComponentModel } from '../model/component';
import type { DnsName, Edge } from '../model/edge';
import type { Identity } from '../model/identity/identity';
import { type Labels, labels } from '../model/label';
import { dnsLabelProblem } from '../model/name';
import type { Peer } from '../model/peer';
import type { Port } from '../model/port';
import { STAGES, type Stage } from '../model/stage';
import { wordProblem } from '../model/word';
import { purposeAnnotations } from '../render/network/purpose';
import { namesOf } from '../render/network/rule';
import type { SecretFiles } from '../render/workload/secret-files';
import type { PodToken } from '../render/workload/token';
import type { PodVariables } from '../render/workload/variables';
import type { ManifestContent, ManifestObject } from '../synth/manifest-object';
import { trimScopes } from '../synth/scope-list';
import { atConstruct } from './at-construct';
import { addPolicy } from './component-policy';
import { Connections, type EdgeOptions, type IConnectable } from './connections';
import { addDisruptionBudget } from './disruption-budget';
import { governedProblem } from './governed-workload';
import type { IdentifyOptions } from './identity-registry';
import { Platform } from './platform';
import { PodEquipment } from './pod-equipment';
import { type PolicyPart, partModel, remainingModel } from './policy-part';
import { showWorkloadApi } from './workload-api';
import type { WrittenSpec } from './written-spec';

export interface ComponentProps {
  /** What tables and messages call it. */
  readonly title: string;
  readonly namespace: string;
  /**
   * Labels that select its pods inside the namespace.
   * @default - every pod of the namespace; only for a component that is not managed
   */
  readonly selector?: Readonly<Record<string, string>>;
  /**
   * Labels that its pods carry besides the selector's.
   * @default - the selector's labels
   */
  readonly podLabels?: Readonly<Record<string, string>>;
  /**
   * Whether this program renders the policy of these pods, and with it their namespace and its default deny. If not,
   * edges to and from them are listed as requirements on their owner.
   * @default true
   */
  readonly managed?: boolean;
  /**
   * Whether a managed component makes its namespace managed too: rendered, and denied by default. Say false for pods in
   * a namespace that belongs to others, such as kube-system; their own policy is rendered all the same.
   * @default true
   */
  readonly manageNamespace?: boolean;
  /**
   * Name of the policy object.
   * @default - the id of the construct
   */
  readonly policyName?: string;
  /**
   * File of the policy object below the output directory.
   * @default - network-policies/<policyName>.yaml
   */
  readonly file?: string;
  /** @default 'enforce' */
  readonly stage?: Stage;
  /**
   * Rules that go into policies of their own, for example to keep DNS rules together in one file.
   * @default - one policy holds every rule
   */
  readonly parts?: readonly PolicyPart[];
  /**
   * Renders the policy as somebody wrote it instead of what the edges say.
   * @default - the edges are rendered
   */
  readonly written?: WrittenSpec;
  /**
   * Ports that its pods listen on.
   * @default - none; every edge to it names its ports
   */
  readonly ports?: readonly Port[];
  /**
   * The name that clients look up.
   * @default - clients use addresses
   */
  readonly dnsName?: DnsName;
}

const NO_PARTS: readonly PolicyPart[] = Object.freeze([]);

/**
 * A set of pods that is governed by one policy. Programs mostly use `Service`, `Agents` and `ExecutionPlane`; this is
 * for roles of their own, as it is or as a subclass.
 *
 * @throws InvalidValueError with the construct path for a name, label or port that Kubernetes refuses
 */
export class Component extends Construct implements IConnectable {
  readonly connections: Connections;
  readonly title: string;
  readonly namespace: string;
  /** Labels that select its pods; undefined means every pod of the namespace. */
  readonly selector: Labels | undefined;
  /** Labels that its pods have to carry. */
  readonly podLabels: Labels;
  /** True if this program renders the policy of these pods. */
  readonly managed: boolean;
  readonly stage: Stage;
  /** The policy object; undefined if the component is not managed, or the dialect cannot observe and it should. */
  readonly policy: ManifestObject | undefined;
  private readonly parts: readonly PolicyPart[];
  private readonly platform: Platform;
  private issued: Identity | undefined;
  private given: PodEquipment | undefined;

  constructor(scope: Construct, id: string, props: ComponentProps) {
    super(scope, id);
    trimScopes(this);
    this.platform = Platform.of(this);
    this.title = props.title;
    this.namespace = props.namespace;
    this.managed = props.managed ?? true;
    this.stage = props.stage ?? 'enforce';
    this.refuse(dnsLabelProblem(props.namespace, 'namespace') ?? wordProblem('stage', this.stage, STAGES));
    this.selector = atConstruct(this, () => (props.selector === undefined ? undefined : labels(props.selector)));
    this.podLabels = atConstruct(this, () =>
      this.selector === undefined ? Object.freeze({}) : labels({ ...props.podLabels, ...this.selector }),
    );
    const { namespace, selector, title, managed } = this;
    const peer: Peer =
      selector === undefined ? { kind: 'namespace', namespace } : { kind: 'pods', namespace, labels: selector };
    this.connections = new Connections({
      owner: this,
      end: props.dnsName === undefined ? { peer, title, managed } : { peer, title, managed, name: props.dnsName },
      defaultPorts: props.ports ?? [],
      registry: this.platform.edges,
    });
    this.parts = props.parts ?? NO_PARTS;
    this.platform.addComponent(this);
    this.policy = this.managed ? this.govern(props, props.policyName ?? id) : undefined;
  }

  /** Allows connections from these pods to `other`; the same as `connections.allowTo`. */
  allowTo(other: IConnectable | Peer, options: EdgeOptions): Edge {
    return this.connections.allowTo(other, options);
  }

  /** Allows connections from `other` to these pods; the same as `connections.allowFrom`. */
  allowFrom(other: IConnectable | Peer, options: EdgeOptions): Edge {
    return this.connections.allowFrom(other, options);
  }

  /**
   * Gives the pods an identity: a SPIFFE ID that SPIRE issues to pods in this namespace that run under the service
   * account and carry the component's labels.
   * @throws InvalidValueError with the construct path if the platform has no SPIRE, or SPIFFE, SPIRE or Kubernetes refuses
   * a part; also for a second identity
   */
  identify(options: IdentifyOptions): Identity {
    const { identities } = this.platform;
    if (identities === undefined) {
      const message = `'${this.title}' is given an identity, and the platform says nothing about SPIRE`;
      throw new InvalidValueError({ message, fix: 'give the platform identity: { trustDomain }' }, this.node.path);
    }
    if (this.issued !== undefined) {
      const message = `'${this.title}' has an identity already`;
      throw new InvalidValueError({ message, fix: 'identify a component once' }, this.node.path);
    }
    this.issued = identities.declare(this, options);
    return this.issued;
  }

  /** The service account that somebody trusts its pods by; undefined if nobody does. */
  get trustedServiceAccount(): string | undefined {
    return this.issued?.serviceAccount ?? this.given?.token?.serviceAccount;
  }

  /** The identity of its pods; undefined if they have none. */
  get identity(): Identity | undefined {
    return this.issued;
  }

  /**
   * Puts the component's labels on the pods of a cdk8s-plus workload, so that the policy selects them. If the component
   * has an identity, the pods also get the socket of the Workload API, through the SPIFFE CSI driver. More than one replica
   * gets a PodDisruptionBudget.
   * @throws InvalidValueError if the workload runs under another service account than the identity is for, is in another
   * namespace, or on the host's network, where policies for pods do not reach
   */
  governs(workload: Workload): void {
    this.refuse(governedProblem(workload, this.namespace));
    for (const [key, value] of Object.entries(this.podLabels)) workload.podMetadata.addLabel(key, value);
    addDisruptionBudget(this, this.platform, workload);
    if (this.issued !== undefined) atConstruct(this, () => showWorkloadApi(workload, this.issued as Identity));
  }

  /**
   * Gives its pods a short-lived token that is good for one audience, as a file: those of every workload whose pods carry
   * its labels.
   * @throws InvalidValueError for a token that podTokenProblem() refuses, and for a second one
   */
  presentsToken(token: PodToken): void {
    this.equipment().addToken(token);
  }

  /**
   * Lets its pods read a Secret from files.
   * @throws InvalidValueError for what secretFilesProblem() refuses
   */
  readsSecret(files: SecretFiles): void {
    this.equipment().addSecret(files);
  }

  /** Lets its pods read variables from a ConfigMap in their namespace. */
  readsVariables(variables: PodVariables): void {
    this.equipment().addVariables(variables);
  }

  /** Its pods with what they are given, for pods that carry its labels; others are returned as they are. */
  equip(spec: PodSpec, labels: Labels): PodSpec {
    if (this.given === undefined || !matchesSelector({ matchLabels: this.selector ?? {} }, labels)) return spec;
    return this.given.addedTo(spec);
  }

  /** Everything that was said about these pods so far, as the data that their policy is rendered from. */
  model(): ComponentModel {
    return {
      title: this.title,
      namespace: this.namespace,
      selector: this.selector ?? {},
      stage: this.stage,
      directions: this.platform.directions,
      egress: this.connections.egress,
      ingress: this.connections.ingress,
      names: namesOf(this.connections.egress),
      deniesMetadata: this.platform.managedNamespace(this.namespace)?.stage !== 'enforce',
    };
  }

  private equipment(): PodEquipment {
    this.given ??= new PodEquipment(this);
    return this.given;
  }

  private govern(props: ComponentProps, policyName: string): ManifestObject | undefined {
    if (this.selector === undefined) {
      this.refuse({
        message: `'${this.title}' is managed and has no selector, so its policy would govern every pod of the namespace`,
        fix: 'give it labels, or say managed: false',
      });
    }
    if (props.manageNamespace ?? true) atConstruct(this, () => this.platform.manageNamespace(this.namespace));
    if (this.stage === 'observe' && !this.platform.dialect.canObserve) return undefined;
    const { written, file = this.platform.file(`network-policies/${policyName}.yaml`) } = props;
    if (written === undefined) {
      for (const part of this.parts) {
        const settings = { policyName: part.policyName, file: part.file, part, written };
        addPolicy(this, this.platform, `policy-${part.policyName}`, settings);
      }
    }
    return addPolicy(this, this.platform, 'policy', { policyName, file, part: undefined, written });
  }

  /** @internal ComponentPolicy asks at synthesis. */
  renderPolicy(part: PolicyPart | undefined): ManifestContent {
    const { dialect, cluster } = this.platform;
    const model = this.model();
    const policy = dialect.componentPolicy(
      part === undefined ? remainingModel(model, this.parts) : partModel(model, part),
      cluster,
    );
    return { annotations: purposeAnnotations(policy), spec: policy.spec };
  }

  private refuse(problem: Problem | undefined): void {
    if (problem !== undefined) throw new InvalidValueError(problem, this.node.path);
  }
}
