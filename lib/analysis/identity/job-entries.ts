import { field, list, text } from '../../kube/field';
import { formatObject, type KubeObject } from '../../kube/object';
import type { Manifest } from '../load/manifests';
import { type EntriesDocument, type EntriesPlace, entriesOfDocument, invalidEntries } from './entries-document';

/** Key of a ConfigMap under which Jobs keep what they register. */
const ENTRIES = 'entries.json';

export interface Collected extends EntriesDocument {
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

function entriesOf({ object, source }: Manifest): EntriesDocument {
  const { apiVersion, kind, metadata } = object;
  const name = formatObject({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name });
  // Asked for once: a ConfigMap may hold thousands of entries.
  const lines = source.lineOf(['data', ENTRIES]);
  const place: EntriesPlace = { registrar: 'Job', object: name, source, lines };
  try {
    return entriesOfDocument(JSON.parse(text(field(object.data, ENTRIES)) ?? ''), place);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const fix = 'write JSON, as spire-server expects it';
    return {
      entries: [],
      findings: [invalidEntries(place, lines, `${ENTRIES} of ${name} cannot be read: ${why}`, fix)],
    };
  }
}
