import type { Workload } from 'cdk8s-plus-28';
import { InvalidValueError } from '../finding';
import type { Identity } from '../model/identity/identity';
import { WORKLOAD_API_SOCKET } from '../model/identity/mtls';
import { SPIFFE_VOLUME, spiffeCsiMount, spiffeCsiVolume } from '../render/identity/mtls-config';

/**
 * Mounts the socket of the SPIRE agent into every container of a workload, where the configuration looks for it.
 * @throws InvalidValueError if the workload's pods would not be issued the identity
 */
export function showWorkloadApi(workload: Workload, { serviceAccount, title }: Identity): void {
  const account = workload.serviceAccount?.name ?? 'default';
  if (account !== serviceAccount) {
    throw new InvalidValueError({
      message: `workload '${workload.name}' runs under the service account '${account}', and the identity of '${title}' is for '${serviceAccount}'`,
      fix: `give the workload serviceAccount: ServiceAccount.fromServiceAccountName(…, '${serviceAccount}')`,
    });
  }
  // Only those who govern workloads have to wait for the library, which takes longer to load than all the rest.
  const { Volume } = require('cdk8s-plus-28') as typeof import('cdk8s-plus-28');
  const { csi } = spiffeCsiVolume();
  const volume = Volume.fromCsi(workload, SPIFFE_VOLUME, csi.driver, { name: SPIFFE_VOLUME, readOnly: csi.readOnly });
  const { mountPath, readOnly } = spiffeCsiMount(WORKLOAD_API_SOCKET);
  workload.addVolume(volume);
  for (const container of [...workload.containers, ...workload.initContainers])
    container.mount(mountPath, volume, { readOnly });
}
