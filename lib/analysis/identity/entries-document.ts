import type { Finding } from '../../finding';
import { field, list, text } from '../../kube/field';
import type { Declared } from './entry';

/** Where a document for `spire-server entry create -data` stands. */
export interface EntriesPlace extends Pick<Declared, 'registrar' | 'object' | 'source'> {
  /** Line of each entry, or one line for all of them, from 1. */
  readonly lines: readonly number[] | number;
}

/** What a document holds. */
export interface EntriesDocument {
  readonly entries: readonly Declared[];
  readonly findings: readonly Finding[];
}

/**
 * Fields of an entry. Go drops others without a word.
 * @see proto/spire/common/common.pb.go of SPIRE 1.15.3 (`RegistrationEntry`)
 */
const FIELDS = new Set([
  'selectors',
  'parent_id',
  'spiffe_id',
  'x509_svid_ttl',
  'federates_with',
  'entry_id',
  'admin',
  'downstream',
  'entryexpiry',
  'dns_names',
  'revision_number',
  'store_svid',
  'jwt_svid_ttl',
  'hint',
  'created_at',
  'additional_attributes',
]);

/** Reads what `entry create -data` and `entry update -data` read. */
export function entriesOfDocument(document: unknown, place: EntriesPlace): EntriesDocument {
  const written = entryField(document, 'entries');
  if (!Array.isArray(written)) {
    const message = `${described(place)} holds no list 'entries'`;
    return { entries: [], findings: [invalidEntries(place, lineOf(place), message, 'write {"entries": […]}')] };
  }
  const findings = written.flatMap((entry, index) =>
    Object.keys(Object(entry))
      .filter((key) => !FIELDS.has(key.toLowerCase()))
      .map((key) => {
        const message = `entry ${index + 1} in ${described(place)} has the field '${key}', which SPIRE drops without a word`;
        return invalidEntries(place, lineOf(place, index), message, 'correct its spelling, or remove it');
      }),
  );
  return { entries: written.map((entry, index) => declared(entry, place, lineOf(place, index))), findings };
}

export function invalidEntries(
  { source }: Pick<EntriesPlace, 'source'>,
  line: number,
  message: string,
  fix: string,
): Finding {
  return { rule: 'invalid-entries', severity: 'error', where: { file: source.file, line }, message, fix };
}

function described({ registrar, object }: EntriesPlace): string {
  return registrar === 'file' ? object : `entries.json of ${object}`;
}

function lineOf({ lines, source }: EntriesPlace, index = 0): number {
  return typeof lines === 'number' ? lines : (lines[index] ?? source.line);
}

function declared(entry: unknown, { registrar, object, source }: EntriesPlace, line: number): Declared {
  const selectors = list(entryField(entry, 'selectors')).map((selector) => ({
    type: text(entryField(selector, 'type')) ?? '',
    value: text(entryField(selector, 'value')) ?? '',
  }));
  const complete = selectors.filter(({ type, value }) => type !== '' && value !== '');
  const malformed = selectors.filter((selector) => !complete.includes(selector));
  const hint = text(entryField(entry, 'hint'));
  const [ttl, jwtTtl] = ['x509_svid_ttl', 'jwt_svid_ttl'].map((key) => entryField(entry, key));
  return {
    registrar,
    object,
    source,
    line,
    spiffeId: text(entryField(entry, 'spiffe_id')) ?? '',
    parentId: text(entryField(entry, 'parent_id')) ?? '',
    selectors: complete,
    malformed: malformed.map(({ type, value }) => `${type}:${value}`),
    fallback: false,
    ...(hint === undefined ? {} : { hint }),
    ...(typeof ttl === 'number' ? { ttl: `${ttl}s` } : {}),
    ...(typeof jwtTtl === 'number' ? { jwtTtl: `${jwtTtl}s` } : {}),
  };
}

/** A field by its name, in whatever case: so does Go's encoding/json. */
function entryField(value: unknown, name: string): unknown {
  const exact = field(value, name);
  if (exact !== undefined || typeof value !== 'object' || value === null) return exact;
  const key = Object.keys(value).find((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : field(value, key);
}
