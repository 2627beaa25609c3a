import { createHash } from 'node:crypto';
import { formatSpiffeId, type SpiffeId } from '../../model/identity/spiffe-id';

/** Tells our entries from those that people and other tools register. */
export const ENTRY_ID_PREFIX = 'portcullis.';
/** Owner of the entries of nodes, in the place of a workspace. */
export const NODES = 'nodes';
/**
 * Characters that SPIRE's database holds.
 * @see pkg/server/datastore/sqlstore/sqlstore.go of SPIRE 1.15.3 (`validateRegistrationEntry`)
 */
const LONGEST_ENTRY_ID = 255;
const DIGEST = 32;

/**
 * The id of an entry: `portcullis.agent.ws-production.<digest>`. It depends on the SPIFFE ID and the owner alone, so an
 * entry whose selectors or lifetime change is updated in place, and two owners never write to one entry. What a SPIFFE
 * path may hold, an entry id may hold too; the digest tells apart what the dots and the cut make equal.
 */
export function entryId(id: SpiffeId, owner: string): string {
  const room = LONGEST_ENTRY_ID - ENTRY_ID_PREFIX.length - DIGEST - 1;
  return `${ENTRY_ID_PREFIX}${id.path.join('.').slice(0, room)}.${identityDigest(id, owner, DIGEST)}`;
}

/** The name of the custom resource of an entry: a DNS label that starts with what the path says. */
export function resourceName(id: SpiffeId, owner: string): string {
  const readable = id.path
    .join('-')
    .toLowerCase()
    .slice(0, 46)
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return `${readable === '' ? 'identity' : readable}-${identityDigest(id, owner, 16)}`;
}

function identityDigest(id: SpiffeId, owner: string, length: number): string {
  return createHash('sha256')
    .update(JSON.stringify([formatSpiffeId(id), owner]))
    .digest('hex')
    .slice(0, length);
}
