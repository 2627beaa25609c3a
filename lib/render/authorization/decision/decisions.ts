import { COMMUNICATION_SCOPE } from './communication';
import { CROSS_NAMESPACE_ACCESS } from './cross-namespace';
import type { Decision } from './decision';
import { DELEGATION_APPROVAL } from './delegation';
import { SECRET_ACCESS } from './secret';
import { TASK_AUTHORIZATION } from './task';

/** Every question that can be asked. */
export const DECISIONS: readonly Decision[] = [
  TASK_AUTHORIZATION,
  COMMUNICATION_SCOPE,
  SECRET_ACCESS,
  DELEGATION_APPROVAL,
  CROSS_NAMESPACE_ACCESS,
];

/** Where OPA answers a question: `/v1/data/portcullis/task_authorization/decision`. */
export function decisionPath(decision: Decision): string {
  return `/v1/data/portcullis/${decision.package}/decision`;
}
