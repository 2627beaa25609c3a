import type { RegistrationEntry } from '../../../../lib/render/identity/entries';

/** As much of a SPIRE server as its command line shows of entries. */
export interface SpireServer {
  /** Runs a command whose files lie in /entries, and returns its exit code. */
  run(command: readonly string[], files: Readonly<Record<string, string>>): number;
  /** By id. */
  entries(): readonly RegistrationEntry[];
  /** An entry of somebody else. */
  add(entry: RegistrationEntry): void;
  /** Makes the database refuse to delete an entry. */
  holdOn(id: string): void;
}

/**
 * A server in the words of SPIRE 1.15.3: cmd/spire-server/cli/entry (exit codes), pkg/server/api/entry/v1 (one result
 * for each entry) and pkg/server/datastore/sqlstore (similar entries, unique ids, bundles of federated domains). The
 * real commands, service and database gave the same exit codes for Jobs of the same kinds.
 */
export function spireServer(): SpireServer {
  const stored = new Map<string, RegistrationEntry>();
  const held = new Set<string>();
  const similarity = ({ spiffe_id, parent_id, selectors }: RegistrationEntry) =>
    JSON.stringify([spiffe_id, parent_id, selectors.map(({ type, value }) => `${type}:${value}`).sort()]);

  const similar = () => new Map([...stored.values()].map((entry) => [similarity(entry), entry.entry_id]));
  let places = similar();
  const store = (entry: RegistrationEntry) => {
    stored.set(entry.entry_id, entry);
    places.set(similarity(entry), entry.entry_id);
    return true;
  };

  const verbs: Readonly<Record<string, (entry: RegistrationEntry) => boolean>> = {
    create(entry) {
      if (places.has(similarity(entry)) || stored.has(entry.entry_id) || entry.federates_with !== undefined)
        return false;
      return store(entry);
    },
    update: (entry) => stored.has(entry.entry_id) && entry.federates_with === undefined && store(entry),
    delete: ({ entry_id }) => !held.has(entry_id) && stored.delete(entry_id),
  };

  return {
    run(command, files) {
      const [program, noun, verb = '', ...options] = command;
      const option = (name: string) => {
        const at = options.indexOf(name);
        return at < 0 ? undefined : options[at + 1];
      };
      const text = files[(option('-data') ?? option('-file'))?.replace('/entries/', '') ?? ''];
      const apply = verbs[verb];
      const usable = program === '/opt/spire/bin/spire-server' && noun === 'entry' && apply !== undefined;
      if (!usable || text === undefined || (verb === 'delete') !== (option('-file') !== undefined)) return 1;
      const { entries, ids } = JSON.parse(text) as { entries?: RegistrationEntry[]; ids?: string[] };
      places = similar();
      const results = (entries ?? ids?.map((id) => ({ entry_id: id }) as RegistrationEntry) ?? []).map(apply);
      return option('-output') === 'json' || results.every((done) => done) ? 0 : 1;
    },
    entries: () => [...stored.values()].sort((one, other) => (one.entry_id < other.entry_id ? -1 : 1)),
    add: (entry) => void store(entry),
    holdOn: (id) => void held.add(id),
  };
}
