import { InvalidValueError, type Problem, quoted } from '../finding';
import { memo } from './memo';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

const PROTOCOLS: readonly string[] = ['TCP', 'UDP', 'SCTP'] satisfies Protocol[];

/**
 * A port of the pod that listens (after Service translation: policies never see a Service's port), a range of them,
 * or a name that the pod's spec resolves.
 */
export interface Port {
  readonly protocol: Protocol;
  /** 1 to 65535, or the name of a container port. */
  readonly port: number | string;
  /** Last port of a range, inclusive; absent for a single port. */
  readonly endPort?: number;
}

const NAME = /^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/;

/** What keeps a number from being a port. */
export function portNumberProblem(port: number): Problem | undefined {
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return undefined;
  return { message: `${port} is not a port`, fix: 'use a whole number from 1 to 65535' };
}

/** What keeps a text from naming a container port (IANA service name: at most 15 characters, with a letter). */
export function portNameProblem(name: string): Problem | undefined {
  if (name.length <= 15 && NAME.test(name)) return undefined;
  return {
    message: `${quoted(name)} cannot name a port`,
    fix: "use at most 15 lower-case letters, digits and single '-', with at least one letter",
  };
}

/** What keeps two numbers from being a port range. */
export function portRangeProblem(port: number, endPort: number): Problem | undefined {
  const problem = portNumberProblem(port) ?? portNumberProblem(endPort);
  if (problem !== undefined) return problem;
  if (endPort >= port) return undefined;
  return { message: `the port range ${port}-${endPort} is turned round`, fix: `write ${endPort}-${port}` };
}

/** What keeps a port that somebody wrote as plain data from being one. */
export function portProblem({ protocol, port, endPort }: Port): Problem | undefined {
  if (!PROTOCOLS.includes(protocol)) {
    return { message: `${quoted(String(protocol))} is not a protocol`, fix: `use one of ${PROTOCOLS.join(', ')}` };
  }
  if (typeof port === 'number') {
    return endPort === undefined ? portNumberProblem(port) : portRangeProblem(port, endPort);
  }
  if (typeof port !== 'string') return { message: 'a port has neither number nor name', fix: 'use Port.tcp(443)' };
  if (endPort === undefined) return portNameProblem(port);
  return { message: `the port range ${quoted(port)}-${endPort} starts at a name`, fix: 'start the range at a number' };
}

function single(protocol: Protocol, port: number): Port {
  return checked(portNumberProblem(port), { protocol, port });
}

function range(protocol: Protocol, port: number, endPort: number): Port {
  return checked(portRangeProblem(port, endPort), port === endPort ? { protocol, port } : { protocol, port, endPort });
}

function named(protocol: Protocol, name: string): Port {
  return checked(portNameProblem(name), { protocol, port: name });
}

function checked(problem: Problem | undefined, port: Port): Port {
  if (problem !== undefined) throw new InvalidValueError(problem);
  return Object.freeze(port);
}

/**
 * Makes ports. Each factory throws InvalidValueError for a number outside 1 to 65535, a range turned round or a name
 * that Kubernetes refuses.
 *
 * @example
 * Port.tcp(443)
 * Port.udpRange(30000, 30100)
 * Port.tcpNamed('grpc')
 */
export const Port = {
  tcp: (port: number): Port => single('TCP', port),
  udp: (port: number): Port => single('UDP', port),
  sctp: (port: number): Port => single('SCTP', port),
  tcpRange: (port: number, endPort: number): Port => range('TCP', port, endPort),
  udpRange: (port: number, endPort: number): Port => range('UDP', port, endPort),
  sctpRange: (port: number, endPort: number): Port => range('SCTP', port, endPort),
  tcpNamed: (name: string): Port => named('TCP', name),
  udpNamed: (name: string): Port => named('UDP', name),
  sctpNamed: (name: string): Port => named('SCTP', name),
} as const;

/** `TCP 443`, `UDP 30000-30100`, `TCP grpc`. */
export function formatPort(port: Port): string {
  return `${port.protocol} ${port.port}${port.endPort === undefined ? '' : `-${port.endPort}`}`;
}

/** Ports grouped by protocol, in the order given: `TCP 80,443; UDP 53`. */
export function formatPorts(ports: readonly Port[]): string {
  const [only] = ports;
  if (only !== undefined && ports.length === 1) return formatPort(only);

  const byProtocol = new Map<Protocol, string[]>();
  for (const port of ports) {
    const list = byProtocol.get(port.protocol) ?? [];
    list.push(formatPort(port).slice(port.protocol.length + 1));
    byProtocol.set(port.protocol, list);
  }
  return [...byProtocol].map(([protocol, list]) => `${protocol} ${list.join(',')}`).join('; ');
}

/** The same, remembered: few lists of ports serve all edges. */
export const portsText = memo(formatPorts);
