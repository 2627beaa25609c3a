import type { Finding, Where } from '../../finding';
import { compareLock, type Drift, type DriftKind } from './compare-lock';
import { gains } from './covers';
import type { Locked } from './entry';
import { hostsOf } from './keyword-catalogue';
import { lineOf } from './line';
import { type LockFile, type LockToken, parseLock } from './lock-file';
import { SettingsPlaces } from './settings-place';
import { unknownKeywords } from './unknown-keyword';

/** One difference between programs and lock, ready to be printed. */
export interface LockDrift {
  readonly kind: DriftKind;
  /** The line of the lock as it would be written now; that of the lock for what is removed. */
  readonly line: string;
  /** What is allowed beyond what the lock approves, for `widened`. */
  readonly gains: readonly string[];
  /** What allows it; the place in the lock for what is removed. */
  readonly where: Where;
  /** Construct that allows it; absent for what is removed. */
  readonly construct?: string;
  /** What the lock approves of the same thing. */
  readonly locked?: { readonly file: string; readonly line: number; readonly text: string };
}

/** What holding programs against a lock came to. */
export interface LockCheck {
  readonly drifts: readonly LockDrift[];
  /** What is wrong with the lock itself. */
  readonly findings: readonly Finding[];
  /** Number of things that the programs allow. */
  readonly entries: number;
}

/**
 * Holds what programs allow against a lock: the text of a file as `writeLock` makes it, or one in the plain form.
 * @param environment the one that the entries are of; lines about others are left alone
 *
 * @example
 * const { drifts } = checkLock(lockedByPrograms(options), readFileSync(file, 'utf8'), file);
 */
export function checkLock(now: readonly Locked[], text: string, file: string, environment?: string): LockCheck {
  const lock = parseLock(text, file);
  if (lock.findings.length > 0) return { drifts: [], findings: lock.findings, entries: now.length };
  const places = new SettingsPlaces();
  if (lock.tokens.length > 0) return checkTokens(now, lock, file, places);
  const about = lock.entries.filter(
    ({ entry }) => environment === undefined || entry.scope.startsWith(`${environment}/`),
  );
  const drifts = compareLock(now, about).map((drift) => drifted(drift, file, places));
  return { drifts, findings: [], entries: now.length };
}

function drifted(drift: Drift, file: string, places: SettingsPlaces): LockDrift {
  const locked =
    drift.kind === 'added' ? undefined : { file, line: drift.locked.line, text: lineOf(drift.locked.entry) };
  if (drift.kind === 'removed') {
    const { line, entry } = drift.locked;
    return { kind: 'removed', line: lineOf(entry), gains: [], where: { file, line } };
  }
  return {
    kind: drift.kind,
    line: lineOf(drift.now.entry),
    gains: drift.kind === 'widened' ? drift.gains : [],
    ...causeOf(drift.now, places),
    ...(locked === undefined ? {} : { locked }),
  };
}

function causeOf(now: Locked, places: SettingsPlaces): Pick<LockDrift, 'where' | 'construct'> {
  const { construct, file } = now.cause;
  const line = places.lineOf(now);
  return { where: line === undefined || file === undefined ? now.cause : { file, line }, construct };
}

/**
 * The plain form approves hosts for everybody, and says nothing about anything else: whatever leaves the cluster has to
 * be one of them.
 */
function checkTokens(now: readonly Locked[], { tokens }: LockFile, file: string, places: SettingsPlaces): LockCheck {
  const findings = unknownKeywords(tokens, file);
  if (findings.length > 0) return { drifts: [], findings, entries: now.length };
  const used = new Set<LockToken>();
  const added = now.filter((locked) => {
    const approving = tokens.filter(({ token }) => hostsOf(token)?.some((host) => approves(host, locked)));
    for (const token of approving) used.add(token);
    return leaves(locked) && approving.length === 0;
  });
  const drifts: readonly LockDrift[] = [
    ...added.map((locked): LockDrift => {
      return { kind: 'added', line: lineOf(locked.entry), gains: [], ...causeOf(locked, places) };
    }),
    ...tokens
      .filter((token) => !used.has(token))
      .map(({ token, line }): LockDrift => ({ kind: 'removed', line: token, gains: [], where: { file, line } })),
  ];
  const note: Finding = {
    rule: 'lock-hosts-only',
    severity: 'info',
    where: { file },
    message:
      'the lock names hosts only, so tools, identities, edges within the cluster and exemptions are not approved',
    fix: 'write it anew with `portcullis lock`, and have it reviewed',
  };
  return { drifts, findings: [note], entries: now.length };
}

function leaves({ entry }: Locked): boolean {
  return entry.kind === 'edge' && ['host', 'cidr', 'internet'].includes(entry.to.kind);
}

function approves(host: string, { entry }: Locked): boolean {
  if (entry.kind !== 'edge' || entry.to.kind !== 'host') return false;
  return gains(entry, { ...entry, to: { kind: 'host', host } })?.length === 0;
}
