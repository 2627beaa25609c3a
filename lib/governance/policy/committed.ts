import type { Environment } from '../../environment/environment';
import {
  DEFAULT_EGRESS_SETTINGS,
  EGRESS_VARIABLES,
  type EgressSetting,
  type EgressSettings,
  isLooser,
} from '../../model/egress-settings';
import { type BuildOptions, buildAll } from '../../program/build';
import type { LockScope } from '../lock/entry';
import type { LockFile } from '../lock/lock-file';
import { lockedByRoot } from '../lock/programs';
import { readAllowlist } from './allowlist-tokens';
import { allowedHosts, approvedHosts } from './lock-hosts';
import type { CommittedPolicy } from './settle';

/** Seed 003's list of what nobody says. */
const DEFAULT_LIST = readAllowlist('openai');

/** What a repository commits to: its environments and programs, with the part of the lock that is about them. */
export interface Committed extends CommittedPolicy {
  /** Whether lines of the lock with this scope are about what was looked at. */
  readonly isAbout: (scope: LockScope) => boolean;
  /** Suffix of Service names in the cluster, where one environment was looked at. */
  readonly clusterDomain?: string;
}

/** What holds where there are neither environments nor programs: the defaults, and a list that the lock reviews. */
export function committedByLock(lock: LockFile | undefined): Committed {
  const { tokens, hosts } = DEFAULT_LIST;
  const isAbout = () => true;
  return {
    settings: DEFAULT_EGRESS_SETTINGS,
    said: {},
    allowlist: { tokens, hosts, source: 'default' },
    reviewed: lock === undefined ? hosts : approvedHosts(lock, isAbout).map(({ host }) => host),
    isAbout,
  };
}

/**
 * What programs allow, and what the settings of their environments say about egress. Of several environments the
 * strictest counts, since a variable is about all of them.
 * @throws FindingsError if a program or its settings are wrong
 */
export function committedByPrograms(options: Omit<BuildOptions, 'outdir'>): Committed {
  // Nothing is written, so it does not matter where to.
  const { roots } = buildAll({ ...options, outdir: '.' });
  const hosts = allowedHosts(roots.flatMap(lockedByRoot));
  const scopes = new Set(roots.map(({ environment, program }) => `${environment.name}/${program.name}`));
  const environments = [...new Set(roots.map(({ environment }) => environment))];
  const [only, ...others] = environments;
  return {
    ...strictest(environments),
    allowlist: { tokens: hosts, hosts, source: 'programs' },
    reviewed: hosts,
    isAbout: (scope) => scopes.has(scope.split('/').slice(0, 2).join('/')),
    ...(only === undefined || others.length > 0 ? {} : { clusterDomain: only.cluster.domain }),
  };
}

/** What the settings of environments say about egress, for those who do not ask what may be reached. */
export function committedBySettings(environments: readonly Environment[], said: readonly string[]): Committed {
  const [only, ...others] = environments;
  const { tokens, hosts } = DEFAULT_LIST;
  return {
    ...strictest(environments),
    allowlist: { tokens, hosts, source: 'default' },
    reviewed: said,
    isAbout: () => true,
    ...(only === undefined || others.length > 0 ? {} : { clusterDomain: only.cluster.domain }),
  };
}

/**
 * The strictest value that a setting has in any environment, with the file that says it. What a file does not say has
 * its default there.
 */
export function strictest(
  environments: readonly Pick<Environment, 'file' | 'portarium'>[],
): Pick<CommittedPolicy, 'settings' | 'said'> {
  const settings: Record<string, EgressSettings[EgressSetting]> = { ...DEFAULT_EGRESS_SETTINGS };
  const said: Partial<Record<EgressSetting, string>> = {};
  for (const setting of Object.keys(EGRESS_VARIABLES) as readonly EgressSetting[]) {
    const values = environments.flatMap(({ file, portarium }) => {
      if (portarium === undefined) return [];
      const value = portarium.egressPolicy?.[setting];
      return [value === undefined ? { value: DEFAULT_EGRESS_SETTINGS[setting] } : { value, file }];
    });
    const [first, ...others] = values;
    if (first === undefined) continue;
    const pick: { readonly value: EgressSettings[EgressSetting]; readonly file?: string } = others.reduce(
      (strict, other) => (isLooser(setting, strict.value, other.value) ? other : strict),
      first,
    );
    settings[setting] = pick.value;
    if (pick.file !== undefined) said[setting] = pick.file;
  }
  return { settings: settings as unknown as EgressSettings, said };
}
