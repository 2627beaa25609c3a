import { describe, expect, test } from 'vitest';
import { ALERT_SEVERITIES, alertRule, exportersOf } from '../../../../lib/render/observability/alert';
import { checkAlert } from '../../../../lib/render/observability/alert-check';
import { alertsOf } from '../../../../lib/render/observability/all-alerts';
import { CATALOGUE } from '../../../../lib/render/observability/catalogue/catalogue';
import { parseExpression } from '../../../../lib/render/observability/promql/parse';
import { resultLabels } from '../../../../lib/render/observability/promql/result-labels';
import { ruleTestFile } from '../../../../lib/render/observability/rule-test';
import { FULL, PLAIN, PLATFORMS, WITHOUT_HUBBLE } from './platforms';

const RUNBOOK = 'https://runbooks.example.com/alerts';
const names = (platform: keyof typeof PLATFORMS) => alertsOf(PLATFORMS[platform]).alerts.map(({ name }) => name);

describe.each(Object.entries(PLATFORMS))('the alerts of a platform: %s', (_, platform) => {
  const { alerts, leftOut } = alertsOf(platform);

  test.each(alerts)('$name uses what exists, can fire, and names its runbook', (alert) => {
    expect(checkAlert(alertRule(alert, RUNBOOK), CATALOGUE)).toEqual([]);
  });

  test.each(alerts)('$name is tested firing, silent and at its bounds', ({ tests }) => {
    expect(new Set(tests.map(({ kind }) => kind))).toEqual(new Set(['fires', 'silent', 'boundary']));
    expect(new Set(tests.map(({ name }) => name)).size).toBe(tests.length);
    for (const { kind, firing } of tests) {
      if (kind === 'fires') expect(firing).not.toEqual([]);
      if (kind === 'silent') expect(firing).toEqual([]);
    }
  });

  test.each(alerts)('$name expects the labels that its expression carries, and texts without gaps', (alert) => {
    const parsed = parseExpression(alert.expr);
    if ('problem' in parsed) expect.unreachable();
    else {
      const carried = [...(resultLabels(parsed, CATALOGUE) ?? [])];
      for (const { labels } of alert.tests.flatMap(({ firing }) => firing)) {
        expect(carried).toEqual(expect.arrayContaining(Object.keys(labels)));
      }
    }
    const file = ruleTestFile(alert, { ruleFile: '../a.rules', groups: [], runbookUrl: RUNBOOK });
    expect(JSON.stringify(file)).not.toContain('{{');
  });

  test.each(alerts)('$name says what it means and what to do', ({ meaning, response }) => {
    expect(meaning).toMatch(/\.$/);
    expect(response.length).toBeGreaterThan(0);
    for (const step of response) expect(step).toMatch(/[.:]$/);
  });

  test('no alert is there twice, or left out all the same', () => {
    const all = [...alerts, ...leftOut].map(({ name }) => name);
    expect(new Set(all).size).toBe(all.length);
  });

  test('without an exporter an alert says so, as severe as the worst that it blinds', () => {
    for (const alert of alerts) {
      for (const exporter of exportersOf(alert)) {
        if (exporter === 'prometheus' || exporter === 'portcullis') continue;
        const guard = alerts.find((one) => one.name.endsWith('MetricsAbsent') && exportersOf(one).includes(exporter));
        expect(guard, `${alert.name} relies on ${exporter}`).toBeDefined();
        const rank = (severity: typeof alert.severity) => ALERT_SEVERITIES.indexOf(severity);
        expect(rank(guard?.severity ?? 'info')).toBeLessThanOrEqual(rank(alert.severity));
      }
    }
  });
});

test('the four of the enforcement guide keep their names and severities', () => {
  const alerts = alertsOf(FULL).alerts.map(({ name, severity }) => [name, severity]);
  expect(alerts).toEqual(
    expect.arrayContaining([
      ['DirectSorCallDetected', 'critical'],
      ['EgressPolicyViolation', 'warning'],
      ['MtlsHandshakeFailure', 'warning'],
      ['ToolAllowlistDenial', 'info'],
    ]),
  );
});

test('what a platform does not have is not watched, and what nobody can see is said', () => {
  expect(names('plain')).toEqual([
    'DirectSorCallDetected',
    'ToolAllowlistDenial',
    'DefaultDenyMissing',
    'PortariumMetricsAbsent',
    'KubeStateMetricsAbsent',
  ]);
  const blind = alertsOf(PLAIN).leftOut.filter((one) => one.blind);
  expect(blind.map(({ name }) => name)).toEqual(['EgressPolicyViolation', 'BlockedEgressRateHigh']);
  expect(names('full')).not.toContain('DefaultDenyMissing');
  expect(names('without Hubble')).not.toContain('HubbleMetricsAbsent');
  expect(names('without Hubble')).not.toContain('MtlsHandshakeFailure');
});

test('audit mode is fine where nothing is enforced yet', () => {
  const observing = {
    ...FULL,
    workspaces: FULL.workspaces.map((one) => ({ ...one, stages: { ...one.stages, egress: 'observe' as const } })),
  };
  expect(alertsOf(observing).alerts.map(({ name }) => name)).not.toContain('AuditModeOn');
});

test('how long no SVID may be signed follows from how long one lives', () => {
  const expr = (platform: typeof FULL) => alertsOf(platform).alerts.find(({ name }) => name === 'SvidNearExpiry')?.expr;
  expect(expr(FULL)).toContain('[45m]');
  expect(expr(WITHOUT_HUBBLE)).toContain('[1h7m30s]');
});

test('without a workspace nobody looks for blocked traffic, and that is said', () => {
  const { alerts, leftOut } = alertsOf({ ...FULL, workspaces: [] });
  expect(alerts.map(({ name }) => name)).not.toContain('EgressPolicyViolation');
  expect(leftOut).toContainEqual(expect.objectContaining({ name: 'EgressPolicyViolation', blind: true }));
});
