import type { Construct } from 'constructs';
import { ManifestObject } from '../synth/manifest-object';

/** Something whose pods run in a namespace. */
interface Housed extends Construct {
  readonly namespace: string;
}

/**
 * Renders a service account. Its pods get no token unless they ask for one: tokens are for the API server, which nobody
 * needs to prove who they are.
 */
export function createServiceAccount(component: Housed, name: string, file: string): void {
  new ManifestObject(component, 'service-account', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    name,
    namespace: component.namespace,
    file,
    fields: ['automountServiceAccountToken'],
    render: () => ({ automountServiceAccountToken: false }),
  });
}
