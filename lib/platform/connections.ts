import type { IConstruct } from 'constructs';
import { InvalidValueError, type Problem, quoted } from '../finding';
import type { Direction } from '../model/component';
import type { DnsName, Edge, EdgeEnd } from '../model/edge';
import { hostProblem, normalizeHost } from '../model/host';
import { type HttpRule, httpRuleProblem } from '../model/l7';
import { memo } from '../model/memo';
import { formatPeer, isMade, type Peer } from '../model/peer';
import { type Port, portProblem } from '../model/port';
import { proseProblem } from '../model/prose';
import { atConstruct } from './at-construct';
import { checkedEnd, checkedPeer, noEndProblem } from './checked-end';
import type { EdgeRegistry } from './edge-registry';
import { canonicalPorts } from './port-list';

/** Anything that can stand at the end of an edge. */
export interface IConnectable {
  readonly connections: Connections;
}

/** What is said about an edge besides its ends. */
export interface EdgeOptions {
  /** Why the edge is allowed, for reviewers and auditors; not empty. */
  readonly purpose: string;
  /**
   * Ports at the server.
   * @default - the ports that the server declares
   */
  readonly ports?: readonly Port[];
  /**
   * The name that the source looks up.
   * @default - the name that the target declares
   */
  readonly dnsName?: DnsName;
  /**
   * HTTP requests that are let through.
   * @default - any traffic on the ports
   */
  readonly http?: readonly HttpRule[];
  /**
   * Host names that may be asked of a DNS server (exact or patterns).
   * @default - any traffic on the ports
   */
  readonly dns?: readonly string[];
  /**
   * Whether both ends have to prove their identity.
   * @default - they do not
   */
  readonly authentication?: 'required';
}

export interface ConnectionsProps {
  /** The construct that errors name. */
  readonly owner: IConstruct;
  /** What this end is for the other one. */
  readonly end: EdgeEnd;
  /** Ports that this end listens on; the server's knowledge, so that clients need not repeat it. */
  readonly defaultPorts?: readonly Port[];
  /** Where edges are noted that start or end here. */
  readonly registry: EdgeRegistry;
}

/**
 * The edges of one construct: `agents.connections.allowTo(vault, { purpose: 'credential retrieval' })`.
 *
 * An edge is declared once, at either end; it is rendered at both ends that the program manages. Declaring is only
 * collecting: nothing is rendered before synthesis.
 */
export class Connections implements IConnectable {
  readonly end: EdgeEnd;
  readonly defaultPorts: readonly Port[];
  private readonly owner: IConstruct;
  private readonly registry: EdgeRegistry;
  private outgoing: readonly Edge[] = NO_EDGES;
  private incoming: readonly Edge[] = NO_EDGES;

  constructor(props: ConnectionsProps) {
    this.owner = props.owner;
    this.end = atConstruct(this.owner, () => checkedEnd(props.end));
    this.defaultPorts = canonicalPorts(props.defaultPorts ?? []);
    this.registry = props.registry;
  }

  get connections(): Connections {
    return this;
  }

  /** Edges that start here. */
  get egress(): readonly Edge[] {
    return this.outgoing;
  }

  /** Edges that end here. */
  get ingress(): readonly Edge[] {
    return this.incoming;
  }

  /**
   * Allows connections from here to `other`, on the ports given or else those that `other` declares.
   * @throws InvalidValueError with the construct path: no purpose, no ports, an edge that starts at a host name
   */
  allowTo(other: IConnectable | Peer, options: EdgeOptions): Edge {
    return this.declare(this, this.side(other), options);
  }

  /**
   * Allows connections from `other` to here, on the ports given or else those that this end declares.
   * @throws InvalidValueError with the construct path: no purpose, no ports, an edge that starts at a host name
   */
  allowFrom(other: IConnectable | Peer, options: EdgeOptions): Edge {
    return this.declare(this.side(other), this, options);
  }

  /**
   * Allows connections from here to `other` on exactly the ports that `other` declares.
   * @throws InvalidValueError with the construct path: no purpose, or `other` declares no ports
   */
  allowDefaultPortTo(other: IConnectable, options: Omit<EdgeOptions, 'ports'>): Edge {
    const to = other.connections;
    return this.declare(this, to, { ...options, ports: to.defaultPorts });
  }

  /** @internal Notes an edge at one of its ends. An edge between two platforms concerns both. */
  note(edge: Edge, direction: Direction): void {
    if (direction === 'Egress') this.outgoing = withEdge(this.outgoing, edge);
    else this.incoming = withEdge(this.incoming, edge);
    this.registry.add(edge);
  }

  private side(other: IConnectable | Peer): Side {
    if (typeof other !== 'object' || other === null)
      throw new InvalidValueError(noEndProblem(other), this.owner.node.path);
    if ('connections' in other) return other.connections;
    return sidesOfConstants.get(other) ?? this.peerSide(other);
  }

  private peerSide(peer: Peer): Side {
    const text = JSON.stringify(peer);
    let side = sides.get(text);
    if (side === undefined) {
      side = peerSide(atConstruct(this.owner, () => checkedPeer(peer)));
      if (sides.size >= MOST_KNOWN) return side;
      sides.set(text, side);
    }
    if (isConstant(peer)) sidesOfConstants.set(peer, side);
    return side;
  }

