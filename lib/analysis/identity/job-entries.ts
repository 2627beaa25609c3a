import type { Finding } from '../../finding';
import { field, list, text } from '../../kube/field';
import { formatObject, type KubeObject } from '../../kube/object';
import type { Manifest } from '../load/manifests';
import type { Declared } from './entry';

/** Key of a ConfigMap under which Jobs keep what they register. */
const ENTRIES = 'entries.json';

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

export interface Collected {
  readonly entries: readonly Declared[];
  readonly findings: readonly Finding[];
  /** Jobs that register entries, as `namespace/name`. */
  readonly jobs: ReadonlySet<string>;
}

/** Entries in the ConfigMaps that Jobs mount. */
export function jobEntries(manifests: readonly Manifest[]): Collected {
  const jobs = new Set<string>();
  const mounted = new Set<string>();
  const holding = new Map(
    manifests
      .filter(({ object }) => object.kind === 'ConfigMap' && text(field(object.data, ENTRIES)) !== undefined)
      .map((manifest) => [keyOf(manifest.object), manifest] as const),
  );
  for (const { object } of manifests) {
    for (const name of configMapsOf(object)) {
      const key = `${object.metadata.namespace ?? 'default'}/${name}`;
      if (!holding.has(key)) continue;
      mounted.add(key);
      jobs.add(keyOf(object));
    }
  }
  const read = [...holding].filter(([key]) => mounted.has(key)).map(([, manifest]) => entriesOf(manifest));
  return { entries: read.flatMap(({ entries }) => entries), findings: read.flatMap(({ findings }) => findings), jobs };
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}

/** Names of the ConfigMaps that the pods of a Job mount. */
function configMapsOf({ kind, spec }: KubeObject): readonly string[] {
  if (kind !== 'Job' && kind !== 'CronJob') return [];
  const job = kind === 'Job' ? spec : field(field(spec, 'jobTemplate'), 'spec');
  return list(field(field(field(job, 'template'), 'spec'), 'volumes')).flatMap((volume) => {
    const projected = list(field(field(volume, 'projected'), 'sources'));
    const named = [text(field(field(volume, 'configMap'), 'name'))];
    return [...named, ...projected.map((source) => text(field(field(source, 'configMap'), 'name')))].filter(
      (name) => name !== undefined,
    );
  });
}

function entriesOf({ object, source }: Manifest): Pick<Collected, 'entries' | 'findings'> {
  const { apiVersion, kind, metadata } = object;
  const name = formatObject({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name });
  // Asked for once: a ConfigMap may hold thousands of entries.
  const line = source.lineOf(['data', ENTRIES]);
  const invalid = (message: string, fix: string): Finding => {
    return { rule: 'invalid-entries', severity: 'error', where: { file: source.file, line }, message, fix };
  };
  let document: unknown;
  try {
    document = JSON.parse(text(field(object.data, ENTRIES)) ?? '');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      entries: [],
      findings: [invalid(`${ENTRIES} of ${name} cannot be read: ${why}`, 'write JSON, as spire-server expects it')],
    };
  }
  const written = entryField(document, 'entries');
  if (!Array.isArray(written)) {
    return {
      entries: [],
      findings: [invalid(`${ENTRIES} of ${name} holds no list 'entries'`, 'write {"entries": […]}')],
    };
  }
  const findings = written.flatMap((entry, index) =>
    Object.keys(Object(entry))
      .filter((key) => !FIELDS.has(key.toLowerCase()))
      .map((key) => {
        const message = `entry ${index + 1} in ${ENTRIES} of ${name} has the field '${key}', which SPIRE drops without a word`;
        return invalid(message, 'correct its spelling, or remove it');
      }),
  );
  return { entries: written.map((entry) => declared(entry, { object: name, source, line })), findings };
}

function declared(entry: unknown, at: Pick<Declared, 'object' | 'source' | 'line'>): Declared {
  const selectors = list(entryField(entry, 'selectors')).map((selector) => ({
    type: text(entryField(selector, 'type')) ?? '',
    value: text(entryField(selector, 'value')) ?? '',
  }));
  const complete = selectors.filter(({ type, value }) => type !== '' && value !== '');
  const malformed = selectors.filter((selector) => !complete.includes(selector));
  const hint = text(entryField(entry, 'hint'));
  const [ttl, jwtTtl] = ['x509_svid_ttl', 'jwt_svid_ttl'].map((key) => entryField(entry, key));
  return {
    ...at,
    spiffeId: text(entryField(entry, 'spiffe_id')) ?? '',
    registrar: 'Job',
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
