import { parse } from 'tldts';
import { type Flow, requestText } from '../../analysis/flow/flow';

/** Something that a pod asked of the world outside the cluster, and whether it got there. */
export interface EgressEvent {
  /** In UTC; absent where the recording does not tell. */
  readonly time?: string;
  readonly verdict: 'allowed' | 'blocked';
  /** Namespace and name of the workload. */
  readonly source: string;
  /** The name that the pod had looked up, or else the address. */
  readonly host: string;
  readonly protocol: Flow['protocol'];
  /** For ICMP the type. */
  readonly port: number;
  /** What was asked for: `GET /v1`, `dns api.example.com`; absent for connections. */
  readonly request?: string;
  /** Number of flows. */
  readonly count: number;
}

/**
 * A flow as an event, if it leaves the cluster or was meant to. A lookup that was refused counts for the host that it is
 * about, since the pod never comes to connect; a request that passed does not count, since its connection does.
 * @param domain suffix of the cluster's own names
 */
export function egressEvent(flow: Flow, domain: string): EgressEvent | undefined {
  const { source, protocol, port, request, passed, count, time } = flow;
  if (source.kind !== 'pods' || (request !== undefined && passed)) return undefined;
  const host = hostOf(flow, source.namespace, domain);
  if (host === undefined) return undefined;
  return {
    ...(time === undefined ? {} : { time }),
    verdict: passed ? 'allowed' : 'blocked',
    source: `${source.namespace}/${source.name}`,
    host,
    protocol,
    port,
    ...(request === undefined
      ? {}
      : { request: request.protocol === 'dns' ? `dns ${request.name}` : requestText(request) }),
    count,
  };
}

function hostOf({ destination, request }: Flow, namespace: string, domain: string): string | undefined {
  if (request?.protocol === 'dns') return outsideName(request.name, namespace, domain);
  if (destination.kind !== 'address') return undefined;
  const { names, address } = destination;
  return names.length === 0 ? address : names.join(', ');
}

/**
 * The host outside the cluster that a lookup is about. Resolvers put their search domains behind a name before they ask
 * for it alone, the pod's own namespace first: that attempt and the name itself tell of a host, and what else is below
 * the cluster's domain could as well be a Service.
 */
function outsideName(name: string, namespace: string, domain: string): string | undefined {
  const attempt = `.${namespace}.svc.${domain}`;
  const host = name.endsWith(attempt) ? name.slice(0, -attempt.length) : name;
  const labels = host.split('.');
  if (labels.length < 2 || host === domain || host.endsWith(`.${domain}`) || labels.at(-1) === 'svc') return undefined;
  // `vault.vault` is how pods call a Service of another namespace; only a top level that exists tells it from a host.
  return labels.length > 2 || parse(host).isIcann ? host : undefined;
}
