import { BINDING_GUARDS } from './bindings';
import type { Guard } from './guard';
import { EXCEPTION_GUARDS, IDENTITY_GUARDS } from './identities';
import { POLICY_GUARDS } from './policies';
import { WORKLOAD_GUARDS } from './workloads';

/** Everything that is looked for besides what was rendered. */
export const GUARDS: readonly Guard[] = [
  ...POLICY_GUARDS,
  ...BINDING_GUARDS,
  ...WORKLOAD_GUARDS,
  ...IDENTITY_GUARDS,
  ...EXCEPTION_GUARDS,
];
