import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { DialectSettings } from '../../environment/environment';
import { FindingsError } from '../../finding';

/** What the cluster says about its policy controller. */
export interface ControllerState {
  /** Why it enforces nothing, or not everything; empty if nothing speaks against it. */
  readonly problems: readonly string[];
  /** What was looked at: `ConfigMap cilium-config`, `DaemonSet cilium`. */
  readonly seen: readonly string[];
}

/**
 * Reads what kubectl printed of the controller: the ConfigMap `cilium-config`, DaemonSets and Deployments, as YAML or
 * JSON, lists of them too.
 * @throws FindingsError if the file cannot be read, or holds nothing of this
 */
export function readControllerState(file: string, dialect: DialectSettings['kind']): ControllerState {
  const objects = parse(file).flatMap(items);
  const known = objects.filter(({ kind, metadata }) => {
    return (
      (kind === 'ConfigMap' && metadata?.name === 'cilium-config') || kind === 'DaemonSet' || kind === 'Deployment'
    );
  });
  if (known.length === 0) {
    const fix = 'kubectl -n kube-system get configmap/cilium-config daemonset/cilium -o yaml';
    throw unreadable(file, 'the file holds neither cilium-config nor a DaemonSet or Deployment', fix);
  }
  return {
    problems: known.flatMap((object) =>
      object.kind === 'ConfigMap' ? configProblems(object, dialect) : readyProblems(object),
    ),
    seen: known.map(({ kind, metadata }) => `${kind} ${metadata?.name}`),
  };
}

/** As much of an object as is looked at. */
interface Seen {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly data?: Readonly<Record<string, unknown>>;
  readonly items?: readonly Seen[];
  readonly status?: Readonly<Record<string, unknown>>;
}

function parse(file: string): readonly Seen[] {
  try {
    return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => {
      const [error] = document.errors;
      if (error !== undefined) throw error;
      return document.toJS() as Seen;
    });
  } catch (error) {
    const message = `the file cannot be read: ${error instanceof Error ? error.message.split('\n', 1)[0] : String(error)}`;
    throw unreadable(file, message, 'name a file that kubectl get -o yaml wrote');
  }
}

function unreadable(file: string, message: string, fix: string): FindingsError {
  return new FindingsError([{ rule: 'file-unreadable', severity: 'error', where: { file }, message, fix }]);
}

function items(value: Seen | null): readonly Seen[] {
  if (typeof value !== 'object' || value === null) return [];
  return Array.isArray(value.items) ? (value.items as readonly Seen[]) : [value];
}

/**
 * Settings of the agents that keep policies from being enforced.
 * @see pkg/option/config.go of Cilium 1.19.4: EnablePolicy, PolicyAuditModeArg, EnableK8sNetworkPolicy,
 * EnableCiliumNetworkPolicy
 */
const DISABLING: readonly Disabling[] = [
  { key: 'enable-policy', value: 'never', means: 'no policy is enforced' },
  { key: 'policy-audit-mode', value: 'true', means: 'no policy of the cluster denies anything' },
  {
    key: 'enable-k8s-networkpolicy',
    value: 'false',
    means: 'NetworkPolicies are not looked at',
    dialect: 'kubernetes',
  },
  {
    key: 'enable-cilium-network-policy',
    value: 'false',
    means: 'CiliumNetworkPolicies are not looked at',
    dialect: 'cilium',
  },
];

interface Disabling {
  readonly key: string;
  readonly value: string;
  readonly means: string;
  /** @default - whatever kind of policies is rendered */
  readonly dialect?: DialectSettings['kind'];
}

function configProblems({ data = {} }: Seen, kind: DialectSettings['kind']): readonly string[] {
  return DISABLING.filter(({ key, value, dialect }) => {
    return (dialect ?? kind) === kind && String(data[key]).toLowerCase() === value;
  }).map(({ key, value, means }) => `${key} is ${value} in cilium-config, so that ${means}`);
}

/** A DaemonSet counts pods that should run as desiredNumberScheduled, a Deployment as replicas. */
function readyProblems({ kind, metadata, status = {} }: Seen): readonly string[] {
  const [ready, desired] =
    kind === 'DaemonSet'
      ? [status.numberReady, status.desiredNumberScheduled]
      : [status.readyReplicas, status.replicas];
  const [up, wanted] = [Number(ready ?? 0), Number(desired ?? 0)];
  return up > 0 && up >= wanted ? [] : [`${up} of ${wanted} pods of ${kind} ${metadata?.name} are ready`];
}
