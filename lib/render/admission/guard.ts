import type { AdmissionPolicy } from './admission-policy';
import type { Deployer } from './requester';

/** What guards are told of the program. */
export interface GuardOptions {
  readonly deployer: Deployer;
  /** Keys of labels by which policies select pods. */
  readonly trustedLabels: readonly string[];
  /** Service accounts that identities are issued for, as `namespace/name`. */
  readonly trustedServiceAccounts: readonly string[];
}

/** A request as an admission policy sees it, as far as guards ask. */
export interface GuardedRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly username: string;
  readonly groups?: readonly string[];
  readonly namespace?: string;
  readonly name?: string;
  readonly object?: object;
  readonly oldObject?: object;
}

/** A rule that keeps others from changing what grants rest on. */
export interface Guard {
  /** Kebab case; names of its objects. */
  readonly id: string;
  policy(options: GuardOptions): AdmissionPolicy;
  /** For the deployer `ci`, the label `app` and the service account `shop/agent`. */
  readonly examples: {
    readonly good: Readonly<Record<string, GuardedRequest>>;
    readonly bad: Readonly<Record<string, GuardedRequest>>;
  };
}

export const EXAMPLE_GUARD_OPTIONS: GuardOptions = Object.freeze({
  deployer: { users: ['ci'] },
  trustedLabels: ['app'],
  trustedServiceAccounts: ['shop/agent'],
});
