import * as v from 'valibot';

/** What `verify identity` prints with `--format json`. */

const described = <Schema extends v.GenericSchema>(schema: Schema, description: string) =>
  v.pipe(schema, v.description(description));

const text = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const labelSelector = v.strictObject({
  matchLabels: v.record(text, text),
  matchExpressions: v.array(
    v.strictObject({
      key: text,
      operator: v.picklist(['In', 'NotIn', 'Exists', 'DoesNotExist']),
      values: v.array(text),
    }),
  ),
});
const finding = v.strictObject({
  rule: described(text, 'Id of the rule, in kebab case.'),
  severity: v.picklist(['error', 'warning', 'info']),
  where: v.strictObject({ file: text, line: v.optional(count), column: v.optional(count) }),
  message: text,
  fix: described(text, 'What to do about it.'),
});

const entry = v.strictObject({
  spiffeId: described(text, 'As it is written; that of a ClusterSPIFFEID may be a template of Go.'),
  registrar: v.picklist(['ClusterSPIFFEID', 'ClusterStaticEntry', 'Job']),
  object: described(text, 'The object that declares it: kind, namespace and name.'),
  file: text,
  line: described(count, 'From 1.'),
  construct: v.optional(described(text, 'Path of the construct that rendered the object.')),
  parentId: v.optional(described(text, 'Absent for a ClusterSPIFFEID, which stands under the agent of the node.')),
  selectors: described(v.array(text), 'k8s:ns:shop; all of them have to be met.'),
  podSelector: v.optional(labelSelector),
  namespaceSelector: v.optional(labelSelector),
  className: v.optional(text),
  hint: v.optional(text),
  ttl: v.optional(described(text, 'How long an X.509-SVID lives, as a duration of Go.')),
  jwtTtl: v.optional(described(text, 'How long a JWT-SVID lives.')),
  fallback: v.optional(described(v.literal(true), 'For pods that no other ClusterSPIFFEID selects.')),
  workloads: described(
    v.array(v.strictObject({ namespace: text, name: text, kind: text })),
    'Who would be issued the SPIFFE ID, as far as manifests tell.',
  ),
});

export const identitySchema = v.strictObject({
  schemaVersion: described(v.literal(1), 'Raised for every change that readers of the format have to know of.'),
  objects: described(count, 'Objects that were read.'),
  entries: v.array(entry),
  findings: v.array(finding),
});
