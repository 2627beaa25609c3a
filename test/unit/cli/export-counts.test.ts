import { readFileSync, writeFileSync } from 'node:fs';
import { metrics } from '@opentelemetry/api';
import { afterEach, expect, test, vi } from 'vitest';
import { exportCounts } from '../../../lib/cli/export-counts';
import { commandWithVariables } from './variables';

const check = commandWithVariables('check');

afterEach(() => metrics.disable());

const BROKEN =
  'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: a, namespace: b }\nspec: { podSelectr: {} }\n';

test('other commands count as well', async () => {
  writeFileSync('policy.yaml', BROKEN);
  const { code } = await check({}, 'policy.yaml', '--metrics-out', 'check.prom');
  const text = readFileSync('check.prom', 'utf8');
  expect(text).toMatch(/^portcullis_findings\{command="check",rule="[a-z-]+",severity="\w+"\} 1$/m);
  expect(text).toContain(`portcullis_run_success{command="check"} ${code === 0 ? 1 : 0}\n`);
});

test('a collector that is away is noted, and changes nothing', async () => {
  const written = vi.spyOn(process.stderr, 'write');
  const noop = metrics.getMeterProvider();
  metrics.setGlobalMeterProvider({
    getMeter: (name: string) => noop.getMeter(name),
    forceFlush: () => Promise.reject(new Error('connect ECONNREFUSED')),
  } as never);
  await exportCounts({ command: 'check', findings: [] }, {}, { openTelemetry: true, prometheus: false });
  expect(written).toHaveBeenCalledWith('note: the counts did not get to OpenTelemetry: connect ECONNREFUSED\n');
  expect(process.exitCode).toBeUndefined();
});
