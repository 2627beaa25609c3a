import { expect, test } from 'vitest';
import { loadEnvironments } from '../../../lib/environment';
import { refused, settings, temporaryFolder, writeFolder } from './refusal';

const root = temporaryFolder();

/** A file whose section on observability has these lines; the first one is line 6. */
function file(...lines: readonly string[]): string {
  const section = ['portarium:', '  observability:', ...lines.map((line) => `    ${line}`)].join('\n');
  return settings().replace('portarium:', section);
}

const RUNBOOK = 'runbookUrl: https://wiki.example.com/alerts';

test('what is said reaches the stack', () => {
  const lines = [RUNBOOK, 'kyverno: {}', 'opa: { namespace: policy }', 'drift: { every: 3600 }', 'hubble: false'];
  writeFolder(`${root}/fine`, { 'prod.yaml': file(...lines) });
  const { environments, findings } = loadEnvironments(`${root}/fine`);
  expect(findings).toEqual([]);
  expect(environments[0]?.portarium?.observability).toEqual({
    runbookUrl: 'https://wiki.example.com/alerts',
    kyverno: {},
    opa: { namespace: 'policy' },
    drift: { every: 3600 },
    hubble: false,
  });
});

test.each([
  [['namespace: monitoring'], /runbookUrl/],
  [['runbookUrl: the wiki'], /prod\.yaml:6:17: error: 'the wiki' is not a URL/],
  [['runbookUrl: "https://u:secret@wiki.example.com"'], /holds credentials/],
  [['runbookUrl: "https://wiki.example.com/#top"'], /holds a fragment/],
  [
    [RUNBOOK, 'alertmanager: true'],
    /prod\.yaml:7:5: error: the key 'alertmanager' is unknown; .*use one of runbookUrl/,
  ],
  [[RUNBOOK, 'kyverno: { name: "a\\"} or up" }'], /prod\.yaml:7:22: error: /],
  [[RUNBOOK, 'opa: { deployment: opa }'], /the key 'deployment' is unknown/],
  [[RUNBOOK, 'drift: { every: 0 }'], /prod\.yaml:7:21: error: /],
  [[RUNBOOK, 'drift: { every: 1h }'], /prod\.yaml:7:21: error: /],
  [[RUNBOOK, 'drift: { image: "registry.example.com/drift:1" }'], /prod\.yaml:7:21: error: .*has no digest/],
  [[RUNBOOK, 'drift: { apiServerPorts: [] }'], /prod\.yaml:7:30: error: /],
  [[RUNBOOK, 'drift: { except: [everything] }'], /prod\.yaml:7:23: error: /],
  [[RUNBOOK, 'drift: { audience: "a b" }'], /prod\.yaml:7:24: error: /],
  [[RUNBOOK, 'ruleLabels: { "a b": c }'], /prod\.yaml:7:19: error: /],
  [[RUNBOOK, 'dashboardLabels: { a: "b c" }'], /prod\.yaml:7:27: error: /],
])('%j is refused', (lines, message) => {
  const { errors, exitCode } = refused(root, { files: file(...lines) });
  expect(errors).toEqual([expect.stringMatching(message)]);
  expect(errors.join()).not.toContain('secret');
  expect(exitCode).toBe(1);
});
