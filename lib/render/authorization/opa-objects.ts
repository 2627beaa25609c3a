import type { KubeObject } from '../../kube/object';
import { POLICY_VERSION } from '../../model/policy-version';
import type { Bundle } from './bundle';
import { bundleConfigMaps } from './config-map';
import { OPA_PORT, opaPod } from './opa-pod';

export interface OpaOptions {
  /** Name of the Deployment, its Service and its service account; ConfigMaps add to it. */
  readonly name: string;
  readonly namespace: string;
  /** Image of OPA, with its digest. */
  readonly image: string;
  readonly replicas: number;
  /** Labels that policies select its pods by, and the Deployment too. */
  readonly selector: Readonly<Record<string, string>>;
  /** Labels of its pods. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** OPA with a bundle: ConfigMaps, service account, Deployment, Service and, for several replicas, a disruption budget. */
export function opaObjects(bundle: Bundle, options: OpaOptions): readonly KubeObject[] {
  const { name, namespace, image, replicas, selector, podLabels } = options;
  const configMaps = bundleConfigMaps(bundle, { name, namespace });
  const metadata = { name, namespace, annotations: { [POLICY_VERSION]: bundle.version } };
  const pod = opaPod({ image, serviceAccount: name, labels: selector, configMaps });
  return [
    ...configMaps.map(({ object }) => object),
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace },
      automountServiceAccountToken: false,
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...metadata, labels: podLabels },
      spec: {
        replicas,
        selector: { matchLabels: selector },
        // A new version has to be ready before the old one goes.
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: {
          metadata: { labels: podLabels, annotations: { [POLICY_VERSION]: bundle.version } },
          spec: pod,
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { selector, ports: [{ name: 'http', port: OPA_PORT, targetPort: OPA_PORT, protocol: 'TCP' }] },
    },
    ...(replicas < 2
      ? []
      : [
          {
            apiVersion: 'policy/v1',
            kind: 'PodDisruptionBudget',
            metadata: { name, namespace },
            spec: { minAvailable: 1, selector: { matchLabels: selector } },
          },
        ]),
  ];
}
