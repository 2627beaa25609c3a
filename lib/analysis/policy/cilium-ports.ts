import type { L7Rule } from '../connection/connection';
import type { CiliumVersion } from '../dialect';
import { LIMITS } from '../graph/port-ranges';
import { dnsName } from './dns-name';
import { icmpType } from './icmp-type';
import type { Direction, PortModel } from './policy-model';
import type { Path, PolicyReader } from './policy-reader';

type Fields = Readonly<Record<string, unknown>>;

/** One entry of `toPorts`, or all of `icmps`. */
export interface PortsAndL7 {
  readonly ports: readonly PortModel[] | undefined;
  readonly l7: readonly L7Rule[] | undefined;
  /** Where the entry stands; undefined for a rule without ports. */
  readonly path?: Path;
}

/**
 * The ports of a rule, entry by entry, since each can restrict requests in its own way. None at all means every port.
 * @see pkg/policy/utils/parserules.go and pkg/policy/rule.go of Cilium 1.19
 */
export function portsOfRule(
  fields: Fields,
  path: Path,
  direction: Direction,
  version: CiliumVersion,
  reader: PolicyReader,
): readonly PortsAndL7[] {
  const entries = reader.maps(fields.toPorts, [...path, 'toPorts']) ?? [];
  const icmps = reader.maps(fields.icmps, [...path, 'icmps']) ?? [];
  if (entries.length > 0 && icmps.length > 0) {
    reader.refuse([...path, 'icmps'], 'excludes toPorts', 'write a rule for each; Cilium refuses the policy as it is');
  }
  if (entries.length === 0 && icmps.length === 0) return [{ ports: undefined, l7: undefined }];
  return [
    ...entries.map(({ fields: entry, path: at }) => {
      const restriction = l7(entry, at, version, reader);
      const listed = ports(entry, at, reader);
      if (restriction !== undefined) checkL7(restriction, entry, at, direction, reader);
      // The proxy is given no names for port 0, and lets every one pass.
      const isVoid = restriction?.[0]?.protocol === 'sni' && listed.some((range) => 'first' in range && isWhole(range));
      return { ports: listed, l7: isVoid ? undefined : restriction, path: at };
    }),
    ...icmps.map(({ fields: entry, path: at }) => ({ ports: icmpPorts(entry, at, reader), l7: undefined, path: at })),
  ];
}

function isWhole({ first, last }: { readonly first: number; readonly last: number }): boolean {
  return first === 1 && last === 65535;
}

/**
 * What Cilium refuses about requests.
 * @see pkg/policy/api/rule_validation.go of Cilium 1.19
 */
function checkL7(
  rules: readonly L7Rule[],
  entry: Fields,
  path: Path,
  direction: Direction,
  reader: PolicyReader,
): void {
  const kind = rules[0]?.protocol;
  const listed = reader.maps(entry.ports, [...path, 'ports']) ?? [];
  const names = reader.strings(entry.serverNames, [...path, 'serverNames']) ?? [];
  if (names.includes('')) reader.refuse([...path, 'serverNames'], 'holds an empty name');
  if (names.length > 0 && kind !== 'sni' && entry.terminatingTLS === undefined) {
    reader.refuse([...path, 'rules'], 'cannot be looked at inside TLS that is not terminated (serverNames)');
  }
  if (kind === 'dns' && direction === 'ingress') reader.refuse([...path, 'rules', 'dns'], 'is for egress only');
  if (kind === 'dns' && listed.length === 0) reader.refuse([...path, 'rules', 'dns'], 'needs ports, 53 mostly');
  for (const { fields, path: at } of listed) {
    if (kind === 'sni') continue;
    if (kind !== 'dns' && String(fields.protocol).toUpperCase() !== 'TCP') {
      reader.refuse([...at, 'protocol'], 'has to be TCP beside rules about requests');
    }
    if (kind === 'dns' && typeof fields.endPort === 'number' && fields.endPort > Number(fields.port)) {
      reader.refuse([...at, 'endPort'], 'has no place beside DNS rules');
    }
    if (String(fields.port) === '0') reader.refuse([...at, 'port'], 'cannot be 0 beside rules about requests');
  }
}

function ports(entry: Fields, path: Path, reader: PolicyReader): readonly PortModel[] {
  const listed = reader.maps(entry.ports, [...path, 'ports']) ?? [];
  if (listed.length > 40) reader.refuse([...path, 'ports'], `has ${listed.length} entries, and Cilium takes 40`);
  return listed.flatMap(({ fields, path: at }) => port(fields, at, reader));
}

const SERVICE_NAME = /^(?=.*[a-z])[a-z\d](?:-?[a-z\d])*$/i;
const EACH = ['TCP', 'UDP', 'SCTP'] as const;

