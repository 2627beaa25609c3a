import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareLock } from '../../../../lib/governance/lock/compare-lock';
import { gains } from '../../../../lib/governance/lock/covers';
import type { LockEntry } from '../../../../lib/governance/lock/entry';
import { parseLine } from '../../../../lib/governance/lock/parse-line';
import { lockEntry } from './arbitrary';

const S = 'prod/shop';

function entry(line: string): LockEntry {
  const parsed = parseLine(`${S} ${line}`);
  if (parsed === undefined) throw new Error(line);
  return parsed;
}

/** What comparing what is allowed now with what was approved finds, as `kind: gains`. */
function compared(approved: readonly string[], now: readonly string[]): readonly string[] {
  return compareLock(
    now.map((line) => ({ entry: entry(line), cause: { construct: 'shop' } })),
    approved.map((line, index) => ({ entry: entry(line), line: index + 1, above: [] })),
  ).map((drift) => (drift.kind === 'widened' ? `widened: ${drift.gains.join(', ')}` : drift.kind));
}

describe('one line for another', () => {
  test.each<[string, string, string]>([
    ['w -> host a.x.com tcp/443', 'w -> host **.x.com tcp/443', 'further hosts'],
    ['w -> host a.x.com tcp/443', 'w -> host *.x.com tcp/443', 'further hosts'],
    ['w -> host *.x.com tcp/443', 'w -> host **.x.com tcp/443', 'further hosts'],
    ['w -> host *.a.x.com tcp/443', 'w -> host **.x.com tcp/443', 'further hosts'],
    ['w -> host a.x.com tcp/443', 'w -> internet tcp/443', 'further hosts'],
    ['w -> cidr 203.0.113.7/32 tcp/443', 'w -> cidr 203.0.113.0/24 tcp/443', 'further addresses'],
    ['w -> cidr 203.0.113.0/24 tcp/443', 'w -> internet tcp/443', 'further addresses'],
    ['w -> cidr 203.0.113.0/24 except=203.0.113.8/32 tcp/1', 'w -> cidr 203.0.113.0/24 tcp/1', 'further addresses'],
    ['w -> db tcp/8000-8010', 'w -> db tcp/8000-8020', 'further ports'],
    ['w -> db tcp/8000', 'w -> db tcp/7999-8000', 'further ports'],
    ['w -> db tcp/1 authenticated', 'w -> db tcp/1', 'authentication is not asked for any more'],
    ['w -> db tcp/1 requests=["http GET /a"]', 'w -> db tcp/1', 'requests are not looked at any more'],
    ['w -> db tcp/1 requests=["a"]', 'w -> db tcp/1 requests=["a","b"]', 'further requests'],
    ['pods w = shop app=w tier=x', 'pods w = shop app=w', 'further pods'],
    ['pods w = shop app=w', 'pods w = bank app=w', 'further pods'],
    ['identity spiffe://td/w = shop sa=w app=w', 'identity spiffe://td/w = shop sa=w', 'further pods'],
    ['identity spiffe://td/w = shop sa=w app=w', 'identity spiffe://td/w = shop sa=default app=w', 'further pods'],
    ['grant w/agent task pay with=a:b', 'grant w/agent task pay with=a:b,c:d', 'further capabilities'],
    ['trust registry ghcr.io/a/', 'trust registry ghcr.io/', 'further images'],
    ['trust image-base ghcr.io/a/', 'trust image-base ghcr.io/', 'further images'],
    [
      'w -> host a.x.com tcp/443 authenticated',
      'w -> host **.x.com tcp/443',
      'further hosts, authentication is not asked for any more',
    ],
  ])('%s, now %s', (approved, now, what) => {
    expect(compared([approved], [now])).toEqual([`widened: ${what}`]);
  });

  test.each<[string, string]>([
    ['w -> host **.x.com tcp/443', 'w -> host a.b.x.com tcp/443'],
    ['w -> host **.x.com tcp/443', 'w -> host **.a.x.com tcp/443'],
    ['w -> internet tcp/443', 'w -> host a.x.com tcp/443'],
    ['w -> internet tcp/443', 'w -> cidr 203.0.113.0/24 tcp/443'],
    ['w -> cidr 203.0.113.0/24 tcp/443', 'w -> cidr 203.0.113.0/24 except=203.0.113.8/32 tcp/443'],
    ['w -> db tcp/8000-8010', 'w -> db tcp/8001'],
    ['w -> db tcp/1', 'w -> db tcp/1 authenticated'],
    ['w -> db tcp/1', 'w -> db tcp/1 requests=["http GET /a"]'],
    ['pods w = shop app=w', 'pods w = shop app=w tier=x'],
    ['grant w/agent task pay with=a:b', 'grant w/agent task pay'],
    ['trust registry ghcr.io/', 'trust registry ghcr.io/a/'],
  ])('%s, narrowed to %s', (approved, now) => {
    expect(compared([approved], [now])).toEqual(['narrowed']);
  });

  test.each<[string, string]>([
    ['w -> host a.x.com tcp/443', 'w -> host a.y.com tcp/443'],
    ['w -> host *.x.com tcp/443', 'w -> host a.b.x.com tcp/443'],
    ['w -> host *.x.com tcp/443', 'w -> host x.com tcp/443'],
    ['w -> cidr 203.0.113.0/24 tcp/443', 'w -> cidr 198.51.100.0/24 tcp/443'],
    ['w -> host a.x.com tcp/443', 'w -> host a.x.com tcp/444'],
    ['w -> host a.x.com tcp/443', 'w -> host a.x.com udp/443'],
    ['w -> host a.x.com tcp/443', 'v -> host a.x.com tcp/443'],
    ['tool ws a:read', 'tool ws a:write'],
    ['exemption observe a', 'exemption observe b'],
    ['grant w/agent vault a', 'grant w/agent vault b'],
    ['grant w/agent vault a', 'grant w/agent read a'],
    ['grant w/agent message a', 'grant v/agent message a'],
    ['trust deployer ci/deploy', 'trust deployer ci/deployer'],
    ['trust registry ghcr.io/a/', 'trust registry ghcr.io/b/'],
  ])('%s is about something else than %s', (approved, now) => {
    expect(compared([approved], [now])).toEqual(['added', 'removed']);
  });
});

