import type { Protocol } from '../connection/connection';
import type { Flow, FlowRequest } from './flow';
import type { FlowEnds } from './flow-end';
import type { SkipKind } from './skipped';

type Fields = Readonly<Record<string, unknown>>;

/** A line that is no flow to judge, and how many events it stands for. */
export interface SkippedLine {
  readonly skipped: SkipKind;
  readonly count?: number;
}

/**
 * Reads a line of a recording in any of Hubble's forms: `hubble observe -o json` and `-o jsonpb`, which wrap each flow as
 * `{"flow":{…},"node_name":…,"time":…}`, the exporter's file, which has the same form, and the plain flow that
 * `-o json` once printed, and prints with HUBBLE_COMPAT=legacy-json-output.
 * @see api/v1/observer/observer.proto, hubble/pkg/printer and hubble/cmd/common/config/compat.go of Cilium 1.19
 */
export function readFlow(line: string, ends: FlowEnds): Flow | SkippedLine {
  const parsed = parseFlow(line, ends) ?? parse(line);
  if (typeof parsed !== 'object' || parsed === null) return skip(isCutShort(line) ? 'truncated' : 'garbage');
  const fields = parsed as Fields;
  const flow = record(fields.flow);
  if (flow !== undefined) return fromFields(flow, ends);
  const lost = record(fields.lost_events) ?? (fields.num_events_lost === undefined ? undefined : fields);
  if (lost !== undefined) return { skipped: 'lost-events', count: Math.max(1, whole(lost.num_events_lost) ?? 1) };
  if (OTHER_EVENTS.some((key) => record(fields[key]) !== undefined)) return skip('other-event');
  const isPlain = fields.verdict !== undefined || (record(fields.source) ?? record(fields.IP)) !== undefined;
  return isPlain ? fromFields(fields, ends) : skip('no-flow');
}

const OTHER_EVENTS = ['node_status', 'agent_event', 'debug_event'];
const REPLY: SkippedLine = { skipped: 'reply' };

function fromFields(flow: Fields, ends: FlowEnds): Flow | SkippedLine {
  if (flow.is_reply === true) return REPLY;
  const event = record(flow.event_type)?.type;
  if (flow.Type === 'SOCK' || event === EVENT.socket) return skip('socket');
  if (flow.debug_capture_point !== undefined || event === EVENT.capture || event === EVENT.debug) {
    return skip('other-event');
  }
  if (flow.verdict === 'ERROR') return skip('error');
  const isDropped = flow.verdict === 'DROPPED';
  if (isDropped && !isByPolicy(flow)) return skip('other-drop');
  const l7 = record(flow.l7);
  const l4 = record(flow.l4);
  switch (direction(flow, l7, l4, isDropped, event)) {
    case 'reply':
      return REPLY;
    case 'unknown':
      return skip('no-direction');
  }
  const [source, destination] = [record(flow.source), record(flow.destination)];
  if (source === undefined || destination === undefined) return skip('no-ends');
  const target = portOf(l4);
  if (typeof target === 'string') return skip(target);
  const ip = record(flow.IP);
  const from = ends.of(source, text(ip?.source), undefined);
  const to = ends.of(destination, text(ip?.destination), flow.destination_names);
  const isService = record(flow.destination_service)?.name !== undefined;
  if (isService && (to.kind === 'address' || to.kind === 'unknown')) return skip('before-translation');
  const request = l7 === undefined ? undefined : requestOf(l7);
  const time = timeOf(flow.time);
  return {
    source: from,
    destination: to,
    ...target,
    ...(request === undefined ? {} : { request }),
    passed: !isDropped,
    count: countOf(record(flow.aggregate)),
    ...(time === undefined ? {} : { time }),
  };
}

/** @see MessageType* in pkg/monitor/api/types.go of Cilium 1.19 */
const EVENT = { debug: 2, capture: 3, verdict: 5, socket: 7 } as const;

/** Drop reasons by name, and by the number that stands beside it. */
const BY_POLICY = new Set<unknown>(['POLICY_DENIED', 'POLICY_DENY', 'AUTH_REQUIRED', 133, 181, 189]);

/** A drop that gives no reason is the proxy's, or comes from an exporter with a field mask. */
function isByPolicy({ drop_reason_desc: name, drop_reason: number }: Fields): boolean {
  if (name !== undefined && name !== 'DROP_REASON_UNKNOWN') return BY_POLICY.has(name);
  return number === undefined || number === 0 || BY_POLICY.has(number);
}

/**
 * Whether a flow opens something. Policies are asked about the first packet of a connection alone, so that a verdict is
 * always about a request; other drops, and traces before connection tracking, do not say.
 * @see decodeIsReply in pkg/hubble/parser/threefour/parser.go of Cilium 1.19
 */
