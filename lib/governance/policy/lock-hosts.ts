import type { LockEntry, Locked, LockScope } from '../lock/entry';
import { hostsOf } from '../lock/keyword-catalogue';
import type { LockFile } from '../lock/lock-file';
import { INTERNET, isCovered } from './host-cover';

/** A host outside the cluster, a pattern of hosts, or a range of addresses that a lock approves. */
export interface ApprovedHost {
  readonly host: string;
  /** The first line that does, from 1. */
  readonly line: number;
}

/**
 * What a lock approves outside the cluster, whoever it is for.
 * @param isAbout which environments and programs are meant; a lock in the plain form is about all of them
 */
export function approvedHosts(lock: LockFile, isAbout: (scope: LockScope) => boolean): readonly ApprovedHost[] {
  const approved = new Map<string, ApprovedHost>();
  const add = (host: string, line: number) => {
    if (!approved.has(host)) approved.set(host, { host, line });
  };
  for (const { token, line } of lock.tokens) for (const host of hostsOf(token) ?? []) add(host, line);
  for (const { entry, line } of lock.entries) {
    const host = outside(entry);
    if (host !== undefined && isAbout(entry.scope)) add(host, line);
  }
  return [...approved.values()];
}

/** What programs allow outside the cluster, sorted; `internet` where everything is. */
export function allowedHosts(locked: readonly Locked[]): readonly string[] {
  const hosts = locked.map(({ entry }) => outside(entry)).filter((host) => host !== undefined);
  return [...new Set(hosts)].sort();
}

function outside(entry: LockEntry): string | undefined {
  if (entry.kind !== 'edge') return undefined;
  switch (entry.to.kind) {
    case 'host':
      return entry.to.host;
    case 'cidr':
      return entry.to.cidr;
    case 'internet':
      return INTERNET;
    default:
      return undefined;
  }
}

/** How an allowlist and a lock differ. */
export interface HostDrift {
  /** Allowed, and not approved. */
  readonly added: readonly string[];
  /** Approved, and not allowed any more. */
  readonly removed: readonly ApprovedHost[];
}

/** Holds an allowlist against what a lock approves. */
export function hostDrift(hosts: readonly string[], approved: readonly ApprovedHost[]): HostDrift {
  const names = approved.map(({ host }) => host);
  return {
    added: hosts.filter((host) => !isCovered(host, names)),
    removed: approved.filter(({ host }) => !hosts.some((allowed) => isCovered(allowed, [host]))),
  };
}
