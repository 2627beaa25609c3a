import type { Construct } from 'constructs';
import { type Identity, identity } from '../model/identity/identity';
import { type NodeAlias, nodeAlias } from '../model/identity/node-alias';
import { formatSpiffeId, spiffeId } from '../model/identity/spiffe-id';
import type { Labels } from '../model/label';
import { clusterSpiffeIds } from '../render/identity/controller-manager';
import { renderedObject } from '../synth/rendered-object';
import { atConstruct } from './at-construct';
import { createServiceAccount } from './service-account';

/** How identities come to be registered with SPIRE. */
export type Registrar = 'controllerManager' | 'job';

/** The SPIRE that issues identities to a platform's pods. */
export interface PlatformIdentityProps {
  /** `portarium.dev`; lower case. Not the trust domain of Cilium's own SPIRE. */
  readonly trustDomain: string;
  /**
   * `controllerManager`: custom resources, which the SPIRE controller manager turns into entries. `job`: entries that a
   * Job registers, see IdentityRegistration. Not both for one server.
   * @default controllerManager
   */
  readonly registrar?: Registrar;
  /**
   * Class of the controller manager that acts on the resources.
   * @default - the one without a class name
   */
  readonly className?: string;
  /**
   * One name for all SPIRE agents of the cluster, under which entries stand. Entries of the controller manager need none.
   * @default - no alias
   */
  readonly nodeAlias?: NodeAliasSettings;
  /**
   * Lifetime of X.509 SVIDs in seconds.
   * @default - of the server
   */
  readonly x509SvidTtl?: number;
  /**
   * Lifetime of JWT SVIDs in seconds.
   * @default - of the server
   */
  readonly jwtSvidTtl?: number;
  /**
   * Trust domains whose workloads may be verified.
   * @default - none
   */
  readonly federatesWith?: readonly string[];
}

export interface NodeAliasSettings {
  /** Name of the cluster in the server's `k8s_psat` attestor. */
  readonly cluster: string;
  /** @default spire-system */
  readonly agentNamespace?: string;
  /** @default spire-agent */
  readonly agentServiceAccount?: string;
  /**
   * Path of the alias below the trust domain.
   * @default spire-agent
   */
  readonly path?: string;
}

/** What a component's pods are known as. */
export interface IdentifyOptions {
  /** Path of the SPIFFE ID below the trust domain: `agent/ws-production`. */
  readonly path: string;
  /** Service account that the pods run under; never `default`, which every pod of the namespace may use. */
  readonly serviceAccount: string;
  /**
   * Whether this program renders the service account. Say true where nothing else creates it.
   * @default false
   */
  readonly createServiceAccount?: boolean;
  readonly purpose: string;
  /** @default - the path of the platform */
  readonly owner?: string;
  readonly hint?: string;
  /** @default - none */
  readonly dnsNames?: readonly string[];
  /**
   * File of the objects below the output directory.
   * @default identities/<name of the component>.yaml
   */
  readonly file?: string;
}

/** Whose pods an identity is for. */
interface Identified extends Construct {
  readonly title: string;
  readonly namespace: string;
  readonly podLabels: Labels;
}

/** Identities that a program declared, and the objects that register them. */
export class IdentityRegistry {
  readonly settings: Required<Pick<PlatformIdentityProps, 'trustDomain' | 'registrar'>> & PlatformIdentityProps;
  readonly alias: NodeAlias | undefined;
  private readonly declared: Identity[] = [];

  constructor(
    private readonly platform: Construct & { file(name: string): string },
    settings: PlatformIdentityProps,
  ) {
    this.settings = { registrar: 'controllerManager', ...settings };
    const { nodeAlias: alias, trustDomain } = settings;
    this.alias =
      alias === undefined
        ? undefined
        : atConstruct(platform, () =>
            nodeAlias({
              spiffeId: this.idOf(alias.path ?? 'spire-agent', platform),
              cluster: alias.cluster,
              agentNamespace: alias.agentNamespace ?? 'spire-system',
              agentServiceAccount: alias.agentServiceAccount ?? 'spire-agent',
            }),
          );
    // An alias or an identity checks the trust domain too, but there may be neither.
    atConstruct(platform, () => spiffeId(trustDomain, 'spire-agent'));
  }

  /** In the order of declaration. */
  get all(): readonly Identity[] {
    return this.declared;
  }

  /** @internal Component.identify declares identities. */
  declare(component: Identified, options: IdentifyOptions): Identity {
    const { x509SvidTtl, jwtSvidTtl, federatesWith } = this.settings;
    const { hint, dnsNames, purpose, serviceAccount } = options;
    const made = identity({
      spiffeId: this.idOf(options.path, component),
      namespace: component.namespace,
      serviceAccount,
      podLabels: component.podLabels,
      title: component.title,
      purpose,
      owner: options.owner ?? this.platform.node.path,
      declaredAt: component.node.path,
      ...(x509SvidTtl === undefined ? {} : { x509SvidTtl }),
      ...(jwtSvidTtl === undefined ? {} : { jwtSvidTtl }),
      ...(federatesWith === undefined ? {} : { federatesWith }),
      ...(hint === undefined ? {} : { hint }),
      ...(dnsNames === undefined ? {} : { dnsNames }),
    });
    this.declared.push(made);
    const file = this.platform.file(options.file ?? `identities/${component.node.id}.yaml`);
    if (options.createServiceAccount === true) createServiceAccount(component, serviceAccount, file);
    if (this.settings.registrar === 'controllerManager') this.register(component, made, file);
    return made;
  }

  private register(component: Identified, made: Identity, file: string): void {
    const { className } = this.settings;
    for (const object of clusterSpiffeIds([made], className === undefined ? {} : { className })) {
      renderedObject(component, 'identity', object, file, 'label');
    }
  }

  private idOf(path: string, construct: Construct): string {
    return atConstruct(construct, () => formatSpiffeId(spiffeId(this.settings.trustDomain, ...path.split('/'))));
  }
}
