import { formatPort, type Port } from '../model/port';

const PROTOCOL_ORDER = { TCP: 0, UDP: 1, SCTP: 2 } as const;

/**
 * Each port once, by protocol, numbers before names: the same edge however its ports were listed. Always a copy, since
 * a list that its owner goes on using would change edges that were declared before.
 */
export function canonicalPorts(ports: readonly Port[]): readonly Port[] {
  const [only] = ports;
  const text = only !== undefined && ports.length === 1 ? portKey(only) : ports.map(portKey).join();
  let list = portLists.get(text);
  if (list === undefined) {
    const distinct = new Map(ports.map(canonicalPort).map((port) => [formatPort(port), port]));
    list = Object.freeze([...distinct.values()].sort(comparePorts));
    if (portLists.size >= MOST_KNOWN) portLists.clear();
    portLists.set(text, list);
  }
  return list;
}

/** A few lists of ports serve all edges of a program; a list for each edge would be a tenth of its memory. */
const portLists = new Map<string, readonly Port[]>();
const MOST_KNOWN = 1024;

/** Texts in quotes are told from numbers and from each other, also where they are none that a port may have. */
function portKey({ protocol, port, endPort }: Port): string {
  return `${JSON.stringify(protocol)} ${typeof port === 'string' ? JSON.stringify(port) : port}-${endPort}`;
}

function canonicalPort({ protocol, port, endPort }: Port): Port {
  return Object.freeze({ protocol, port, ...(endPort === undefined || endPort === port ? {} : { endPort }) });
}

function comparePorts(a: Port, b: Port): number {
  if (a.protocol !== b.protocol) return PROTOCOL_ORDER[a.protocol] - PROTOCOL_ORDER[b.protocol];
  if (typeof a.port === 'number' && typeof b.port === 'number') {
    return a.port - b.port || (a.endPort ?? a.port) - (b.endPort ?? b.port);
  }
  if (typeof a.port !== typeof b.port) return typeof a.port === 'number' ? -1 : 1;
  return String(a.port) < String(b.port) ? -1 : 1;
}
