import type { Finding } from '../../finding';
import { hostProblem } from '../../model/host';
import { hostsOf } from './keyword-catalogue';
import type { LockToken } from './lock-file';

/** Keywords of a lock in the plain form that nobody reviewed, and hosts that are none. */
export function unknownKeywords(tokens: readonly LockToken[], file: string): readonly Finding[] {
  return tokens.flatMap(({ token, line }): readonly Finding[] => {
    const where = { file, line };
    if (hostsOf(token) === undefined) {
      const message = `'${token}' is no host, and no keyword that anybody reviewed`;
      const fix = 'name the hosts; looking for a word in names would let others through that merely hold it';
      return [{ rule: 'lock-keyword', severity: 'error', where, message, fix }];
    }
    const problem = token.includes('.') ? hostProblem(token) : undefined;
    return problem === undefined ? [] : [{ rule: 'lock-host', severity: 'error', where, ...problem }];
  });
}
