import type { Protocol } from '../connection/connection';
import type { EntityEnd } from '../universe/end';

/** A recorded packet or request that opened something, as far as policies ask about it. */
export interface Flow {
  readonly source: FlowEnd;
  readonly destination: FlowEnd;
  readonly protocol: Protocol;
  /** Port of the destination; for ICMP the type. */
  readonly port: number;
  /** What was asked for, where a proxy looked inside. */
  readonly request?: FlowRequest;
  /** Whether it went through when it was recorded; in audit mode everything does. */
  readonly passed: boolean;
  /** So many flows; more than 1 where Hubble's exporter adds them up. */
  readonly count: number;
  /** When, in UTC: `2026-03-01T12:00:00.123456789Z`. */
  readonly time?: string;
}

/** One end of a flow, as Cilium knew it. */
export type FlowEnd = FlowPods | FlowAddress | FlowEntity | UnknownEnd;

export interface FlowPods {
  readonly kind: 'pods';
  /** Equal for ends that are alike. */
  readonly key: string;
  readonly namespace: string;
  /** Name of the workload, or of the pod where the flow does not tell. */
  readonly name: string;
  /** `Deployment`, …; undefined where the flow does not tell. */
  readonly workload?: string;
  readonly pod?: string;
  /** Cilium's labels without their source: `app`, `io.kubernetes.pod.namespace`, …. */
  readonly labels: ReadonlyMap<string, string>;
  /** Name of the cluster in a mesh. */
  readonly cluster?: string;
}

/** Something outside the cluster. */
export interface FlowAddress {
  readonly kind: 'address';
  readonly key: string;
  readonly address: string;
  /** Names that pods had resolved to the address, in lower case and without the root's dot; sorted. */
  readonly names: readonly string[];
}

/** What Cilium knows by a reserved identity. */
export interface FlowEntity {
  readonly kind: 'entity';
  readonly key: string;
  readonly entity: EntityEnd['entity'];
  readonly address?: string;
}

/** An end of which the flow says too little. */
export interface UnknownEnd {
  readonly kind: 'unknown';
  readonly key: string;
  readonly address?: string;
}

export type FlowRequest =
  | {
      readonly protocol: 'http';
      readonly method: string;
      /** With the query, as proxies match it. */
      readonly path: string;
      readonly host?: string;
    }
  | { readonly protocol: 'dns'; readonly name: string }
  | { readonly protocol: 'other' };

/** `GET shop.example/v1`, `api.example.com`. */
export function requestText(request: FlowRequest): string {
  switch (request.protocol) {
    case 'http':
      return `${request.method} ${request.host ?? ''}${request.path}`;
    case 'dns':
      return request.name;
    case 'other':
      return 'requests of another protocol';
  }
}
