import { InvalidValueError, quoted } from '../../finding';
import type { Protocol } from '../connection/connection';
import type { AnalysisDialect } from '../dialect';
import { LIMITS, type PortRange, PROTOCOLS } from '../graph/port-ranges';
import { icmpType } from '../policy/icmp-type';

const NUMBERS = /^(\d{1,5})(?:-(\d{1,5}))?$/;

/**
 * Reads ports as people write them: `tcp/443`, `443/tcp`, `443` (TCP), `udp/8000-8010`, `tcp` (every port),
 * `icmp/EchoRequest`.
 * @throws InvalidValueError for anything else
 */
export function parsePort(text: string): PortRange {
  const parts = text.trim().split('/');
  const named = parts.findIndex((part) => protocolOf(part) !== undefined);
  const protocol = protocolOf(parts[named] ?? '') ?? 'TCP';
  const rest = parts.filter((_, index) => index !== named);
  if (rest.length > 1) throw wrong(text);
  const [smallest, largest] = LIMITS[protocol];
  const [numbers] = rest;
  if (numbers === undefined) return { protocol, first: smallest, last: largest };
  const type = protocol === 'ICMP' || protocol === 'ICMPv6' ? icmpType(numbers, protocol) : undefined;
  if (type !== undefined) return { protocol, first: type, last: type };
  const [, from, to] = NUMBERS.exec(numbers) ?? [];
  if (from === undefined) throw wrong(text);
  const [first, last] = [Number(from), Number(to ?? from)];
  if (first < smallest || last > largest || first > last) {
    const noun = protocol.startsWith('ICMP') ? 'types' : 'ports';
    throw new InvalidValueError({
      message: `${quoted(text)} is out of range`,
      fix: `${protocol} has ${noun} from ${smallest} to ${largest}`,
    });
  }
  return { protocol, first, last };
}

/**
 * @throws InvalidValueError for ICMP among plain Kubernetes policies: whether it passes is up to what enforces them
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource
 */
export function checkPortOf({ kind }: AnalysisDialect, port: PortRange | undefined): void {
  if (kind !== 'kubernetes' || port?.protocol.startsWith('ICMP') !== true) return;
  throw new InvalidValueError({
    message: `plain Kubernetes says nothing about ${port.protocol}`,
    fix: 'ask for ports of TCP, UDP or SCTP, or for a dialect of Cilium',
  });
}

/** `TCP 443`, `TCP 8000-8010`, `TCP` for every port. */
export function formatPort({ protocol, first, last }: PortRange): string {
  const [smallest, largest] = LIMITS[protocol];
  if (first === smallest && last === largest) return protocol;
  return `${protocol} ${first === last ? first : `${first}-${last}`}`;
}

function protocolOf(text: string): Protocol | undefined {
  return PROTOCOLS.find((protocol) => protocol.toLowerCase() === text.toLowerCase());
}

function wrong(text: string): InvalidValueError {
  return new InvalidValueError({
    message: `${quoted(text)} is no port`,
    fix: 'write tcp/443, udp/53, tcp/8000-8010 or icmp/EchoRequest; a name of a port means another number in every pod',
  });
}
