import { InvalidValueError, quoted } from '../../finding';
import { type Identity, identitySelectors } from '../../model/identity/identity';
import { type NodeAlias, nodeSelectors } from '../../model/identity/node-alias';
import type { Selector } from '../../model/identity/selector';
import { formatSpiffeId } from '../../model/identity/spiffe-id';
import { entryId, NODES } from './entry-id';

/**
 * What `spire-server entry create -data` reads. The command parses it with Go's encoding/json, which drops fields that
 * it does not know without a word, so the names are held to the letter.
 * @see proto/spire/common/common.pb.go of SPIRE 1.15.3 (`RegistrationEntry`)
 */
export interface EntriesDocument {
  readonly entries: readonly RegistrationEntry[];
}

/** One entry. `admin` and `downstream` are missing on purpose: nothing that is rendered grants power over SPIRE. */
export interface RegistrationEntry {
  readonly entry_id: string;
  readonly parent_id: string;
  readonly spiffe_id: string;
  readonly selectors: readonly Selector[];
  readonly x509_svid_ttl?: number;
  readonly jwt_svid_ttl?: number;
  readonly hint?: string;
  readonly federates_with?: readonly string[];
  readonly dns_names?: readonly string[];
}

/**
 * The entries of identities, and first that of the node alias under which they stand. The same entries in the same
 * order, in whatever order the identities come.
 *
 * @param alias parent of every identity that names none
 * @throws InvalidValueError if an identity has neither a parent nor an alias, or an owner declares a SPIFFE ID twice
 */
export function entriesDocument(identities: readonly Identity[], alias?: NodeAlias): EntriesDocument {
  const workloads = identities.map((identity) => identityEntry(identity, alias));
  workloads.sort((one, other) => (one.entry_id < other.entry_id ? -1 : one.entry_id > other.entry_id ? 1 : 0));
  const twice = workloads.find((entry, index) => entry.entry_id === workloads[index + 1]?.entry_id);
  if (twice !== undefined) {
    throw new InvalidValueError({
      message: `${quoted(twice.spiffe_id)} is declared twice by one owner`,
      fix: 'declare it once, or give each its own SPIFFE ID',
    });
  }
  return { entries: alias === undefined ? workloads : [nodeAliasEntry(alias), ...workloads] };
}

/** The entry of one workload. */
export function identityEntry(identity: Identity, alias?: NodeAlias): RegistrationEntry {
  const { spiffeId, owner, x509SvidTtl, jwtSvidTtl, hint, federatesWith = [], dnsNames = [] } = identity;
  return {
    entry_id: entryId(spiffeId, owner),
    parent_id: parentOf(identity, alias),
    spiffe_id: formatSpiffeId(spiffeId),
    selectors: identitySelectors(identity),
    ...(x509SvidTtl === undefined ? {} : { x509_svid_ttl: x509SvidTtl }),
    ...(jwtSvidTtl === undefined ? {} : { jwt_svid_ttl: jwtSvidTtl }),
    ...(hint === undefined ? {} : { hint }),
    ...(federatesWith.length === 0 ? {} : { federates_with: federatesWith.map((domain) => `spiffe://${domain}`) }),
    ...(dnsNames.length === 0 ? {} : { dns_names: dnsNames }),
  };
}

/**
 * The entry that makes an alias of nodes. Its parent is the server itself, which is what the option `-node` writes.
 * @see cmd/spire-server/cli/entry/create.go of SPIRE 1.15.3 (`getParentID`)
 */
export function nodeAliasEntry(alias: NodeAlias): RegistrationEntry {
  const { spiffeId } = alias;
  return {
    entry_id: entryId(spiffeId, NODES),
    parent_id: serverId(spiffeId.trustDomain),
    spiffe_id: formatSpiffeId(spiffeId),
    selectors: nodeSelectors(alias),
  };
}

/** The SPIFFE ID of a trust domain's SPIRE server. */
export function serverId(trustDomain: string): string {
  return `spiffe://${trustDomain}/spire/server`;
}

/** The SPIFFE ID under which an identity is registered. */
export function parentOf({ parentId, spiffeId, declaredAt }: Identity, alias?: NodeAlias): string {
  const parent = parentId ?? alias?.spiffeId;
  if (parent === undefined) {
    throw new InvalidValueError(
      {
        message: `${quoted(formatSpiffeId(spiffeId))} has no parent, and no node alias was given`,
        fix: 'declare the node alias of the cluster',
      },
      declaredAt,
    );
  }
  if (parent.trustDomain === spiffeId.trustDomain) return formatSpiffeId(parent);
  throw new InvalidValueError(
    {
      message: `${quoted(formatSpiffeId(spiffeId))} stands under ${quoted(formatSpiffeId(parent))} of another trust domain`,
      fix: `use the trust domain '${parent.trustDomain}', or another node alias`,
    },
    declaredAt,
  );
}

/** Ids of our entries that were registered and no longer are, for registrationJobs() to remove. */
export function retiredEntryIds(before: EntriesDocument, after: EntriesDocument): readonly string[] {
  const kept = new Set(after.entries.map((entry) => entry.entry_id));
  return before.entries
    .map((entry) => entry.entry_id)
    .filter((id) => !kept.has(id))
    .sort();
}
