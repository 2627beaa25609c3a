import type { DnsName, Edge } from '../../model/edge';
import {
  ALLOWLIST_VARIABLE,
  EGRESS_VARIABLES,
  type EgressSetting,
  type EgressSettings,
  variableText,
} from '../../model/egress-settings';

/** What guards inside processes read; the others are for runs of CI. */
const FOR_GUARDS = ['enforce', 'log', 'logFormat', 'openTelemetry', 'prometheus'] as const satisfies EgressSetting[];

/** Pods with a list of their own. */
export interface GuardedPods {
  /** Starts the key of their list: `agent`. */
  readonly name: string;
  readonly egress: readonly Edge[];
}

/** The data of a ConfigMap that tells guards what seed 003's variables say: shared values, and a list for each kind of pods. */
export function guardConfig(
  settings: EgressSettings,
  pods: readonly GuardedPods[],
  clusterDomain: string,
): Readonly<Record<string, string>> {
  const shared = FOR_GUARDS.map((setting) => [EGRESS_VARIABLES[setting], variableText(settings[setting])]);
  const lists = pods.map(({ name, egress }) => [listKey(name), guardedHosts(egress, clusterDomain).join(',')]);
  return Object.fromEntries([...shared, ...lists]);
}

/** The key of each variable in that ConfigMap, for pods of one kind. */
export function guardKeys(name: string): Readonly<Record<string, string>> {
  const shared = FOR_GUARDS.map((setting) => [EGRESS_VARIABLES[setting], EGRESS_VARIABLES[setting]]);
  return Object.fromEntries([...shared, [ALLOWLIST_VARIABLE, listKey(name)]]);
}

function listKey(name: string): string {
  return `${name}.${ALLOWLIST_VARIABLE}`;
}

/**
 * What edges lead to, as the processes call it: hosts and ranges of addresses outside the cluster, and Services in every
 * spelling that clients use. Sorted. The internet as a whole has no place in a list of hosts.
 */
export function guardedHosts(egress: readonly Edge[], clusterDomain: string): readonly string[] {
  const hosts = egress.flatMap(({ to: { peer, name } }) => {
    if (peer.kind === 'fqdn') return [peer.host];
    if (peer.kind === 'cidr') return [peer.cidr];
    return name === undefined ? [] : spellings(name, clusterDomain);
  });
  return [...new Set(hosts)].sort();
}

function spellings(name: DnsName, clusterDomain: string): readonly string[] {
  if (name.kind === 'host') return [name.host];
  const short = `${name.kind === 'pods' ? '*.' : ''}${name.service}.${name.namespace}`;
  return [short, `${short}.svc`, `${short}.svc.${clusterDomain}`];
}
