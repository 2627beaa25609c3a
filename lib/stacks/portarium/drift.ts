import { DriftCheck } from '../../platform/drift-check';
import type { PortariumDrift } from './observability-settings';
import type { Portarium } from './portarium';

export const DRIFT_NAME = 'portcullis-drift';

/** The CronJob that looks for drift in all that has been declared so far; nothing if somebody else runs one. */
export function lookForDrift(portarium: Portarium, settings: PortariumDrift | undefined): void {
  const { image, name = DRIFT_NAME, namespace = portarium.controlPlane.namespace, ...further } = settings ?? {};
  if (image !== undefined) new DriftCheck(portarium, name, { ...further, namespace, image });
}
