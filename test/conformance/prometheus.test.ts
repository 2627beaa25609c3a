import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parse } from 'yaml';
import { METRICS } from '../../lib/render/observability/catalogue/catalogue';
import type { Metric } from '../../lib/render/observability/metric';
import { emitDocument } from '../../lib/synth/yaml';
import { Exporter, type Scrape } from './prometheus/exporter';
import { FACTOR, faster, type RuleFile } from './prometheus/faster';
import { batches, exported, type Scenario, scenariosOf } from './prometheus/scenario';
import { type PrometheusOptions, PrometheusServer } from './prometheus/server';
import { hasTool, manifests, requireManifests } from './support';
import { row } from './table/row';

const LONG = 600_000;
/** Seconds for Prometheus to start, before time begins. */
const START = 5;
/** Seconds that may pass after an alert should have fired: scrapes and evaluations take their turns, on a busy machine too. */
const PATIENCE = 60;

/** Environments with a file below their program. */
function environmentsWith(file: string): string[] {
  if (!existsSync(manifests)) return [];
  return readdirSync(manifests).filter((name) => existsSync(path.join(manifests, name, 'portarium', file)));
}

/** Environments whose alerts are meant to fire; those of the reference are as somebody wrote them. */
const RENDERED = environmentsWith('alerts/portarium.rules').filter((name) => name !== 'reference');

function rulesOf(environment: string): RuleFile {
  const file = path.join(manifests, environment, 'portarium/alerts/portarium.rules');
  return parse(readFileSync(file, 'utf8')) as RuleFile;
}

async function started(scrape: Scrape, options: Omit<PrometheusOptions, 'target'>): Promise<PrometheusServer> {
  const exporter = await Exporter.start(scrape);
  onTestFinished(() => exporter.stop());
  const server = await PrometheusServer.start({ ...options, target: exporter.address });
  onTestFinished(() => server.stop());
  return server;
}

describe.skipIf(!hasTool('prometheus'))('Prometheus', () => {
  describe('with an exporter of what happens', () => {
    const counted = row(
      'prometheus',
      'scrapes, evaluates and fires every alert, and is silent where nothing is wrong, sixty times as fast',
    );

    it('finds alerts', () => {
      requireManifests();
      expect(RENDERED.length).toBeGreaterThan(1);
      counted.cases(0);
    });

    it(
      'fires every alert of every environment, and is silent where nothing is wrong',
      async () => {
        await Promise.all(
          RENDERED.map(async (environment) => {
            const rules = rulesOf(environment);
            const scenarios = scenariosOf(path.join(manifests, environment, 'portarium/alerts/tests'));
            const alerts = rules.groups.flatMap((group) => group.rules.flatMap(({ alert }) => alert ?? []));
            const firing = scenarios.filter((scenario) => scenario.firing.length > 0);
            expect([...new Set(firing.map(({ alert }) => alert))].sort()).toEqual([...alerts].sort());
            expect(firing.length).toBeLessThan(scenarios.length);
            await Promise.all(batches(scenarios, rules).map((batch) => happens(batch, rules)));
            counted.cases(scenarios.length);
          }),
        );
      },
      LONG,
    );
  });

  /** Lets scenarios happen, and waits for their alerts. */
  async function happens(scenarios: readonly Scenario[], rules: RuleFile): Promise<void> {
    const start = Math.ceil(Date.now() / 1000) + START;
    const minutes = () => ((Date.now() / 1000 - start) * FACTOR) / 60;
    const server = await started(() => exported(scenarios, minutes()), {
      rules: [emitDocument(faster(rules, start))],
      interval: '1s',
      // Five minutes, as Prometheus does by default.
      lookback: '5s',
    });
    const longest = Math.max(...scenarios.map(({ at }) => at));
    await vi.waitFor(
      async () => {
        const now = Math.floor(Date.now() / 1000);
        expect(now).toBeGreaterThanOrEqual(start + longest + 1);
        const wrong = scenarios.map(async (scenario) =>
          differences(scenario, await firedBy(server, scenario, start, now)),
        );
        expect((await Promise.all(wrong)).flat()).toEqual([]);
      },
      { timeout: (START + longest + PATIENCE) * 1000, interval: 1000 },
    );
  }

  describe('with an exporter of the catalogue', () => {
    const counted = row(
      'prometheus',
      'loads and evaluates every rendered rule, and takes every query of the dashboards',
    );

    it.each(environmentsWith('dashboards/portarium.json'))(
      'takes the rules and the dashboard of %s',
      async (environment) => {
        const rules = rulesOf(environment);
        const server = await started(() => METRICS.map(exposition).join(''), {
          rules: [emitDocument(rules)],
          interval: '1s',
          lookback: '5m',
        });
        const queries = dashboardQueries(environment);
        expect(queries.length).toBeGreaterThan(4);
        for (const query of queries) await expect(server.query(query), query).resolves.toBeInstanceOf(Array);
        await vi.waitFor(
          async () => {
            const loaded = await server.rules();
            expect(loaded).toHaveLength(rules.groups.flatMap((group) => group.rules).length);
            expect(loaded.filter(({ health }) => health === 'unknown')).toEqual([]);
          },
          { timeout: PATIENCE * 1000, interval: 200 },
        );
        expect((await server.rules()).filter(({ health }) => health !== 'ok')).toEqual([]);
        counted.cases(queries.length + rules.groups.flatMap((group) => group.rules).length);
      },
      LONG,
    );

    it('has every metric of the catalogue after a scrape', async () => {
      const server = await started(() => METRICS.map(exposition).join(''), {
        rules: [],
        interval: '1s',
        lookback: '5m',
      });
      await vi.waitFor(
        async () => {
          const samples = await server.query('count by (__name__) ({__name__!=""})');
          const names = samples.map(({ metric: { __name__ } }) => __name__);
          expect(names).toEqual(expect.arrayContaining(METRICS.flatMap(seriesNames)));
        },
        { timeout: PATIENCE * 1000, interval: 200 },
      );
      counted.cases(METRICS.length);
    });

    it('refuses what is no expression', async () => {
      const server = await started(() => '', { rules: [], interval: '1s', lookback: '5m' });
      await expect(server.query('sum(rate(portarium_calls_total))')).rejects.toThrow(/expected type range vector/);
    });
  });
});

