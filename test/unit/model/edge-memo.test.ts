import { expect, test, vi } from 'vitest';
import type { Edge, EdgeEnd } from '../../../lib/model/edge';
import { EdgeMemo } from '../../../lib/model/edge-memo';
import { Peer } from '../../../lib/model/peer';
import { Port } from '../../../lib/model/port';

const end: EdgeEnd = { peer: Peer.namespace('vault'), title: 'vault', managed: false };
const about: Pick<Edge, 'ports' | 'purpose' | 'l7' | 'authentication'> = {
  ports: Object.freeze([Port.tcp(8200)]),
  purpose: 'secrets',
};

function memo() {
  const compute = vi.fn((told: typeof about, to: EdgeEnd, isKept: boolean) => ({ told, to, isKept }));
  return { compute, values: new EdgeMemo(compute) };
}

test('what is said of an end again is computed once', () => {
  const { compute, values } = memo();
  const first = values.get(about, end);
  expect(values.get({ ...about }, end)).toBe(first);
  expect(compute).toHaveBeenCalledOnce();
  expect(first.isKept).toBe(true);
});

test.each<[string, Partial<typeof about>]>([
  ['other ports', { ports: [Port.tcp(443)] }],
  ['another purpose', { purpose: 'keys' }],
  ['authentication', { authentication: 'required' }],
])('%s are another value', (_, other) => {
  const { values } = memo();
  const first = values.get(about, end);
  const told = { ...about, ...other };
  expect(values.get(told, end)).toEqual({ told, to: end, isKept: true });
  expect(values.get(about, end)).toBe(first);
});

test('a memo that ignores purposes has one value for all of them', () => {
  const values = new EdgeMemo((told: typeof about) => told.purpose, { ignoresPurpose: true });
  expect([about, { ...about, purpose: 'keys' }].map((told) => values.get(told, end))).toEqual(['secrets', 'secrets']);
});

test('another end is another value', () => {
  const { values } = memo();
  values.get(about, end);
  const other = { ...end };
  expect(values.get(about, other).to).toBe(other);
});

test('edges with requests are computed each time', () => {
  const { compute, values } = memo();
  const told = { ...about, l7: { http: [{ method: 'GET' }] } };
  expect(values.get(told, end)).toEqual({ told, to: end, isKept: false });
  values.get(told, end);
  expect(compute).toHaveBeenCalledTimes(2);
});

test('more than it remembers is computed all the same', () => {
  const { values } = memo();
  for (let count = 0; count < 2000; count++) {
    const told = { ...about, purpose: `${count}` };
    expect(values.get(told, end).told.purpose).toBe(`${count}`);
    expect(values.get(about, { ...end, title: `${count}` }).to.title).toBe(`${count}`);
  }
});
