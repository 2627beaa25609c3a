import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../../lib/render/observability/catalogue/catalogue';
import type { MonitoredPlatform } from '../../../../lib/render/observability/monitored';
import { checkExpression } from '../../../../lib/render/observability/promql/check';
import { infoGroupCount, infoRules, totalRules } from '../../../../lib/render/observability/recording-rules';
import { FULL, PLATFORMS } from './platforms';

describe.each(Object.entries(PLATFORMS))('%s', (_, platform) => {
  test('every expression is fine', () => {
    for (const { expr } of [...infoRules(platform, 0, 1), ...totalRules(platform)]) {
      expect(checkExpression(expr, CATALOGUE)).toEqual([]);
    }
  });
});

/** As many workspaces, some of them in a namespace that they share. */
function platformOf(count: number, shared: number): MonitoredPlatform {
  return {
    ...FULL,
    workspaces: Array.from({ length: count }, (_, index) => ({
      workspaceId: `ws-${index}`,
      namespace: index < shared ? 'shared' : `ws-${index}`,
      stages: { egress: 'enforce', tools: 'enforce' },
    })),
  };
}

test('each workspace and each namespace is in one group, however many there are', () => {
  fc.assert(
    fc.property(fc.nat(350), fc.nat(350), fc.nat(250), (count, shared, added) => {
      const groups = infoGroupCount(platformOf(count, shared));
      // Workspaces that are declared after the groups were made.
      const platform = platformOf(count + added, shared);
      const rules = Array.from({ length: groups }, (_, number) => infoRules(platform, number, groups)).flat();
      const labels = rules.map((rule) => rule.labels ?? {});
      const stages = labels.filter((one) => one.layer === 'egress').map((one) => one.workspace_id);
      expect(stages).toEqual(platform.workspaces.map(({ workspaceId }) => workspaceId));
      const namespaces = labels.flatMap((one) => one.source_namespace ?? []);
      expect(new Set(namespaces).size).toBe(namespaces.length);
      expect(new Set(namespaces)).toEqual(new Set(platform.workspaces.map(({ namespace }) => namespace)));
    }),
    { numRuns: 30 },
  );
});

test('a group stays small', () => {
  const count = infoGroupCount(platformOf(1000, 0));
  const sizes = Array.from({ length: count }, (_, number) => infoRules(platformOf(1000, 0), number, count).length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(400);
});

test('a namespace that several share is nobody’s', () => {
  const [shared] = infoRules(platformOf(3, 2), 0, 1);
  expect(shared?.labels).toEqual({ workspace_id: '(several)', source_namespace: 'shared' });
});
