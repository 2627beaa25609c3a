import { afterEach, describe, expect, test, vi } from 'vitest';
import { printFindings } from '../../../lib/cli/print-finding';
import type { Finding } from '../../../lib/finding';
import { caughtStreams } from './streams';

const caught = caughtStreams();

const ERROR: Finding = {
  rule: 'invalid-value',
  severity: 'error',
  where: { file: 'prod.yaml', line: 3, column: 5 },
  message: '0 is not a port',
  fix: 'use another',
};
const WARNING: Finding = { ...ERROR, severity: 'warning', where: { construct: 'platform/vault', file: 'prod.yaml' } };
const INFO: Finding = { ...ERROR, severity: 'info', where: { construct: '' } };

test('findings come with place, severity, message, fix and rule, the worst first', () => {
  printFindings([INFO, WARNING, ERROR, { ...ERROR, where: { file: 'dev.yaml' } }]);
  expect(caught.stdout).toBe('');
  expect(caught.stderr).toBe(
    [
      'prod.yaml:3:5',
      '  error: 0 is not a port',
      '  → use another (invalid-value)',
      'dev.yaml',
      '  error: 0 is not a port',
      '  → use another (invalid-value)',
      'prod.yaml: platform/vault',
      '  warning: 0 is not a port',
      '  → use another (invalid-value)',
      '2 errors, 1 warning, 1 note (--json lists them)',
      '',
    ].join('\n'),
  );
});

test('nothing is said of nothing', () => {
  printFindings([]);
  expect(caught.stderr).toBe('');
});

test('what a file says cannot write to the terminal', () => {
  const evil = 'a\u001b[2J\rb\n\u202ec';
  printFindings([{ ...ERROR, where: { file: evil }, message: evil, fix: evil }]);
  expect(caught.stderr.split('a\\u{1b}[2J\\u{d}b\\u{a}\\u{202e}c')).toHaveLength(4);
  expect(caught.stderr.split('\n')).toHaveLength(5);
});

test('EGRESS_LOG_FORMAT=json makes a line of JSON of each, notes too', () => {
  vi.stubEnv('EGRESS_LOG_FORMAT', 'json');
  printFindings([ERROR, INFO]);
  vi.unstubAllEnvs();
  const entries = caught.stderr.trimEnd().split('\n');
  expect(entries.map((entry) => JSON.parse(entry))).toMatchObject([
    { level: 'error', rule: 'invalid-value', where: ERROR.where, timestamp: expect.stringMatching(/^\d{4}-.*Z$/) },
    { level: 'info', message: '0 is not a port' },
  ]);
});

describe('colours', () => {
  const { isTTY, hasColors } = process.stderr;

  afterEach(() => {
    Object.assign(process.stderr, { isTTY, hasColors });
    vi.unstubAllEnvs();
  });

  function printed(tty: boolean, hasColors: boolean): string {
    process.stderr.isTTY = tty;
    process.stderr.hasColors = () => hasColors;
    printFindings([ERROR]);
    return caught.stderr;
  }

  test('on a terminal that has them', () => {
    expect(printed(true, true)).toContain('\u001b[31merror\u001b[39m');
  });

  test.each([
    ['on a terminal without', true, false],
    ['in a pipe or a file', false, true],
  ])('none %s, even in CI', (_, tty, hasColors) => {
    vi.stubEnv('CI', 'true');
    expect(printed(tty, hasColors)).not.toContain('\u001b');
  });
});
