/** A line of Portarium's log that tells of a call. */
export interface LoggedCall {
  readonly workspace?: string;
  readonly classification: string;
  /** Undefined for what is no URL of a host. */
  readonly target?: { readonly host: string; readonly port: number };
  readonly time?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** What a line is instead of a call. */
export const NO_CALLS = {
  garbage: 'no JSON',
  truncated: 'JSON that ends too early',
  'too-long': 'longer than a line of a log can be',
  'no-call': 'lines that tell of no call',
} as const;

export type NoCall = keyof typeof NO_CALLS;

/** What `kubectl logs --prefix --timestamps` writes in front. */
const PREFIX = /^(?:\[[^\]]*\] )?(?:\d{4}-\d\d-\d\dT\S+ )?(?=\{)/;

/**
 * Reads a line of Portarium's log, one JSON object. Seed 000 audits `classification` and `url`; names of the other fields
 * are those that its policies and metrics use, `workspaceId` and `workspace_id`, and what loggers call the time.
 */
export function readLogLine(text: string): LoggedCall | NoCall {
  const line = text.trim().replace(PREFIX, '');
  const fields = parse(line);
  if (fields === undefined) return line.startsWith('{') && !line.endsWith('}') ? 'truncated' : 'garbage';
  const { classification, url } = fields;
  if (typeof classification !== 'string' || typeof url !== 'string') return 'no-call';
  const labels = record(fields.labels) ?? {};
  const workspace = [fields.workspaceId, fields.workspace_id, labels.workspaceId, labels.workspace_id].find(isText);
  const time = [fields.time, fields.timestamp, fields['@timestamp'], fields.ts].map(timeOf).find(isText);
  const target = targetOf(url);
  return {
    classification,
    ...(workspace === undefined ? {} : { workspace }),
    ...(target === undefined ? {} : { target }),
    ...(time === undefined ? {} : { time }),
  };
}

const PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'wss:': 443, 'http:': 80, 'ws:': 80 };

/** A URL may hold a password, so that nothing but host and port is kept. */
function targetOf(text: string): LoggedCall['target'] {
  try {
    const { hostname, port, protocol } = new URL(text);
    const number = port === '' ? PORTS[protocol] : Number(port);
    return hostname === '' || number === undefined || number === 0 ? undefined : { host: hostname, port: number };
  } catch {
    return undefined;
  }
}

/** Loggers write ISO 8601, seconds or milliseconds. */
function timeOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const isSeconds = typeof value === 'number' && value < 100_000_000_000;
  const date = new Date(isSeconds ? value * 1000 : value);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function parse(line: string): Fields | undefined {
  try {
    return record(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function record(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
