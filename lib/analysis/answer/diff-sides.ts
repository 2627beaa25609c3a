import { type AnalysisDialect, dialectFor } from '../dialect';
import type { Manifests, Namespace } from '../load/manifests';
import { withRepresentatives } from '../load/representative';
import { readPolicies } from '../policy/read-policies';

/** One of two states of manifests that are compared. */
export interface DiffSide {
  readonly manifests: Manifests;
  readonly dialect: AnalysisDialect;
}

/**
 * Makes two states comparable. They are of one cluster, so that what enforces one enforces the other unless it says
 * otherwise; and where neither holds workloads, the same ones are imagined for both: a policy that goes away leaves its
 * pods behind.
 */
export function diffSides(
  before: Manifests,
  after: Manifests,
  dialect: AnalysisDialect | undefined,
): readonly [DiffSide, DiffSide] {
  const [old, now] = [dialectFor(before), dialectFor(after)];
  const sides = [
    { manifests: before, dialect: dialect ?? agreed(before, old, now) },
    { manifests: after, dialect: dialect ?? agreed(after, now, old) },
  ] as const;
  if (before.workloads.length > 0 || after.workloads.length > 0) return sides;
  const policies = sides.flatMap((side) => readPolicies(side.manifests, side.dialect).policies);
  const imagined = withRepresentatives({ ...after, namespaces: joined(after.namespaces, before.namespaces) }, policies);
  const [first, second] = sides.map(({ manifests, dialect: enforced }): DiffSide => {
    const namespaces = joined(manifests.namespaces, imagined.namespaces);
    return { manifests: { ...manifests, namespaces, workloads: imagined.workloads }, dialect: enforced };
  }) as [DiffSide, DiffSide];
  return [first, second];
}

/** Cilium of the other side, where this one does not say that it is not enforced by Cilium. */
function agreed(manifests: Manifests, own: AnalysisDialect, other: AnalysisDialect): AnalysisDialect {
  return own.kind === 'kubernetes' && manifests.dialect === undefined ? other : own;
}

/** Those of the first list, and those of the second that are not in it. */
function joined(own: readonly Namespace[], others: readonly Namespace[]): readonly Namespace[] {
  const known = new Set(own.map(({ name }) => name));
  return [...own, ...others.filter(({ name }) => !known.has(name))];
}
