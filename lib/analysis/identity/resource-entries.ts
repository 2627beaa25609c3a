import { field, list, text, textMap } from '../../kube/field';
import { apiGroup } from '../../kube/object';
import type { LabelSelector, LabelSelectorRequirement } from '../../kube/selector';
import type { Manifest } from '../load/manifests';
import type { Declared } from './entry';
import { parseSelector } from './selector';

/** Entries that resources of the SPIRE controller manager declare. */
export function resourceEntries(manifests: readonly Manifest[]): readonly Declared[] {
  return manifests.flatMap((manifest) => {
    const { apiVersion, kind } = manifest.object;
    if (apiGroup(apiVersion) !== 'spire.spiffe.io') return [];
    if (kind === 'ClusterSPIFFEID') return [clusterSpiffeId(manifest)];
    return kind === 'ClusterStaticEntry' ? [clusterStaticEntry(manifest)] : [];
  });
}

function clusterSpiffeId({ object, source }: Manifest): Declared {
  const spec = object.spec;
  const podSelector = labelSelector(field(spec, 'podSelector'));
  const namespaceSelector = labelSelector(field(spec, 'namespaceSelector'));
  return {
    registrar: 'ClusterSPIFFEID',
    object: `ClusterSPIFFEID ${object.metadata.name}`,
    source,
    line: source.line,
    spiffeId: text(field(spec, 'spiffeIDTemplate')) ?? '',
    ...selectorsOf(field(spec, 'workloadSelectorTemplates')),
    ...(podSelector === undefined ? {} : { podSelector }),
    ...(namespaceSelector === undefined ? {} : { namespaceSelector }),
    fallback: field(spec, 'fallback') === true,
    ...texts(spec, { className: 'className', hint: 'hint', ttl: 'ttl', jwtTtl: 'jwtTtl' }),
  };
}

function clusterStaticEntry({ object, source }: Manifest): Declared {
  const spec = object.spec;
  return {
    registrar: 'ClusterStaticEntry',
    object: `ClusterStaticEntry ${object.metadata.name}`,
    source,
    line: source.line,
    spiffeId: text(field(spec, 'spiffeID')) ?? '',
    parentId: text(field(spec, 'parentID')) ?? '',
    ...selectorsOf(field(spec, 'selectors')),
    fallback: false,
    ...texts(spec, { className: 'className', hint: 'hint', ttl: 'x509SVIDTTL', jwtTtl: 'jwtSVIDTTL' }),
  };
}

function selectorsOf(value: unknown): Pick<Declared, 'selectors' | 'malformed'> {
  const read = list(value).map((item) => [item, typeof item === 'string' ? parseSelector(item) : undefined] as const);
  return {
    selectors: read.flatMap(([, selector]) => selector ?? []),
    malformed: read.filter(([, selector]) => selector === undefined).map(([item]) => String(item)),
  };
}

/** The fields that are there and hold text. */
function texts<Key extends string>(spec: unknown, fields: Readonly<Record<Key, string>>): { [key in Key]?: string } {
  const found: { [key in Key]?: string } = {};
  for (const key of Object.keys(fields) as Key[]) {
    const value = text(field(spec, fields[key]));
    if (value !== undefined) found[key] = value;
  }
  return found;
}

/** A selector as the API reads it; what has the wrong shape reads as absent, and the API server would refuse it. */
function labelSelector(value: unknown): LabelSelector | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const matchExpressions = list(field(value, 'matchExpressions')).flatMap((item): LabelSelectorRequirement[] => {
    const [label, operator] = [text(field(item, 'key')), text(field(item, 'operator'))];
    if (label === undefined || !isOperator(operator)) return [];
    const values = list(field(item, 'values')).filter((one) => typeof one === 'string');
    return [{ key: label, operator, values }];
  });
  return { matchLabels: textMap(field(value, 'matchLabels')), matchExpressions };
}

function isOperator(text: string | undefined): text is LabelSelectorRequirement['operator'] {
  return text === 'In' || text === 'NotIn' || text === 'Exists' || text === 'DoesNotExist';
}