  private declare(from: Side, to: Side, options: EdgeOptions = NO_OPTIONS): Edge {
    // Put together from spreads, an edge would take a quarter more memory, and there are forty to a workspace.
    const edge: { -readonly [field in keyof Edge]: Edge[field] } = {
      from: from.end,
      to: options.dnsName === undefined ? to.end : Object.freeze({ ...to.end, name: options.dnsName }),
      ports: options.ports === undefined ? to.defaultPorts : canonicalPorts(options.ports),
      // Programs in JavaScript leave it out.
      purpose: typeof options.purpose === 'string' ? options.purpose.trim() : '',
      declaredAt: this.owner.node.path,
    };
    const l7 = l7Of(options);
    if (l7 !== undefined) edge.l7 = l7;
    if (options.authentication !== undefined) edge.authentication = options.authentication;
    Object.freeze(edge);
    const problem = edgeProblem(edge, options);
    if (problem !== undefined) throw new InvalidValueError(problem, this.owner.node.path);
    from.note?.(edge, 'Egress');
    to.note?.(edge, 'Ingress');
    return edge;
  }
}

const NO_EDGES: readonly Edge[] = Object.freeze([]);
const NO_OPTIONS: EdgeOptions = Object.freeze({ purpose: '' });
/** Up to here a list is copied to add an edge: a list that grows in place takes room for sixteen more. */
const SHORT = 16;

function withEdge(edges: readonly Edge[], edge: Edge): readonly Edge[] {
  if (edges.length < SHORT) return edges.concat([edge]);
  (edges as Edge[]).push(edge);
  return edges;
}

interface Side {
  readonly end: EdgeEnd;
  readonly defaultPorts: readonly Port[];
  note?(edge: Edge, direction: Direction): void;
}

/** Peers that edges named first: a scraper or a model provider has an edge to something in every workspace. */
const sides = new Map<string, Side>();
const sidesOfConstants = new WeakMap<Peer, Side>();
const MOST_KNOWN = 1024;

/** False for a peer that somebody wrote by hand, who may change it before it is named again. */
function isConstant(peer: Peer): boolean {
  if (peer.kind === 'pods') return Object.isFrozen(peer) && Object.isFrozen(peer.labels);
  return isMade(peer);
}

function peerSide(peer: Peer): Side {
  const title = formatPeer(peer);
  const name = peer.kind === 'fqdn' ? Object.freeze({ kind: 'host' as const, host: peer.host }) : undefined;
  const end = name === undefined ? { peer, title, managed: false } : { peer, title, managed: false, name };
  return { end: Object.freeze(end), defaultPorts: [] };
}

function l7Of({ http, dns }: EdgeOptions): Edge['l7'] {
  if (http !== undefined) return Object.freeze({ http: Object.freeze(http.map(frozenCopy)) });
  return dns === undefined ? undefined : Object.freeze({ dns: Object.freeze(dns.map(normalizeHost)) });
}

/** Not by spread, which makes a hidden class for each copy. */
function frozenCopy(rule: HttpRule): HttpRule {
  return Object.freeze(Object.fromEntries(Object.entries(rule)));
}

/** Nearly every edge is right, so it is only named once something is wrong. */
function edgeProblem(edge: Edge, options: EdgeOptions): Problem | undefined {
  const { purpose, ports } = edge;
  if (purpose === '') return { message: `${named(edge)} has no purpose`, fix: 'say why it is allowed' };
  if (proseProblem(purpose, 'the purpose') !== undefined) return proseProblem(purpose, `the purpose of ${named(edge)}`);
  if (ports.length === 0) {
    return { message: `${named(edge)} has no ports`, fix: 'give ports, or declare ports on the server' };
  }
  const [badPort] = portProblems(ports);
  if (badPort !== undefined) return { message: `${named(edge)}: ${badPort.message}`, fix: badPort.fix };
  if (edge.from.peer.kind === 'fqdn') {
    return {
      message: `${named(edge)} starts at a host name, and no policy can match a source by name`,
      fix: 'name the addresses of the source with Peer.cidr()',
    };
  }
  if (edge.authentication !== undefined && edge.authentication !== 'required') {
    const message = `${named(edge)}: authentication ${quoted(String(edge.authentication))} is unknown`;
    return { message, fix: "write 'required', or leave it out" };
  }
  return options.http === undefined && options.dns === undefined ? undefined : l7Problem(edge, options);
}

function named(edge: Edge): string {
  return `the edge ${edge.from.title} → ${edge.to.title}`;
}

const portProblems = memo((ports: readonly Port[]) => ports.map(portProblem).filter(isProblem));

function isProblem(problem: Problem | undefined): problem is Problem {
  return problem !== undefined;
}

function l7Problem(edge: Edge, options: EdgeOptions): Problem | undefined {
  if (options.http !== undefined && options.dns !== undefined) {
    return { message: `${named(edge)} has HTTP and DNS rules`, fix: 'declare one edge for each protocol' };
  }
  if (options.http?.length === 0 || options.dns?.length === 0) {
    return {
      message: `${named(edge)} has an empty list of L7 rules`,
      fix: 'list what is let through, or leave the list out',
    };
  }
  const http = options.http?.map((rule) => unknownFieldProblem(rule) ?? httpRuleProblem(rule)).find(isProblem);
  const problem = http ?? options.dns?.map((name) => hostProblem(name)).find(isProblem);
  return problem === undefined ? undefined : { message: `${named(edge)}: ${problem.message}`, fix: problem.fix };
}

/** The API server prunes a field that it does not know, and what it was to keep out would pass. */
function unknownFieldProblem(rule: HttpRule): Problem | undefined {
  const unknown = Object.keys(rule).find((field) => field !== 'method' && field !== 'path');
  if (unknown === undefined) return undefined;
  return { message: `an HTTP rule has no field '${unknown}'`, fix: 'use method and path' };
}
