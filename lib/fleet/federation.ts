import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { KubeObject } from '../kube/object';
import { renderedObject } from '../synth/rendered-object';
import type { FleetCluster } from './cluster';

/** Where the bundle of a trust domain is served. */
export interface BundleEndpoint {
  /** `https://spire.eu-1.example.com:8443` */
  readonly url: string;
  /**
   * SPIFFE ID of the SPIRE server that serves it, where the endpoint proves itself by an SVID (`https_spiffe`).
   * @default - the endpoint has a certificate of the web's authorities (`https_web`)
   */
  readonly spiffeId?: string;
}

/**
 * Tells a cluster's SPIRE where the bundles of the trust domains are that it federates with: a ClusterFederatedTrustDomain
 * for each.
 * @see api/v1alpha1/clusterfederatedtrustdomain_types.go of github.com/spiffe/spire-controller-manager
 */
export function addFederation(scope: Construct, partners: readonly FleetCluster[]): void {
  if (partners.length === 0) return;
  const chart = new Chart(scope, 'fleet-federation');
  for (const partner of partners) {
    const object = federatedTrustDomain(partner);
    if (object !== undefined) renderedObject(chart, partner.name, object, 'identities/federation.yaml');
  }
}

function federatedTrustDomain({ name, trustDomain, bundleEndpoint }: FleetCluster): KubeObject | undefined {
  if (trustDomain === undefined || bundleEndpoint === undefined) return undefined;
  const { url, spiffeId } = bundleEndpoint;
  return {
    apiVersion: 'spire.spiffe.io/v1alpha1',
    kind: 'ClusterFederatedTrustDomain',
    metadata: { name },
    spec: {
      trustDomain,
      bundleEndpointURL: url,
      bundleEndpointProfile:
        spiffeId === undefined ? { type: 'https_web' } : { type: 'https_spiffe', endpointSPIFFEID: spiffeId },
    },
  };
}
