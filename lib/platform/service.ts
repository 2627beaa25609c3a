import type { Construct } from 'constructs';
import type { Port } from '../model/port';
import { Component } from './component';
import { podLabels, selectorLabels } from './label-scheme';
import { Platform } from './platform';

export interface ServiceProps {
  /** Namespace of the pods. */
  readonly namespace: string;
  /**
   * Labels that select the pods.
   * @default - the platform's component label with the id of the construct; for a service that is not managed, every
   * pod of the namespace
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Ports that the pods listen on (the pods', not the Service's). Clients that name no ports get these.
   * @default - none; every edge to it names its ports
   */
  readonly ports?: readonly Port[];
  /**
   * Whether this program renders the policy of these pods.
   * @default true
   */
  readonly managed?: boolean;
  /**
   * Whether a managed service makes its namespace managed too.
   * @default true
   */
  readonly manageNamespace?: boolean;
  /**
   * Name of the Kubernetes Service that clients look up, or `none` if clients use addresses.
   * @default - the id of the construct
   */
  readonly serviceName?: string;
}

/**
 * A set of pods in the cluster that listens on ports: the control plane, a vault, a collector.
 *
 * @example
 * const vault = new Service(platform, 'vault', { namespace: 'vault', ports: [Port.tcp(8200)], managed: false });
 */
export class Service extends Component {
  constructor(scope: Construct, id: string, props: ServiceProps) {
    const managed = props.managed ?? true;
    const scheme = Platform.of(scope).labelScheme;
    const byScheme = managed && props.labels === undefined;
    const selector = byScheme ? selectorLabels(scheme, id) : props.labels;
    const service = props.serviceName ?? id;
    super(scope, id, {
      title: id,
      namespace: props.namespace,
      managed,
      ...(selector === undefined ? {} : { selector }),
      ...(byScheme ? { podLabels: podLabels(scheme, id) } : {}),
      ...(props.manageNamespace === undefined ? {} : { manageNamespace: props.manageNamespace }),
      ...(props.ports === undefined ? {} : { ports: props.ports }),
      ...(service === 'none' ? {} : { dnsName: { kind: 'service', service, namespace: props.namespace } }),
    });
  }
}
