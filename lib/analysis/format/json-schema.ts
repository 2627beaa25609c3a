import * as v from 'valibot';
import { CHANGE_KINDS, CHANGE_TAGS } from '../answer/difference';
import { PROTOCOLS } from '../graph/port-ranges';

/** What the commands print with `--format json`. Published as JSON Schema beside the code of the package. */

const described = <Schema extends v.GenericSchema>(schema: Schema, description: string) =>
  v.pipe(schema, v.description(description));

const text = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const version = described(
  v.literal(1),
  'Version of this format, raised for every change that its readers have to know of.',
);
const dialect = described(v.pipe(text, v.regex(/^(kubernetes|cilium \d+\.\d+)$/)), 'What enforces the policies.');

const where = described(
  v.union([
    v.strictObject({ construct: text, file: v.optional(text) }),
    v.strictObject({ file: text, line: v.optional(count), column: v.optional(count) }),
  ]),
  'A construct path, or a file with line and column from 1.',
);
const FINDING = {
  rule: described(text, 'Id of the rule, in kebab case.'),
  severity: v.picklist(['error', 'warning', 'info']),
  where,
  message: text,
  fix: described(text, 'What to do about it.'),
};
const finding = v.strictObject(FINDING);
const findings = described(v.array(finding), 'What could not be read or evaluated.');
const checkFinding = v.strictObject({
  ...FINDING,
  object: v.optional(described(text, 'The object that it is about: kind, namespace and name.')),
  construct: v.optional(described(text, 'Path of the construct that rendered the object.')),
});

const protocol = v.picklist(PROTOCOLS);
const PORTS = {
  protocol,
  first: described(count, 'First port, from 1 to 65535; for ICMP the first type, from 0 to 255.'),
  last: described(count, 'Last port or type; belongs to it.'),
};
const portRange = v.strictObject(PORTS);
const l7Rule = v.strictObject({
  protocol: v.picklist(['http', 'dns', 'kafka', 'sni', 'l7']),
  rule: described(text, 'GET /v1/tools, *.example.com; for unknown kinds the rule as JSON.'),
});
const segment = v.strictObject({
  ...PORTS,
  l7: described(
    v.array(v.array(l7Rule)),
    'Lists of requests; one of each list has to match. Empty: any request passes.',
  ),
  authenticated: described(v.boolean(), "Both ends have to prove their identity (Cilium's mutual authentication)."),
});
const connections = described(v.array(segment), 'What is allowed, by protocol and ports; disjoint and in order.');

const WORKLOAD = {
  kind: v.literal('workload'),
  namespace: text,
  name: text,
  workload: described(
    text,
    'Deployment, Job, Pod, …; Component for what an inventory lists, Representative for pods that selectors let one imagine.',
  ),
  hostNetwork: v.boolean(),
  alike: v.optional(described(count, 'Number of other workloads that this one stands for.')),
};
const addresses = v.strictObject({ kind: v.literal('addresses'), cidrs: v.array(text) });
const name = v.strictObject({ kind: v.literal('name'), name: described(text, 'A host name, or a pattern of them.') });
const entities = v.strictObject({ kind: v.literal('entities'), entities: v.array(text) });
const end = v.variant('kind', [v.strictObject(WORKLOAD), addresses, name, entities]);
const labelledEnd = described(end, 'One end of a connection.');

const place = v.strictObject({
  file: text,
  line: count,
  object: described(text, 'CiliumNetworkPolicy shop/cart'),
  rule: described(text, 'Path of the rule in the object: spec.egress[0]; spec for the policy as a whole.'),
  construct: v.optional(text),
});
const places = v.array(place);
const grants = v.strictObject({
  restricted: described(v.boolean(), 'Whether a policy denies here what no rule allows.'),
  rules: described(places, 'The rules that let something of it pass.'),
});

export const reachSchema = v.strictObject({
  schemaVersion: version,
  dialect,
  findings,
  pairs: v.array(
    v.strictObject({
      from: labelledEnd,
      to: labelledEnd,
      connections,
      resolvable: v.optional(
        described(v.boolean(), 'For names: whether a DNS rule of the source lets the name be resolved.'),
      ),
      grants: v.optional(
        described(
          v.strictObject({ egress: v.optional(grants), ingress: v.optional(grants) }),
          'With --grants: the rules of the source and of the destination.',
        ),
      ),
    }),
  ),
});

const answer = v.picklist(['yes', 'no', 'some']);
const side = v.strictObject({
  direction: v.picklist(['egress', 'ingress']),
  allowed: answer,
  because: v.optional(
    described(v.picklist(['not-restricted', 'host-network', 'node']), 'Why, where no rule has to allow it.'),
  ),
  isolating: described(places, 'Policies that deny here what no rule allows.'),
  granting: places,
  denying: places,
  nearest: described(
    v.array(v.strictObject({ place, differs: v.picklist(['port', 'peer', 'subject']), text })),
    'Rules that nearly allow it.',
  ),
});

export const explainSchema = v.strictObject({
  schemaVersion: version,
  dialect,
  findings,
  query: v.strictObject({ from: text, to: text, port: portRange }),
  allowed: described(answer, 'some: ends or ports that were asked about differ.'),
  verdicts: v.array(
    v.strictObject({
      from: labelledEnd,
      to: labelledEnd,
      connections,
      allowed: answer,
      isSelf: v.optional(described(v.literal(true), 'A pod and itself, which no policy parts.')),
      egress: v.optional(described(side, 'What policies say at the source, where it is a pod.')),
      ingress: v.optional(described(side, 'What policies say at the destination, where it is a pod.')),
      resolution: v.optional(
        described(
          v.strictObject({ status: v.picklist(['observed', 'unobserved', 'denied']), rules: places }),
          'For host names: whether the source can have it resolved, and whether Cilium sees the answer.',
        ),
      ),
    }),
  ),
  omitted: described(count, 'Pairs of ends that were not looked at.'),
});

const difference = v.strictObject({ dialect, workloads: count, policies: count, findings });
const groupEnd = v.variant('kind', [
  v.strictObject({
    kind: v.literal('workloads'),
    namespaces: v.array(text),
    workloads: count,
    same: v.optional(described(v.literal(true), 'Each pair is within one namespace.')),
  }),
  addresses,
  name,
  entities,
]);

export const diffSchema = v.strictObject({
  schemaVersion: version,
  before: difference,
  after: difference,
  groups: described(
    v.array(
      v.strictObject({
        kind: v.picklist(CHANGE_KINDS),
        tags: v.array(v.picklist(CHANGE_TAGS)),
        from: groupEnd,
        to: groupEnd,
        connections,
        pairs: described(count, 'Pairs of a workload and the other end.'),
        examples: v.array(v.strictObject({ from: text, to: text })),
      }),
    ),
    'Connections that change alike, the dangerous ones first.',
  ),
  appeared: described(v.array(text), 'Workloads that are only in the new manifests.'),
  disappeared: described(v.array(text), 'Workloads that are only in the old manifests.'),
});

export const checkSchema = v.strictObject({
  schemaVersion: version,
  dialect,
  objects: described(count, 'Objects that were read.'),
  policies: count,
  findings: v.array(checkFinding),
  suppressed: described(
    v.array(v.strictObject({ finding: checkFinding, reason: text })),
    'Findings that were accepted.',
  ),
});
