import { createHash } from 'node:crypto';

/** Annotation of a policy: what it says, as a digest, so that logs and decisions can name the very version. */
export const POLICY_VERSION_ANNOTATION = 'portcullis.dev/policy-version';

/** The first 16 hexadecimal digits of the SHA-256 of what a policy says, the same for the same content. */
export function policyVersion(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
}