function port(fields: Fields, path: Path, reader: PolicyReader): readonly PortModel[] {
  if (typeof fields.port === 'number') {
    return reader.refuse([...path, 'port'], 'has to be text', 'quote the number, as in "443"') ?? [];
  }
  const text = reader.text(fields.port, [...path, 'port']);
  if (isThere(fields.endPort) && !Number.isInteger(fields.endPort)) {
    return reader.refuse([...path, 'endPort'], 'has to be a whole number') ?? [];
  }
  const protocol = protocolOf(fields.protocol);
  if (protocol === undefined) return reader.refuse([...path, 'protocol'], `cannot be ${String(fields.protocol)}`) ?? [];
  if (protocol === 'other') return [];
  if (protocol === 'ICMP' || protocol === 'ICMPv6') {
    const [first, last] = LIMITS[protocol];
    return [{ protocol, first, last }];
  }
  if (text === undefined || text === '') return reader.refuse([...path, 'port'], 'is missing') ?? [];
  if (SERVICE_NAME.test(text)) return [{ protocol, name: text.toLowerCase() }];
  const range = numbers(text, fields.endPort);
  if (range === undefined) return reader.refuse([...path, 'port'], `'${text}' is no port`) ?? [];
  const protocols = protocol === 'ANY' ? EACH : [protocol];
  return protocols.map((each) => ({ protocol: each, ...range }));
}

/** Port 0 is every port, and an end that is not beyond the port is none. */
function numbers(text: string, endPort: unknown): { readonly first: number; readonly last: number } | undefined {
  const isOctal = /^0\d/.test(text);
  if (isOctal && /[89]/.test(text)) return undefined;
  const first = isOctal ? Number.parseInt(text, 8) : Number(text);
  const last = typeof endPort === 'number' && endPort > first ? endPort : first;
  if (!/^\d+$/.test(text) || !(first <= 65535) || last > 65535) return undefined;
  return first === 0 ? { first: 1, last: 65535 } : { first, last };
}

function protocolOf(value: unknown): 'TCP' | 'UDP' | 'SCTP' | 'ANY' | 'ICMP' | 'ICMPv6' | 'other' | undefined {
  if (value === undefined || value === null || value === '') return 'ANY';
  switch (String(value).toUpperCase()) {
    case 'TCP':
      return 'TCP';
    case 'UDP':
      return 'UDP';
    case 'SCTP':
      return 'SCTP';
    case 'ANY':
      return 'ANY';
    case 'ICMP':
      return 'ICMP';
    case 'ICMPV6':
      return 'ICMPv6';
    case 'VRRP':
    case 'IGMP':
      return 'other';
    default:
      return undefined;
  }
}

function icmpPorts(entry: Fields, path: Path, reader: PolicyReader): readonly PortModel[] {
  const listed = reader.maps(entry.fields, [...path, 'fields']) ?? [];
  if (listed.length > 40) reader.refuse([...path, 'fields'], `has ${listed.length} entries, and Cilium takes 40`);
  return listed.flatMap(({ fields, path: at }) => {
    if (isThere(fields.family) && fields.family !== 'IPv4' && fields.family !== 'IPv6') {
      return reader.refuse([...at, 'family'], `is IPv4 or IPv6, not ${JSON.stringify(fields.family)}`) ?? [];
    }
    const protocol = fields.family === 'IPv6' ? 'ICMPv6' : 'ICMP';
    const type = icmpType(fields.type, protocol);
    if (type === undefined)
      return reader.refuse([...at, 'type'], `'${String(fields.type)}' is no type of ${protocol}`) ?? [];
    // Type 0 becomes port 0, which is every type.
    return [{ protocol, first: type, last: type === 0 ? 255 : type }];
  });
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Empty lists restrict nothing, as if they were not there. */
function l7(entry: Fields, path: Path, version: CiliumVersion, reader: PolicyReader): readonly L7Rule[] | undefined {
  const rules = reader.fields(entry.rules, [...path, 'rules']) ?? {};
  const lists = (['http', 'dns', 'kafka', 'l7'] as const).flatMap((kind) => {
    const list = reader.maps(rules[kind], [...path, 'rules', kind]) ?? [];
    // Cilium 1.20 knows no Kafka rules any more: the API server drops them, and with them the restriction.
    if (list.length === 0 || (kind === 'kafka' && (version === '1.20' || version === '1.21'))) return [];
    if (kind === 'dns') for (const { fields, path: at } of list) dnsName(fields, at, reader);
    return [list.map(({ fields }) => ({ protocol: kind, rule: ruleText(kind, fields) }))];
  });
  if (lists.length > 1) reader.refuse([...path, 'rules'], 'has rules for more than one protocol');
  if (isThere(rules.l7) && !isThere(rules.l7proto)) reader.refuse([...path, 'rules', 'l7'], 'needs an l7proto');
  if (lists[0] !== undefined) return lists[0];
  const names = reader.strings(entry.serverNames, [...path, 'serverNames']) ?? [];
  return names.length === 0 ? undefined : names.map((rule) => ({ protocol: 'sni', rule }));
}

function ruleText(kind: L7Rule['protocol'], fields: Fields): string {
  if (kind === 'dns') return String(fields.matchName ?? fields.matchPattern ?? '').toLowerCase();
  if (kind !== 'http') return JSON.stringify(fields);
  const { method, path, host, ...rest } = fields;
  const others = Object.keys(rest).length === 0 ? [] : [JSON.stringify(rest)];
  return [method ?? '*', ...(host === undefined ? [] : [`host ${String(host)}`]), path ?? '*', ...others].join(' ');
}
