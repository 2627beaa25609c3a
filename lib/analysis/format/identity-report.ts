import type { Finding } from '../../finding';
import type { IdentityVerification } from '../identity/verify-identities';

/** What a verification of identities came to, before it is in any format. */
export interface IdentityReport extends IdentityVerification {
  /** What could not be read, and what is wrong with the entries. */
  readonly findings: readonly Finding[];
  /** Objects that were read. */
  readonly objects: number;
}
