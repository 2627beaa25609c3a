import { addedCapability } from './added-capability';
import { containerHardening } from './container-hardening';
import { containerLimits } from './container-limits';
import { hostAccess } from './host-access';
import { hostPath } from './host-path';
import { imageRegistry } from './image-registry';
import { imageVersion } from './image-version';
import type { WorkloadRule } from './rule';
import { runAsUser } from './run-as-user';
import { scratchVolume } from './scratch-volume';
import { secretFileMode } from './secret-file-mode';
import { secretInEnvironment } from './secret-in-environment';
import { serviceAccountToken } from './service-account-token';

/** Every rule about workloads, in the order of its id. */
export const WORKLOAD_RULES: readonly WorkloadRule[] = [
  addedCapability,
  containerHardening,
  containerLimits,
  hostAccess,
  hostPath,
  imageRegistry,
  imageVersion,
  runAsUser,
  scratchVolume,
  secretFileMode,
  secretInEnvironment,
  serviceAccountToken,
];