/** Labels of the alerts that fired since they should have; where none should, those at that very minute. */
async function firedBy(server: PrometheusServer, { alert, at, firing }: Scenario, start: number, now: number) {
  const alerts = `ALERTS{alertstate="firing",alertname="${alert}"}`;
  const since = now - (start + at) + 1;
  const samples =
    firing.length > 0
      ? await server.query(`last_over_time(${alerts}[${since}s])`, now)
      : await server.query(alerts, start + at);
  return samples.map(({ metric }) => metric);
}

/** What has not fired though it should, or has though it should not, in words. */
function differences(
  { alert, name, firing }: Scenario,
  fired: readonly Readonly<Record<string, string>>[],
): readonly string[] {
  const has = (labels: Readonly<Record<string, string>>) =>
    fired.some((one) => one.alertname === alert && Object.entries(labels).every(([key, value]) => one[key] === value));
  if (firing.length === 0) return fired.map((labels) => `${alert} (${name}) fires: ${JSON.stringify(labels)}`);
  return firing.filter((labels) => !has(labels)).map((labels) => `${alert} (${name}): ${JSON.stringify(labels)}`);
}

function seriesNames({ name, type }: Metric): readonly string[] {
  return type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name];
}

/** A sample of each series that a metric is made of. */
function exposition(metric: Metric): string {
  const labels = metric.labels.map((label) =>
    typeof label === 'string' ? `${label}="example"` : `${label.name}="${label.values[0] ?? ''}"`,
  );
  const type = `# TYPE ${metric.name} ${metric.type}\n`;
  const lines = seriesNames(metric).map((name) => {
    const own = name.endsWith('_bucket') && metric.type === 'histogram' ? [...labels, 'le="+Inf"'] : labels;
    return `${name}{${own.join(',')}} 1\n`;
  });
  return type + lines.join('');
}

/** Expressions of all panels, as Grafana sends them for the last hour. */
function dashboardQueries(environment: string): readonly string[] {
  const text = readFileSync(path.join(manifests, environment, 'portarium/dashboards/portarium.json'), 'utf8');
  const found: string[] = [];
  JSON.parse(text, (key, value: unknown) => {
    if (key === 'expr' && typeof value === 'string') found.push(value);
    return value;
  });
  return found.map((query) => query.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '1h'));
}
