import { printable } from '../../finding';
import type { ReachEnd } from '../answer/reach-end';
import type { ReachPair } from '../answer/reach-pair';
import { l7Text, portGroups } from './connection-text';

const COLUMNS = ['from', 'to', 'protocol', 'ports', 'requests', 'authenticated', 'resolvable'];

/**
 * For spreadsheets: a row for each pair and protocol, by RFC 4180.
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export function* reachCsv(pairs: Iterable<ReachPair>): Generator<string> {
  yield row(COLUMNS);
  for (const { from, to, segments, resolvable } of pairs) {
    for (const { protocol, ports, l7, authenticated } of portGroups(segments)) {
      const requests = l7.map((list) => l7Text(list)).join(' and ');
      const rest = [protocol, ports, requests, String(authenticated), String(resolvable ?? '')];
      yield row([endText(from), endText(to), ...rest]);
    }
  }
}

/** Every CIDR, where labels would leave some out. */
function endText(end: ReachEnd): string {
  return end.kind === 'addresses' && end.label !== 'world' ? end.cidrs.join(' ') : end.label;
}

function row(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

/** What a spreadsheet would take for a formula gets an apostrophe in front; a terminal may show the rows as well. */
function cell(text: string): string {
  const shown = printable(text);
  const safe = /^[=+\-@]/.test(shown) ? `'${shown}` : shown;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
