import { InvalidValueError, type Problem } from '../../finding';

/** How much a workspace may use at once, all its pods together. */
export interface WorkspaceQuota {
  /**
   * Cores.
   * @default 8
   */
  readonly cpu?: number;
  /**
   * GiB.
   * @default 16
   */
  readonly memory?: number;
  /**
   * GiB on the disks of nodes that end with the pods.
   * @default 32
   */
  readonly ephemeralStorage?: number;
  /** @default 50 */
  readonly pods?: number;
}

const DEFAULT_QUOTA: Required<WorkspaceQuota> = Object.freeze({ cpu: 8, memory: 16, ephemeralStorage: 32, pods: 50 });

/** What is wrong with a quota: anything that is not above zero, and pods that are no whole number. */
export function quotaProblem(quota: WorkspaceQuota): Problem | undefined {
  for (const [what, amount] of Object.entries({ ...DEFAULT_QUOTA, ...quota })) {
    // Two digits behind the point are as fine as anybody needs, and keep sums exact.
    const isFine = amount > 0 && amount < 1_000_000 && Number.isInteger(Math.round(amount * 1e6) / 1e4);
    if (isFine && (what !== 'pods' || Number.isInteger(amount))) continue;
    const fix = what === 'pods' ? 'write a whole number above 0' : 'write a number above 0 with two decimals at most';
    return { message: `the quota of ${what} is ${amount}`, fix };
  }
  return undefined;
}

/**
 * A quota with nothing left open.
 * @throws InvalidValueError for what quotaProblem() names
 */
export function workspaceQuota(quota?: WorkspaceQuota): Required<WorkspaceQuota> {
  if (quota === undefined) return DEFAULT_QUOTA;
  const problem = quotaProblem(quota);
  if (problem !== undefined) throw new InvalidValueError(problem);
  return { ...DEFAULT_QUOTA, ...quota };
}

/**
 * `spec` of the ResourceQuota of a namespace: what its workspaces may use together, since a quota knows no labels. No
 * Service may open a port on nodes or order a load balancer: both are ways in that no edge says.
 * @see https://kubernetes.io/docs/concepts/policy/resource-quotas/
 */
export function resourceQuotaSpec(quotas: readonly Required<WorkspaceQuota>[]): Readonly<Record<string, unknown>> {
  const sum = (of: keyof WorkspaceQuota) => quotas.reduce((total, quota) => total + Math.round(quota[of] * 100), 0);
  const resources = {
    cpu: cores(sum('cpu')),
    memory: bytes(sum('memory')),
    'ephemeral-storage': bytes(sum('ephemeralStorage')),
  };
  const both = (kind: 'requests' | 'limits') =>
    Object.entries(resources).map(([name, amount]) => [`${kind}.${name}`, amount]);
  return {
    hard: {
      ...Object.fromEntries([...both('requests'), ...both('limits')]),
      pods: String(sum('pods') / 100),
      'services.loadbalancers': '0',
      'services.nodeports': '0',
    },
  };
}

/**
 * `spec` of the LimitRange of a namespace: limits for containers that come without, such as those of others' operators,
 * and no container above what a whole workspace may use.
 * @see https://kubernetes.io/docs/concepts/policy/limit-range/
 */
export function limitRangeSpec(quotas: readonly Required<WorkspaceQuota>[]): Readonly<Record<string, unknown>> {
  const most = (of: keyof WorkspaceQuota) => Math.max(...quotas.map((quota) => Math.round(quota[of] * 100)));
  const max = {
    cpu: cores(most('cpu')),
    memory: bytes(most('memory')),
    'ephemeral-storage': bytes(most('ephemeralStorage')),
  };
  const least = (amount: number, of: keyof WorkspaceQuota) => Math.min(amount, most(of));
  const limits = {
    cpu: cores(least(50, 'cpu')),
    memory: bytes(least(50, 'memory')),
    'ephemeral-storage': bytes(least(100, 'ephemeralStorage')),
  };
  const requests = {
    cpu: cores(least(10, 'cpu')),
    memory: bytes(least(25, 'memory')),
    'ephemeral-storage': bytes(least(25, 'ephemeralStorage')),
  };
  return { limits: [{ type: 'Container', default: limits, defaultRequest: requests, max }] };
}

/** Hundredths of a core, `500m` or `8`. */
function cores(hundredths: number): string {
  return hundredths % 100 === 0 ? String(hundredths / 100) : `${hundredths * 10}m`;
}

/** Hundredths of a GiB, `16Gi` or `256Mi`; rounded down to whole MiB. */
function bytes(hundredths: number): string {
  return hundredths % 100 === 0 ? `${hundredths / 100}Gi` : `${Math.max(1, Math.floor((hundredths * 1024) / 100))}Mi`;
}