function direction(
  flow: Fields,
  l7: Fields | undefined,
  l4: Fields | undefined,
  isDropped: boolean,
  event: unknown,
): 'request' | 'reply' | 'unknown' {
  if (l7 !== undefined) return l7.type === 'RESPONSE' ? 'reply' : 'request';
  if (flow.reply === true || flow.trace_reason === 'RELATED') return 'reply';
  if (flow.is_reply === false || isDropped || event === EVENT.verdict) return 'request';
  const flags = record(record(l4?.TCP)?.flags);
  if (flags?.SYN === true) return flags.ACK === true ? 'reply' : 'request';
  return 'unknown';
}

const WITH_PORTS: readonly Extract<Protocol, 'TCP' | 'UDP' | 'SCTP'>[] = ['TCP', 'UDP', 'SCTP'];

function portOf(
  l4: Fields | undefined,
): { readonly protocol: Protocol; readonly port: number } | 'no-port' | 'other-protocol' {
  if (l4 === undefined) return 'no-port';
  for (const protocol of WITH_PORTS) {
    const fields = record(l4[protocol]);
    if (fields === undefined) continue;
    const port = whole(fields.destination_port);
    return port === undefined || port < 1 || port > 65_535 ? 'no-port' : { protocol, port };
  }
  for (const [name, protocol] of [['ICMPv4', 'ICMP'] as const, ['ICMPv6', 'ICMPv6'] as const]) {
    const fields = record(l4[name]);
    // Type 0 is left out, as protobuf leaves out what is 0.
    if (fields !== undefined) return { protocol, port: whole(fields.type) ?? 0 };
  }
  return l4.VRRP === undefined && l4.IGMP === undefined ? 'no-port' : 'other-protocol';
}

const ABSOLUTE = /^[a-z][-+.a-z\d]*:\/\/(?:[^/?#@]*@)?([^/?#]*)(.*)$/i;

function requestOf(l7: Fields): FlowRequest {
  const dns = record(l7.dns);
  if (dns !== undefined) return { protocol: 'dns', name: (text(dns.query) ?? '').toLowerCase().replace(/\.$/, '') };
  const http = record(l7.http);
  if (http === undefined) return { protocol: 'other' };
  const url = text(http.url) ?? '';
  const [, host, rest = url] = ABSOLUTE.exec(url) ?? [];
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  const method = text(http.method) ?? '';
  return { protocol: 'http', method, path, ...(host === undefined || host === '' ? {} : { host }) };
}

/** How many flows the exporter added up. */
function countOf(aggregate: Fields | undefined): number {
  if (aggregate === undefined) return 1;
  const { ingress_flow_count: into, egress_flow_count: out, unknown_direction_flow_count: other } = aggregate;
  return Math.max(1, (whole(into) ?? 0) + (whole(out) ?? 0) + (whole(other) ?? 0));
}

/** protobuf writes UTC; what somebody else wrote is made so. */
function timeOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(value)) return value;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/**
 * Most of a flow is its two ends, and most ends are known from flows before: where a line has the order in which Hubble
 * writes, the ends are taken out and looked up, and only what is left is parsed. What cannot be taken apart that way is
 * left to the other parser. In text, quotes are escaped, so that what is searched for can only be keys.
 */
function parseFlow(line: string, ends: FlowEnds): unknown {
  const start = line.indexOf(SOURCE);
  const middle = start < 0 ? -1 : line.indexOf(DESTINATION, start);
  const end = middle < 0 ? -1 : line.indexOf(',"Type":"', middle);
  if (end < 0) return undefined;
  const source = ends.parsed(line.slice(start + SOURCE.length - 1, middle));
  const destination = ends.parsed(line.slice(middle + DESTINATION.length - 1, end));
  if (source === undefined || destination === undefined) return undefined;
  const rest = record(parse(line.slice(0, start) + line.slice(end + 1)));
  const flow = record(rest?.flow) ?? rest;
  if (flow === undefined || flow.source !== undefined || flow.destination !== undefined) return undefined;
  Object.assign(flow, { source, destination });
  return rest;
}

const SOURCE = '"source":{';
const DESTINATION = ',"destination":{';

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Whether a line starts as a flow does and stops short, as the last one of a file does that is still written. */
function isCutShort(line: string): boolean {
  const trimmed = line.trim();
  return /^\{\s*(?:"|$)/.test(trimmed) && !trimmed.endsWith('}');
}

function skip(skipped: SkipKind): SkippedLine {
  return { skipped };
}

function record(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Numbers of 64 bits are texts in JSON of protobuf. */
function whole(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,18}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : undefined;
}
