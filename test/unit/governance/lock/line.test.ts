import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineOf } from '../../../../lib/governance/lock/line';
import { parseLine } from '../../../../lib/governance/lock/parse-line';
import { lockEntry } from './arbitrary';

describe('a line', () => {
  test('says what its entry says, with or without a comment', () => {
    fc.assert(
      fc.property(lockEntry, fc.string(), (entry, comment) => {
        const line = lineOf(entry);
        expect(parseLine(line)).toEqual(entry);
        expect(parseLine(`${line}  # ${comment.replaceAll(/[\r\n]/g, ' ')}`)).toEqual(entry);
      }),
      { numRuns: 500 },
    );
  });

  test('is that of no other entry', () => {
    fc.assert(
      fc.property(lockEntry, lockEntry, (one, other) => {
        expect(lineOf(one) === lineOf(other)).toBe(JSON.stringify(sorted(one)) === JSON.stringify(sorted(other)));
      }),
    );
  });
});

test.each([
  '',
  'prod',
  'prod/shop',
  'prod web -> db tcp/1',
  'prod/shop web -> db',
  'prod/shop web -> db tcp/0',
  'prod/shop web -> db tcp/70000',
  'prod/shop web -> db tcp/9-8',
  'prod/shop web -> db icmp/8',
  'prod/shop web -> db tcp/1 encrypted',
  'prod/shop web -> db tcp/1 requests=[1]',
  'prod/shop web -> db tcp/1 requests=no',
  'prod/shop web => db tcp/1',
  'prod/shop -> db tcp/1',
  'prod/shop web -> host tcp/1',
  'prod/shop pods web shop app=web',
  'prod/shop pods web = shop app',
  'prod/shop grant w/agent vault',
  'prod/shop grant w/agent sing a',
  'prod/shop grant w/agent toString a',
  'prod/shop grant w/agent task a with=b c',
  'prod/shop trust registry',
  'prod/shop trust moon a',
  'prod/shop tool ws',
  'prod/shop tool ws a:b c',
  'prod/shop identity spiffe://td/x = shop web',
  'prod/shop exemption rule',
  'prod/shop exemption rule "open',
])('%s is no entry', (line) => {
  expect(parseLine(line)).toBeUndefined();
});

/** Labels in one order. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value)
    .map(([key, inner]) => [key, sorted(inner)])
    .sort(([one], [other]) => ((one as string) < (other as string) ? -1 : 1));
}
