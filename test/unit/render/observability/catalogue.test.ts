import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { metricsOf } from '../../../../lib/render/observability/alert';
import { alertsOf } from '../../../../lib/render/observability/all-alerts';
import { CATALOGUE, METRICS } from '../../../../lib/render/observability/catalogue/catalogue';
import { RECORDED } from '../../../../lib/render/observability/catalogue/recorded';
import { panelsOf } from '../../../../lib/render/observability/dashboard/panels';
import { labelName } from '../../../../lib/render/observability/metric';
import { checkExpression } from '../../../../lib/render/observability/promql/check';
import { infoRules, totalRules } from '../../../../lib/render/observability/recording-rules';
import { PLATFORMS } from './platforms';

const platforms = Object.values(PLATFORMS);
const recording = platforms.flatMap((platform) => [...infoRules(platform, 0, 1), ...totalRules(platform)]);

test('names are unique, and those of counters and recorded series follow the conventions', () => {
  expect(new Set(CATALOGUE.names).size).toBe(CATALOGUE.names.length);
  for (const { name, exporter } of METRICS) {
    expect(name).toMatch(exporter === 'portcullis' ? /^portcullis:[a-z_]+:[a-z0-9]+$/ : /^[a-z][a-z0-9_]*$/);
  }
});

test('every metric says where it was read, and what brings it', () => {
  for (const { source, since, help } of METRICS) expect([source, since, help]).not.toContain('');
});

test('nothing is catalogued that nothing relies on', () => {
  const expressions = [
    ...platforms.flatMap((platform) => alertsOf(platform).alerts),
    ...platforms.flatMap(panelsOf).flatMap(({ queries }) => queries),
    ...recording,
  ];
  const used = new Set(metricsOf(expressions));
  expect(METRICS.filter((metric) => !used.has(metric)).map(({ name }) => name)).toEqual([]);
});

test('what is recorded is catalogued with its labels', () => {
  for (const { name, labels } of RECORDED) {
    const rules = recording.filter(({ record }) => record === name);
    expect(rules.length, name).toBeGreaterThan(0);
    for (const rule of rules) {
      const carried = rule.labels === undefined ? ['workspace_id'] : Object.keys(rule.labels);
      expect(carried.sort()).toEqual(labels.map(labelName).sort());
    }
  }
  expect(new Set(recording.map(({ record }) => record))).toEqual(new Set(RECORDED.map(({ name }) => name)));
});

describe('for any series of the catalogue', () => {
  const series = fc.constantFrom(...CATALOGUE.names).chain((name) => {
    const { labels = [] } = CATALOGUE.find(name) ?? {};
    return fc.record({
      name: fc.constant(name),
      label: labels.length === 0 ? fc.constant('') : fc.constantFrom(...labels),
    });
  });

  test('a matcher on any of its labels with any of its values is fine', () => {
    fc.assert(
      fc.property(series, fc.nat(), ({ name, label }, pick) => {
        if (label === '') return;
        const value = typeof label === 'string' ? 'anything' : label.values[pick % label.values.length];
        expect(checkExpression(`${name}{${labelName(label)}="${value}"}`, CATALOGUE)).toEqual([]);
        expect(checkExpression(`sum by (${labelName(label)}) (${name})`, CATALOGUE)).toEqual([]);
      }),
    );
  });

  test('a matcher on another label is not', () => {
    fc.assert(
      fc.property(series, ({ name }) => {
        expect(checkExpression(`${name}{nobody_has_it="x"}`, CATALOGUE)).toHaveLength(1);
      }),
    );
  });
});
