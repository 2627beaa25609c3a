import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callsOf, complianceText, isCompliant, readCallLog } from '../../../../lib/governance/rollout/call-log';
import { temporaryFolder } from '../../environment/refusal';

const root = temporaryFolder();
let files = 0;

function file(...lines: readonly string[]): string {
  const path = join(root, `calls-${files++}.jsonl`);
  writeFileSync(path, lines.join('\n'));
  return path;
}

const call = (classification: string, over: object = {}) =>
  JSON.stringify({ classification, url: 'https://a', ...over });
const ROUTED = call('control-plane-routed');
const DIRECT = call('direct-sor-call');

describe('calls', () => {
  test('are counted by class', async () => {
    const { calls, others, unreadable, findings } = await readCallLog([
      file(ROUTED, ROUTED, DIRECT, call('internal'), '{"msg":"started"}', '', '  '),
    ]);
    expect(calls).toEqual({ routed: 2, direct: 1, total: 4 });
    expect({ others, unreadable, findings }).toEqual({ others: 1, unreadable: 0, findings: [] });
  });

  test.each(['workspace_id', 'workspaceId', 'workspace'])('are counted by %s', async (key) => {
    const log = await readCallLog([
      file(call('control-plane-routed', { [key]: 'ws-a' }), call('direct-sor-call', { [key]: 'ws-b' }), ROUTED),
    ]);
    expect(callsOf(log, 'ws-a')).toEqual({ routed: 1, direct: 0, total: 1 });
    expect(callsOf(log, 'ws-b')).toEqual({ routed: 0, direct: 1, total: 1 });
    expect(callsOf(log, 'ws-c')).toBeUndefined();
    expect(log.calls.total).toBe(3);
  });

  test('count for every workspace where no line names one', async () => {
    const log = await readCallLog([file(ROUTED, DIRECT)]);
    expect(callsOf(log, 'ws-a')).toEqual({ routed: 1, direct: 1, total: 2 });
    expect(callsOf(await readCallLog([file('{}')]), 'ws-a')).toBeUndefined();
  });

  test('of several files are one, and standard input is a file', async () => {
    const stdin = Readable.from([`${DIRECT}\n`, `${DIRECT}\n`]);
    expect((await readCallLog([file(ROUTED), '-'], stdin)).calls).toEqual({ routed: 1, direct: 2, total: 3 });
  });

  test.each([
    ['timestamp', '2026-01-01T00:00:00Z', '2026-01-03T01:00:00Z', 49],
    ['time', 1_767_225_600, 1_767_229_200, 1],
    ['ts', 1_767_225_600_000, 1_767_232_800_000, 2],
  ])('have times (%s)', async (key, first, last, hours) => {
    const log = await readCallLog([
      file(call('internal', { [key]: last }), ROUTED, call('internal', { [key]: first }), call('x', { [key]: 'soon' })),
    ]);
    expect(((log.last ?? 0) - (log.first ?? 0)) / 3_600_000).toBe(hours);
  });

  test('may have no times', async () => {
    const log = await readCallLog([file(ROUTED)]);
    expect(log).not.toHaveProperty('first');
    expect(log).not.toHaveProperty('last');
  });
});

describe('lines that cannot be read', () => {
  test('are counted and named, and the rest counts all the same', async () => {
    const path = file(
      ROUTED,
      'garbage',
      '[1]',
      'null',
      '"text"',
      '\u0000\u0001',
      DIRECT,
      '{"classification":"control-plane-ro',
    );
    const { calls, unreadable, findings } = await readCallLog([path]);
    expect(calls).toEqual({ routed: 1, direct: 1, total: 2 });
    expect(unreadable).toBe(6);
    expect(findings).toEqual([
      {
        rule: 'log-line-unreadable',
        severity: 'warning',
        where: { file: path, line: 2 },
        message: '6 lines are no JSON object and not counted: 2, 3, 4, 5, 6 and 1 more',
        fix: 'log as JSON, one object to a line, and take no prefix (kubectl logs without --prefix)',
      },
    ]);
  });

  test('are told for each file', async () => {
    const { findings } = await readCallLog([file('x'), file(ROUTED, 'y')]);
    expect(findings.map(({ where, message }) => [where, message])).toEqual([
      [expect.objectContaining({ line: 1 }), 'a line is no JSON object and not counted: 1'],
      [expect.objectContaining({ line: 2 }), 'a line is no JSON object and not counted: 2'],
    ]);
  });

  test('never make an end of it, whatever they hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary' })), async (lines) => {
        const text = lines.map((line) => `${line}\n${ROUTED}\n`).join('');
        const { calls } = await readCallLog(['-'], Readable.from([text]));
        expect(calls.routed).toBeGreaterThanOrEqual(lines.length);
      }),
      { numRuns: 50 },
    );
  });

  test.each(['missing.jsonl', 'folder'])('are not files that cannot be read: %s', async (name) => {
    mkdirSync(join(root, 'folder'), { recursive: true });
    await expect(readCallLog([join(root, name)])).rejects.toMatchObject({
      findings: [{ rule: 'file-unreadable', severity: 'error', where: { file: join(root, name) } }],
    });
  });
});

describe('enough', () => {
  test.each([
    [90, 100, false],
    [901, 1000, true],
    [9, 10, false],
    [10, 10, true],
    [0, 0, false],
    [89, 100, false],
    [91, 100, true],
  ])('%i of %i: %s', (routed, total, enough) => {
    expect(isCompliant({ routed, total, direct: 0 })).toBe(enough);
  });

  test('is not what is only rounded to it', () => {
    expect(complianceText({ routed: 89_999, direct: 0, total: 100_000 })).toBe('89.9 % of 100000 calls');
    expect(complianceText({ routed: 1, direct: 0, total: 1 })).toBe('100.0 % of 1 call');
  });
});
