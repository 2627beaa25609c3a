import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../../../lib/render/observability/catalogue/catalogue';
import { dashboard } from '../../../../../lib/render/observability/dashboard/dashboard';
import { GRAFANA_RANGES, panelsOf } from '../../../../../lib/render/observability/dashboard/panels';
import { checkExpression } from '../../../../../lib/render/observability/promql/check';
import { FULL, PLATFORMS } from '../platforms';

const OPTIONS = { uid: 'test', title: 'Test', tags: ['a'] };

/** With a duration for each variable of Grafana, since PromQL knows none. */
function filled(expr: string): string {
  return Object.entries(GRAFANA_RANGES).reduce((text, [variable, range]) => text.replaceAll(variable, range), expr);
}

/** As it arrives in Grafana. */
function written(platform: typeof FULL) {
  const { panels } = JSON.parse(JSON.stringify(dashboard(panelsOf(platform), OPTIONS)));
  return panels as readonly {
    readonly id: number;
    readonly title: string;
    readonly type: string;
    readonly datasource: unknown;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly expr: string; readonly refId: string; readonly datasource: unknown }[];
    readonly fieldConfig: {
      readonly defaults: {
        readonly thresholds?: { readonly steps: readonly { readonly color: string; readonly value: number | null }[] };
      };
    };
  }[];
}

describe.each(Object.entries(PLATFORMS))('%s', (_, platform) => {
  const panels = written(platform);

  test.each(panels)('$title asks for what exists', ({ targets }) => {
    expect(targets.length).toBeGreaterThan(0);
    for (const { expr } of targets) {
      expect(filled(expr)).not.toContain('$');
      expect(checkExpression(filled(expr), CATALOGUE)).toEqual([]);
    }
  });

  test('panels have ids of their own and do not overlap', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)}/${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  test('colours come in the order of their values', () => {
    for (const { fieldConfig } of panels) {
      const values = (fieldConfig.defaults.thresholds?.steps ?? []).map(
        ({ value }) => value ?? Number.NEGATIVE_INFINITY,
      );
      expect(values).toEqual([...values].sort((a, b) => a - b));
    }
  });

  test('the same panels give the same text', () => {
    expect(JSON.stringify(dashboard(panelsOf(platform), OPTIONS))).toBe(
      JSON.stringify(dashboard(panelsOf(platform), OPTIONS)),
    );
  });
});

test('the panels of the enforcement guide come first, then what it leaves open', () => {
  expect(written(FULL).map(({ title }) => title)).toEqual([
    'Direct SoR calls (should be 0)',
    'Egress policy drops',
    'mTLS handshake success rate',
    'Tool allowlist denials',
    'SVID rotation events',
    'Egress by workspace',
    'Top denied destinations',
    'Calls by workspace',
    'SVID age',
    'Life of the SPIRE authority',
    'Endpoints by enforcement',
    'Stage per workspace',
  ]);
});

test('everything is asked of the Prometheus that the reader picks', () => {
  const { templating } = dashboard(panelsOf(FULL), OPTIONS);
  expect(templating?.list).toEqual([
    expect.objectContaining({ type: 'datasource', name: 'datasource', query: 'prometheus' }),
  ]);
  for (const { datasource, targets } of written(FULL)) {
    for (const source of [datasource, ...targets.map((target) => target.datasource)]) {
      expect(source).toEqual({ type: 'prometheus', uid: ['$', '{datasource}'].join('') });
    }
  }
});
