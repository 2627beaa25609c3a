import { formatSelector } from '../../model/identity/selector';
import type { RegistrationEntry } from './entries';
import { commandLines } from './shell-word';

/**
 * The command that registers one entry by hand, as runbooks show it: one option per line. It carries the entry's id, so
 * that a Job that comes later finds the entry and updates it.
 * @see cmd/spire-server/cli/entry/create.go of SPIRE 1.15.3 (`AppendFlags`)
 */
export function entryCommand(entry: RegistrationEntry): string {
  const isNode = entry.parent_id.endsWith('/spire/server');
  return commandLines(
    ['spire-server', 'entry', 'create'],
    [
      // `-node` stands in the place of the parent.
      ...(isNode ? [['-node']] : []),
      ['-spiffeID', entry.spiffe_id],
      ...(isNode ? [] : [['-parentID', entry.parent_id]]),
      ...entry.selectors.map((selector) => ['-selector', formatSelector(selector)]),
      ...(entry.x509_svid_ttl === undefined ? [] : [['-x509SVIDTTL', String(entry.x509_svid_ttl)]]),
      ...(entry.jwt_svid_ttl === undefined ? [] : [['-jwtSVIDTTL', String(entry.jwt_svid_ttl)]]),
      ...(entry.federates_with ?? []).map((id) => ['-federatesWith', id]),
      ...(entry.dns_names ?? []).map((name) => ['-dns', name]),
      ...(entry.hint === undefined ? [] : [['-hint', entry.hint]]),
      ['-entryID', entry.entry_id],
    ],
  );
}

/** The command that takes an entry back, for the runbook's way back. */
export function deleteCommand(entryId: string): string {
  return commandLines(['spire-server', 'entry', 'delete'], [['-entryID', entryId]]);
}
