import type { LockEntry, LockedEnd, LockedPort } from './entry';

/** What no line of the lock may hold unquoted. */
const PLAIN = /^[^\s"#\\]+$/;

/**
 * An entry as its line in the lock. Equal entries have equal lines, and lines that sort together belong together.
 *
 * @example
 * prod/portarium ws-production/execution-plane -> host api.stripe.com tcp/443
 */
export function lineOf(entry: LockEntry): string {
  return [entry.scope, ...wordsOf(entry)].join(' ');
}

function wordsOf(entry: LockEntry): readonly string[] {
  switch (entry.kind) {
    case 'pods':
      return ['pods', word(entry.name), '=', entry.namespace, ...labelWords(entry.labels)];
    case 'edge': {
      const { from, to, port, authenticated, requests } = entry;
      return [
        ...endWords(from),
        '->',
        ...endWords(to),
        portText(port),
        ...(authenticated ? ['authenticated'] : []),
        ...(requests === undefined ? [] : [`requests=${JSON.stringify(requests)}`]),
      ];
    }
    case 'tool':
      return ['tool', entry.workspace, word(entry.tool)];
    case 'identity':
      return [
        'identity',
        entry.spiffeId,
        '=',
        entry.namespace,
        `sa=${entry.serviceAccount}`,
        ...labelWords(entry.labels),
      ];
    case 'right':
      return [
        'grant',
        word(entry.agent),
        entry.right,
        word(entry.subject),
        ...(entry.capabilities.length === 0 ? [] : [`with=${entry.capabilities.join(',')}`]),
      ];
    case 'trust':
      return ['trust', entry.what, word(entry.subject)];
    case 'exemption':
      return ['exemption', entry.rule, word(entry.subject)];
  }
}

function endWords(end: LockedEnd): readonly string[] {
  switch (end.kind) {
    case 'pods':
      return [word(end.name)];
    case 'namespace':
      return ['namespace', end.namespace];
    case 'entity':
      return ['entity', end.entity];
    case 'host':
      return ['host', end.host];
    case 'cidr':
      return ['cidr', end.cidr, ...(end.except.length === 0 ? [] : [`except=${end.except.join(',')}`])];
    case 'internet':
      return ['internet'];
  }
}

function labelWords(labels: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort();
}

/** `tcp/443`, `udp/8000-8010`, `tcp/grpc`. */
export function portText(port: LockedPort): string {
  const protocol = port.protocol.toLowerCase();
  if ('name' in port) return `${protocol}/${port.name}`;
  return `${protocol}/${port.first === port.last ? port.first : `${port.first}-${port.last}`}`;
}

/** A name as one word: quoted where it would be read as several, or as a word of the format. */
function word(text: string): string {
  return PLAIN.test(text) && !RESERVED.has(text) ? text : JSON.stringify(text);
}

/** Words that start something else where a name may stand. */
export const RESERVED: ReadonlySet<string> = new Set([
  '->',
  '=',
  'cidr',
  'entity',
  'exemption',
  'grant',
  'host',
  'identity',
  'internet',
  'namespace',
  'pods',
  'tool',
  'trust',
]);
