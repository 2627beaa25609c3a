/** A host in parts: what stands for any label in front, and the name behind it. */
export interface HostPattern {
  /** `*.` stands for one label, `**.` for one or more; empty for an exact name. */
  readonly wildcard: '' | '*.' | '**.';
  readonly name: string;
}

/** Splits a host; a `*` anywhere else stays in the name. */
export function splitHost(host: string): HostPattern {
  const wildcard = host.startsWith('*.') ? '*.' : host.startsWith('**.') ? '**.' : '';
  return { wildcard, name: wildcard === '' ? host : host.slice(wildcard.length) };
}

/** True if a host (normalised) is a pattern rather than one name. */
export function isHostPattern(host: string): boolean {
  return host.includes('*');
}

/**
 * True if a pattern, or an exact name, stands for this name.
 * @see https://docs.cilium.io/en/stable/security/policy/language/#dns-based
 */
export function standsFor({ wildcard, name }: HostPattern, host: string): boolean {
  if (wildcard === '') return host === name;
  if (host === name || !isWithin(host, name)) return false;
  return wildcard === '**.' || !host.slice(0, -name.length - 1).includes('.');
}

/** True if `name` is `domain` or lies below it. */
export function isWithin(name: string, domain: string): boolean {
  if (!name.endsWith(domain)) return false;
  return name.length === domain.length || name[name.length - domain.length - 1] === '.';
}
