import { InvalidValueError } from '../../finding';
import { type Labels, labels } from '../label';
import { identityProblems } from './identity-problem';
import { type Selector, workloadSelectors } from './selector';
import { parseParentId, parseSpiffeId, type SpiffeId } from './spiffe-id';

/**
 * Who may be issued which SPIFFE ID. Nothing here can make a workload an administrator of SPIRE or a downstream
 * server: those entries stay in the hands of whoever runs SPIRE.
 */
export interface Identity {
  readonly spiffeId: SpiffeId;
  /** Absent for the node alias of the cluster. */
  readonly parentId?: SpiffeId;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Labels that the pods carry; at least one. */
  readonly podLabels: Labels;
  /** Seconds; absent for the server's default. */
  readonly x509SvidTtl?: number;
  /** Seconds; absent for the server's default. */
  readonly jwtSvidTtl?: number;
  /** Tells a workload with several SVIDs which one this is. */
  readonly hint?: string;
  readonly dnsNames?: readonly string[];
  /** Other trust domains whose workloads may be verified. The server must have their bundles, or it refuses. */
  readonly federatesWith?: readonly string[];
  /** What tables and messages call the workload. */
  readonly title: string;
  /** Why it has an identity. */
  readonly purpose: string;
  /** Who answers for it: the id of a workspace, or what the platform calls itself. */
  readonly owner: string;
  /** Path of the construct that declared it. */
  readonly declaredAt: string;
}

/** An identity as it is written: its SPIFFE IDs as text. */
export interface IdentityProps extends Omit<Identity, 'spiffeId' | 'parentId'> {
  readonly spiffeId: string;
  readonly parentId?: string;
}

/**
 * Checks an identity and freezes it.
 *
 * @example
 * identity({
 *   spiffeId: 'spiffe://portarium.dev/agent/ws-production',
 *   namespace: 'portarium-agents',
 *   serviceAccount: 'portarium-agent',
 *   podLabels: { 'portarium.dev/workspace': 'ws-production' },
 *   title: 'agents of ws-production', purpose: 'calls to the control plane',
 *   owner: 'ws-production', declaredAt: 'app/ws-production/agents',
 * })
 *
 * @throws InvalidValueError with the first of the problems that identityProblems lists
 */
export function identity(of: IdentityProps): Identity {
  const [problem] = identityProblems(of);
  if (problem !== undefined) {
    throw new InvalidValueError({ message: problem.message, fix: problem.fix }, of.declaredAt);
  }
  const { spiffeId, parentId, podLabels, dnsNames, federatesWith, ...rest } = of;
  return Object.freeze({
    ...rest,
    spiffeId: parseSpiffeId(spiffeId),
    podLabels: labels(podLabels),
    ...(parentId === undefined ? {} : { parentId: parseParentId(parentId) }),
    ...(dnsNames === undefined ? {} : { dnsNames: Object.freeze([...dnsNames]) }),
    ...(federatesWith === undefined ? {} : { federatesWith: Object.freeze([...federatesWith]) }),
  });
}

/** `k8s:ns:…`, `k8s:sa:…` and one `k8s:pod-label:…:…` for each label. */
export function identitySelectors({ namespace, serviceAccount, podLabels }: Identity): readonly Selector[] {
  return workloadSelectors(namespace, serviceAccount, podLabels);
}
