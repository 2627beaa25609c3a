import * as v from 'valibot';
import { PROTOCOLS } from '../graph/port-ranges';

/** What several of the commands print with `--format json`; see json-schema.ts. */

/** A schema with what its values mean. */
export const described = <Schema extends v.GenericSchema>(schema: Schema, description: string) =>
  v.pipe(schema, v.description(description));

const text = v.string();
export const says = (description: string) => described(text, description);
/** A whole number from 0. */
export const counts = (description: string) =>
  v.pipe(v.number(), v.integer(), v.minValue(0), v.description(description));
/** A time, where it is known. */
export const time = (description: string) => v.optional(says(description));

export const version = described(
  v.literal(1),
  'Version of this format, raised for every change that its readers have to know of.',
);
export const dialect = described(
  v.pipe(text, v.regex(/^(kubernetes|cilium \d+\.\d+)$/)),
  'What enforces the policies: kubernetes, or cilium with its minor version.',
);

export const file = says('Path as it was given, - for standard input.');
export const line = counts('Line in the file, from 1.');
export const construct = says('Path of the construct that rendered the object, where an index.json tells.');
const FINDING = {
  rule: says('Id of the rule that was broken, in kebab case.'),
  severity: described(
    v.picklist(['error', 'warning', 'info']),
    'error: it makes the command fail. warning: it is likely a mistake. info: to be known.',
  ),
  where: described(
    v.union([
      v.strictObject({ construct: says('Path of a construct.'), file: v.optional(file) }),
      v.strictObject({
        file,
        line: v.optional(line),
        column: v.optional(counts('Column in the line, from 1.')),
      }),
    ]),
    'Where it is.',
  ),
  message: says('What is wrong, in one sentence.'),
  fix: says('What to do about it.'),
};
export const finding = v.strictObject(FINDING);
export const findings = described(
  v.array(finding),
  'What could not be read or evaluated; the answer is as good as this list is short.',
);
/** A finding of a rule, which is always about an object. */
export const ruleFinding = v.strictObject({
  ...FINDING,
  object: v.optional(says('The object that it is about: kind, namespace and name.')),
  construct: v.optional(construct),
});

export const protocol = described(v.picklist(PROTOCOLS), 'Protocol. ICMP has types where the others have ports.');
const PORTS = {
  protocol,
  first: counts('First port, from 1 to 65535; for ICMP the first type, from 0 to 255.'),
  last: counts('Last port or type; it belongs to the range.'),
};
export const portRange = v.strictObject(PORTS);
export const l7Rule = v.strictObject({
  protocol: described(
    v.picklist(['http', 'dns', 'kafka', 'sni', 'l7']),
    'Protocol of the requests; l7 for those of other parsers.',
  ),
  rule: says('What requests have to be: GET /v1/tools, *.example.com; for unknown kinds the rule as JSON.'),
});
const segment = v.strictObject({
  ...PORTS,
  l7: described(
    v.array(v.array(l7Rule)),
    'Lists of requests; a request has to match one of each list. Empty: any request passes.',
  ),
  authenticated: described(v.boolean(), "Both ends have to prove their identity (Cilium's mutual authentication)."),
});
export const connections = described(
  v.array(segment),
  'What is allowed, by protocol and ports; the ranges are in order and do not overlap.',
);

const kind = <Kind extends string>(literal: Kind, description: string) => described(v.literal(literal), description);

export const addresses = v.strictObject({
  kind: kind('addresses', 'Addresses outside the cluster that are treated alike.'),
  cidrs: described(v.array(text), 'All of the addresses, as CIDRs.'),
});
export const hostName = v.strictObject({
  kind: kind('name', 'A host outside the cluster.'),
  name: says('Its name, or a pattern of names as in the policy.'),
});
export const entities = v.strictObject({
  kind: kind('entities', 'What Cilium knows by a reserved identity.'),
  entities: described(v.array(text), 'host, remote-node, kube-apiserver, ….'),
});
const workload = v.strictObject({
  kind: kind('workload', 'The pods of one workload.'),
  namespace: says('Its namespace.'),
  name: says('Its name.'),
  workload: says(
    'Deployment, Job, Pod, …; Component for what an inventory lists, Representative for pods that are imagined.',
  ),
  hostNetwork: described(v.boolean(), "Its pods are on the node's network, where policies for pods do not hold."),
  alike: v.optional(counts('Number of other workloads that it stands for, since policies treat them alike.')),
});
const end = v.variant('kind', [workload, addresses, hostName, entities]);
export const source = described(end, 'Where connections come from.');
export const destination = described(end, 'Where they go to.');

export const place = v.strictObject({
  file,
  line,
  object: says('Kind, namespace and name: CiliumNetworkPolicy shop/cart.'),
  rule: says('Path of the rule in the object: spec.egress[0]; spec for the policy as a whole.'),
  construct: v.optional(construct),
});
export const places = (description: string) => described(v.array(place), description);

/** As the analysis has it: nothing that it shares can be written to. */
export type Data<Value> = Value extends object ? { readonly [Key in keyof Value]: Data<Value[Key]> } : Value;
