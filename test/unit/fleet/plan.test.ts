import { describe, expect, test } from 'vitest';
import type { FleetCluster } from '../../../lib/fleet/cluster';
import { movesBetween, nextCluster } from '../../../lib/fleet/plan';
import { clusters, vaultFleet, workspaces } from './support';

const [EU, US] = ['eu', 'us'].map((name) => ({ ...(clusters(name)[0] as FleetCluster), labels: { region: name } })) as [
  FleetCluster & { labels: { region: string } },
  FleetCluster & { labels: { region: string } },
];

describe('when the next cluster is due', () => {
  test.each([
    ['a tenth left', 10, undefined, { workspaces: 100, free: 10, due: false }],
    ['less than a tenth left', 9, undefined, { workspaces: 100, free: 9, due: true }],
    ['half a year', 60, { workspacesPerMonth: 10 }, { workspaces: 100, free: 60, months: 6, due: false }],
    [
      'a month, which is what it takes',
      10,
      { workspacesPerMonth: 10 },
      { workspaces: 100, free: 10, months: 1, due: true },
    ],
    [
      'two months of three',
      20,
      { workspacesPerMonth: 10, leadMonths: 3 },
      { workspaces: 100, free: 20, months: 2, due: true },
    ],
    ['no growth', 0, { workspacesPerMonth: 0 }, { workspaces: 100, free: 0, due: false }],
  ])('%s', (_, free, growth, expected) => {
    expect(nextCluster([EU], new Map([['eu', free]]), workspaces(100), growth)).toEqual(expected);
  });

  test('the kind of workspace with the least room counts', () => {
    const list = [
      ...workspaces(50).map((workspace) => ({ ...workspace, where: { region: 'eu' } })),
      ...workspaces(50, 50),
      { id: 'declared', cluster: 'eu' },
    ];
    const free = new Map([
      ['eu', 2],
      ['us', 500],
    ]);
    expect(nextCluster([EU, US], free, list, undefined)).toEqual({
      workspaces: 101,
      free: 2,
      where: { region: 'eu' },
      due: true,
    });
  });

  test('nothing that is bounded is never due', () => {
    const free = new Map([['eu', Number.POSITIVE_INFINITY]]);
    expect(nextCluster([EU], free, workspaces(3), { workspacesPerMonth: 5 })).toEqual({ workspaces: 3, due: false });
  });

  test('a plan says it', () => {
    const { plan, findings } = vaultFleet({
      clusters: clusters('a'),
      workspaces: workspaces(6),
      limits: { policyMapEntries: 10 },
      growth: { workspacesPerMonth: 4 },
    }).plan();
    expect(plan.next).toEqual({ workspaces: 6, free: 2, months: 0.5, due: true });
    expect(findings.map(({ message }) => message)).toEqual([
      'the next cluster is due: 2 more workspaces fit, in 0.5 months',
    ]);
  });
});

test('moves are what two plans have in different places', () => {
  const cluster = (name: string, ...ids: string[]) => ({ name, workspaces: ids }) as never;
  const before = { clusters: [cluster('a', 'one', 'two'), cluster('b', 'gone')] };
  const after = { clusters: [cluster('a', 'two'), cluster('b', 'one', 'added')] };
  expect(movesBetween(before, after)).toEqual([
    { workspace: 'added', to: 'b' },
    { workspace: 'gone', from: 'b' },
    { workspace: 'one', from: 'a', to: 'b' },
  ]);
  expect(movesBetween(after, after)).toEqual([]);
});

test('a move in two steps shows both', () => {
  const cluster = (name: string, ...ids: string[]) => ({ name, workspaces: ids }) as never;
  const before = { clusters: [cluster('a', 'one'), cluster('b')] };
  const moving = { clusters: [cluster('a', 'one'), cluster('b', 'one')] };
  const after = { clusters: [cluster('a'), cluster('b', 'one')] };
  expect(movesBetween(before, moving)).toEqual([{ workspace: 'one', from: 'a', to: 'a, b' }]);
  expect(movesBetween(moving, after)).toEqual([{ workspace: 'one', from: 'a, b', to: 'b' }]);
});
