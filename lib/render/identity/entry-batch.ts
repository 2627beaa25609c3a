import type { RegistrationEntry } from './entries';

/**
 * Bytes of JSON in one ConfigMap. The API server refuses an object beyond 1 MiB, and a SPIRE server a request beyond
 * gRPC's 4 MiB.
 */
const MOST_BYTES = 512 * 1024;

/** Entries in as few lists as fit into a ConfigMap each, in the order given; none for no entries. */
export function inBatches(entries: readonly RegistrationEntry[]): readonly (readonly RegistrationEntry[])[] {
  const batches: RegistrationEntry[][] = [];
  let room = 0;
  for (const entry of entries) {
    // Indented twice more where it stands, at two blanks a line.
    const text = JSON.stringify(entry, null, 2);
    const bytes = Buffer.byteLength(text) + 4 * (text.split('\n').length + 1);
    if (bytes > room) {
      batches.push([]);
      room = MOST_BYTES;
    }
    batches.at(-1)?.push(entry);
    room -= bytes;
  }
  return batches;
}

/** Path below which nobody is registered for real. */
const RETIRED = 'portcullis-retired';

/**
 * Entries that take the ids of retired ones and grant nothing: their parent is no agent and no alias, and no attestor
 * gives out their selector.
 */
export function tombstones(ids: readonly string[], trustDomain: string): readonly RegistrationEntry[] {
  return ids.map((id) => ({
    entry_id: id,
    parent_id: `spiffe://${trustDomain}/${RETIRED}`,
    spiffe_id: `spiffe://${trustDomain}/${RETIRED}/${id}`,
    selectors: [{ type: 'portcullis', value: `retired:${id}` }],
  }));
}
