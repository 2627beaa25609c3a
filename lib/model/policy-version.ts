import * as crypto from 'node:crypto';

/** Annotation, and label, of a policy: what it says, as a digest, so that logs and decisions can name the very version. */
export const POLICY_VERSION = 'portcullis.dev/policy-version';

/**
 * The first 16 hexadecimal digits of the SHA-256 of what a policy says. Fits into a label.
 * @param text what it says, in YAML: the lines from `spec:` or `data:` to the end of the document
 */
export function policyVersion(text: string): string {
  return sha256(text).slice(0, 16);
}

/** Node.js has a way without an object for each digest from 20.12. */
const sha256: (text: string) => string =
  typeof crypto.hash === 'function'
    ? (text) => crypto.hash('sha256', text)
    : (text) => crypto.createHash('sha256').update(text).digest('hex');
