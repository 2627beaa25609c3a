import type { Finding, Severity } from '../../finding';
import type { LockDrift } from './check-lock';
import type { DriftKind } from './compare-lock';

/** What allows more than was approved is an error; the rest makes the lock say more than is true. */
const SEVERITY: Readonly<Record<DriftKind, Severity>> = {
  widened: 'error',
  added: 'error',
  narrowed: 'warning',
  removed: 'warning',
};

/** Differences as findings, for reports: `lock-widened`, `lock-added`, `lock-narrowed` and `lock-removed`. */
export function driftFindings(drifts: readonly LockDrift[]): readonly (Finding & { readonly construct?: string })[] {
  return drifts.map(({ kind, line, gains, where, construct, locked }) => ({
    rule: `lock-${kind}`,
    severity: SEVERITY[kind],
    where,
    message: messageOf({ kind, line, gains, ...(locked === undefined ? {} : { locked }) }),
    fix: 'have it reviewed, then write the lock anew with `portcullis lock`',
    ...(construct === undefined ? {} : { construct }),
  }));
}

function messageOf({ kind, line, gains, locked }: Pick<LockDrift, 'kind' | 'line' | 'gains' | 'locked'>): string {
  const approved = locked === undefined ? '' : `; the lock approves ${locked.text}`;
  switch (kind) {
    case 'widened':
      return `${line} allows ${gains.join(', ')}${approved}`;
    case 'added':
      return `nobody approved ${line}`;
    case 'narrowed':
      return `${line} is less than was approved${approved}`;
    case 'removed':
      return `${line} is approved, and not allowed any more`;
  }
}
