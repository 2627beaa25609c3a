/** What a packet can be, as far as policies tell packets apart. ICMP has types where the others have ports. */
export type Protocol = 'TCP' | 'UDP' | 'SCTP' | 'ICMP' | 'ICMPv6';

/** One thing that an L7 rule lets through. */
export interface L7Rule {
  readonly protocol: 'http' | 'dns' | 'kafka' | 'sni' | 'l7';
  /** Canonical text: `GET /v1/tools`, `*.example.com`; for unknown kinds the rule as JSON. */
  readonly rule: string;
}

/** A range of ports (ICMP: types) on which connections are allowed alike. */
export interface Segment {
  readonly protocol: Protocol;
  /** Ports from 1 to 65535, ICMP types from 0 to 255; both ends belong to it. */
  readonly first: number;
  readonly last: number;
  /**
   * Lists of L7 rules; a request has to match one rule of each list. Empty: any request passes. There is one list where
   * one end restricts requests, and two where both do.
   */
  readonly l7: readonly (readonly L7Rule[])[];
  /** Both ends have to prove their identity (Cilium's mutual authentication). */
  readonly authenticated: boolean;
}

/**
 * What one class of pods may send to another one: disjoint segments by protocol and port, neighbours joined. No
 * segments: nothing. Values are shared: equal connections are the same object, so `===` tells.
 */
export interface Connection {
  readonly id: number;
  readonly segments: readonly Segment[];
}
