import { describe, expect, test } from 'vitest';
import type { CallLog } from '../../../../../lib/governance/rollout/call-log';
import { item, reporting } from '../reporting';

const { report } = reporting();

const HOUR = 3_600_000;

describe('direct calls', () => {
  const log = (direct: number, hours: number | undefined, id = 'ws-0'): CallLog => {
    const calls = { routed: 10, direct, total: 10 + direct };
    const span = hours === undefined ? {} : { first: 0, last: hours * HOUR };
    return { calls, workspaces: new Map([[id, calls]]), others: 0, unreadable: 0, findings: [], ...span };
  };

  test.each<[string, CallLog, string, string]>([
    ['none for 48 hours', log(0, 48), 'met', '0 of 10 calls go directly to a system of record, in 48 hours of logs'],
    ['none for less', log(0, 47.9), 'live', '0 of 10 calls go directly to a system of record, in 47 hours of logs'],
    [
      'none, nobody knows for how long',
      log(0, undefined),
      'live',
      '0 of 10 calls go directly to a system of record, in logs without times',
    ],
    ['some', log(2, 48), 'unmet', '2 of 12 calls go directly to a system of record, in 48 hours of logs'],
    ['of others alone', log(2, 48, 'ws-9'), 'live', 'the logs hold no call of ws-0'],
  ])('%s', (_, calls, status, says) => {
    const judged = item(report({ stages: ['enforce'] }, undefined, calls), 'no-direct-calls');
    expect({ status: judged.status, says: judged.evidence.map((one) => one.says) }).toEqual({ status, says: [says] });
  });

  test('are no breach where egress only observes', () => {
    const judged = report({ stages: ['observe'] }, undefined, log(2, 48));
    expect(item(judged, 'no-direct-calls').status).toBe('observed');
    expect(judged.findings).toEqual([]);
  });
});
