import { contains, parseRange } from '../../model/ip-range';
import { hostHolds } from '../lock/covers';

/** What stands for everything outside the cluster in a list of hosts; names of hosts have dots. */
export const INTERNET = 'internet';

/** Whether a list has a host, a pattern or a range of addresses: itself, or something wider. */
export function isCovered(host: string, by: readonly string[]): boolean {
  const range = parseRange(host);
  return by.some((other) => {
    if (other === host || other === INTERNET) return true;
    const wider = parseRange(other);
    if (range !== undefined && wider !== undefined) return contains(wider, range);
    return range === undefined && wider === undefined && hostHolds(other, host);
  });
}
