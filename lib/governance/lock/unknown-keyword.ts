import type { Finding } from '../../finding';
import { hostsOf } from './keyword-catalogue';
import type { LockToken } from './lock-file';

/** Keywords of a lock in the plain form that nobody reviewed. */
export function unknownKeywords(tokens: readonly LockToken[], file: string): readonly Finding[] {
  return tokens
    .filter(({ token }) => hostsOf(token) === undefined)
    .map(({ token, line }) => ({
      rule: 'lock-keyword',
      severity: 'error',
      where: { file, line },
      message: `'${token}' is no host, and no keyword that anybody reviewed`,
      fix: 'name the hosts; looking for a word in names would let others through that merely hold it',
    }));
}
