import { analyse } from '../analysis/analysis';
import { check } from '../analysis/check';
import { manifestsOf } from '../analysis/load/load';
import type { Finding } from '../finding';
import type { StackCluster } from './stack-object';

/** A finding and the resource that it is about, where it is about one. */
export interface StackFinding {
  readonly finding: Finding;
  readonly urn?: string;
}

/**
 * Holds the rules against what a stack deploys, one cluster at a time. What is not known in a preview is left out, which
 * allows more rather than less, and is said.
 */
export function stackFindings(clusters: readonly StackCluster[]): readonly StackFinding[] {
  return clusters.flatMap((cluster) => [...unknownValues(cluster), ...clusterFindings(cluster)]);
}

/** Stands where a file would. */
const STACK = '(stack)';

function clusterFindings({ objects, inventories }: StackCluster): readonly StackFinding[] {
  const analysis = analyse(
    manifestsOf(
      objects.map(({ object }) => object),
      STACK,
      inventories,
    ),
  );
  return [...analysis.findings, ...check(analysis).findings].map((finding) => {
    const line = 'construct' in finding.where || finding.where.file !== STACK ? undefined : finding.where.line;
    const urn = line === undefined ? undefined : objects[line - 1]?.urn;
    return urn === undefined ? { finding } : { finding, urn };
  });
}

function unknownValues({ objects }: StackCluster): readonly StackFinding[] {
  return objects.flatMap(({ urn, unknown }) =>
    unknown.map((field): StackFinding => {
      const message = `${field} is not known before the update, and was judged as if it were not there`;
      const fix = 'give it a value that the program knows where it says who may reach whom';
      const where = { file: STACK };
      return { urn, finding: { rule: 'unknown-value', severity: 'info', where, message, fix } };
    }),
  );
}