test('something wider beside what stays is a widening, and something narrower is covered', () => {
  expect(compared(['w -> host a.x.com tcp/443'], ['w -> host a.x.com tcp/443', 'w -> host *.x.com tcp/443'])).toEqual([
    'widened: further hosts',
  ]);
  expect(compared(['w -> host *.x.com tcp/443'], ['w -> host a.x.com tcp/443', 'w -> host *.x.com tcp/443'])).toEqual([
    'narrowed',
  ]);
});

test('the dangerous comes first', () => {
  const approved = ['tool w a:b', 'w -> db tcp/2-9', 'w -> host a.x.com tcp/443'];
  const now = ['w -> db tcp/5', 'w -> host **.x.com tcp/443', 'tool w c:d'];
  expect(compared(approved, now)).toEqual(['widened: further hosts', 'added', 'narrowed', 'removed']);
});

describe('laws', () => {
  test('nothing is wider than itself, and of two that differ at most one holds the other', () => {
    fc.assert(
      fc.property(lockEntry, lockEntry, (one, other) => {
        expect(gains(one, one)).toEqual([]);
        const there = gains(one, other);
        const back = gains(other, one);
        expect(there === undefined).toBe(back === undefined);
        const same = JSON.stringify(one) === JSON.stringify(other);
        if (!same && there?.length === 0 && one.kind === 'edge') expect(back).not.toEqual([]);
      }),
    );
  });

  test('a lock that says the same approves everything, in whatever order', () => {
    fc.assert(
      fc.property(fc.array(lockEntry, { maxLength: 8 }), (entries) => {
        const now = entries.map((one) => ({ entry: one, cause: { construct: '' } }));
        const locked = [...entries].reverse().map((one, line) => ({ entry: one, line, above: [] }));
        expect(compareLock(now, locked)).toEqual([]);
      }),
    );
  });
});
