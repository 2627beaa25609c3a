import type { Protocol } from '../connection/connection';
import type { AnalysisDialect } from '../dialect';
import type { NamedPort } from '../load/manifests';
import type { PortModel } from '../policy/policy-model';

/** Ports, or ICMP types, from `first` to `last`, both included. */
export interface PortRange {
  readonly protocol: Protocol;
  readonly first: number;
  readonly last: number;
  /** What a policy calls the port, where it does not say the number. */
  readonly portName?: string;
}

/** In the order in which they are written everywhere. */
export const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP', 'ICMP', 'ICMPv6'];

/** The numbers that a protocol has. */
export const LIMITS: Readonly<Record<Protocol, readonly [number, number]>> = {
  TCP: [1, 65535],
  UDP: [1, 65535],
  SCTP: [1, 65535],
  ICMP: [0, 255],
  ICMPv6: [0, 255],
};

/**
 * Everything that policies of a dialect decide about. NetworkPolicy promises nothing about ICMP.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#what-you-can-t-do-with-network-policies-at-least-not-yet
 */
export function allPorts(dialect: AnalysisDialect): readonly PortRange[] {
  return PROTOCOLS.filter((protocol) => dialect.kind === 'cilium' || !protocol.startsWith('ICMP')).map((protocol) => {
    const [first, last] = LIMITS[protocol];
    return { protocol, first, last };
  });
}

/** The ports of a rule as numbers, with names as the server's pods define them; names that they do not are none. */
export function resolvePorts(ports: readonly PortModel[], server: readonly NamedPort[]): readonly PortRange[] {
  return ports.flatMap((port): readonly PortRange[] => {
    if (!('name' in port)) return [port];
    return server
      .filter(({ name, protocol }) => name === port.name && (port.protocol === 'ANY' || protocol === port.protocol))
      .map(({ name, port: number, protocol }) => ({ protocol, first: number, last: number, portName: name }));
  });
}

export function isEveryPort({ protocol, first, last }: PortRange): boolean {
  const [smallest, largest] = LIMITS[protocol];
  return first === smallest && last === largest;
}

const BITS = 16;

/**
 * Policy maps of Cilium hold no ranges: one is cut into blocks of which all ports share their first bits. Returns the
 * number of these bits, 16 for one port, for the block that holds a port of the range.
 */
export function blockBits(range: PortRange, port: number): number {
  for (let bits = 0; bits < BITS; bits++) {
    const size = 2 ** (BITS - bits);
    const start = port - (port % size);
    if (range.first <= start && start + size - 1 <= range.last) return bits;
  }
  return BITS;
}

/** The first port of each block of a range, see blockBits. */
export function blockStarts(range: PortRange): readonly number[] {
  const starts: number[] = [];
  for (let port = range.first; port <= range.last; port += 2 ** (BITS - blockBits(range, port))) starts.push(port);
  return starts;
}
