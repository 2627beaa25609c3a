import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Manifests } from '../../lib/analysis/load/manifests';
import { cluster, pairsOf } from '../unit/analysis/naive/arbitrary';
import { CILIUM, type Comparison, compare } from './engine/compare';
import { Engine } from './engine/engine';
import { hasTool } from './support';

/** More of them find rarer differences: `NUM_RUNS=5000 npm run conformance -- cilium-engine.test.ts`. */
const RUNS = Number(process.env.NUM_RUNS ?? 200);

describe.skipIf(!hasTool('cilium-engine'))("the analysis and Cilium's policy engine", () => {
  let engine: Engine;
  beforeAll(() => {
    engine = new Engine();
  });
  afterAll(() => engine.stop());

  test('agree about random clusters', async () => {
    const total: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(cluster(CILIUM), async (manifests) => {
        const result = await compare(engine, manifests, pairsOf(manifests));
        add(total, result);
        expect(result.disagreements.slice(0, 3), shown(manifests)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
    console.log(JSON.stringify(total));
  }, 3_600_000);
});

function add(total: Record<string, number>, { disagreements: _, excused, ...counts }: Comparison): void {
  for (const [name, count] of Object.entries({ ...counts, ...excused })) total[name] = (total[name] ?? 0) + (count ?? 0);
}

/** The cluster without what no policy looks at. */
function shown({ namespaces, workloads, services, policies, cidrGroups }: Manifests): string {
  return JSON.stringify({
    namespaces: namespaces.map(({ name, labels }) => ({ name, labels })),
    workloads: workloads.map(({ kind: _, ...workload }) => workload),
    services: services.map(({ source: _, ...service }) => service),
    policies: policies.map(({ object }) => object),
    cidrGroups: cidrGroups.map(({ object }) => object),
  });
}
