import { describe, expect, test } from 'vitest';
import { Component } from '../../../lib/platform/component';
import { Service } from '../../../lib/platform/service';
import { Workspace } from '../../../lib/platform/workspace';
import { findings, platform, rules } from './build';

describe('a namespace that two claim', () => {
  test('for themselves is found at the second workspace', () => {
    const root = platform();
    new Workspace(root, 'one', { namespace: 'shared' });
    new Workspace(root, 'two', { namespace: 'shared' });
    expect(rules(root).filter((rule) => rule.includes('shared-namespace'))).toContain(
      'error shared-namespace platform0/two',
    );
  });

  test('one of them as a whole is found at the other', () => {
    const root = platform();
    new Workspace(root, 'one');
    new Workspace(root, 'two', { isolation: 'label', namespace: 'one' });
    expect(rules(root)).toContain('error shared-namespace platform0/two/agents');
  });

  test('with settings is found, since one would be dropped', () => {
    const root = platform();
    root.manageNamespace('x', { labels: { tier: 'a' } });
    root.manageNamespace('x', { labels: { tier: 'b' } });
    expect(findings(root)).toMatchObject([
      { rule: 'shared-namespace', message: "namespace 'x' is already declared at platform0/namespace-x" },
    ]);
  });

  test('without settings the second time is nothing', () => {
    const root = platform();
    root.manageNamespace('x', { labels: { tier: 'a' } });
    root.manageNamespace('x');
    expect(rules(root)).toEqual([]);
  });
});

describe('a component in the namespace of a workspace', () => {
  test('is found if it is not the workspace’s', () => {
    const root = platform();
    new Workspace(root, 'ws');
    new Service(root, 'intruder', { namespace: 'ws' });
    expect(findings(root)).toMatchObject([
      {
        rule: 'shared-namespace',
        where: { construct: 'platform0/intruder' },
        message: "'intruder' is in namespace 'ws', which workspace 'ws' has to itself",
      },
    ]);
  });

  test.each([
    [
      'belongs to it',
      (_: ReturnType<typeof platform>, ws: Workspace) =>
        new Component(ws, 'x', { title: 'x', namespace: 'ws', selector: { app: 'x' } }),
    ],
    [
      'is managed by others',
      (root: ReturnType<typeof platform>) => new Service(root, 'x', { namespace: 'ws', managed: false }),
    ],
    ['is elsewhere', (root: ReturnType<typeof platform>) => new Service(root, 'x', { namespace: 'other' })],
  ])('is fine if it %s', (_, add) => {
    const root = platform();
    add(root, new Workspace(root, 'ws'));
    expect(rules(root)).toEqual([]);
  });
});

test('workspaces may share a namespace by label', () => {
  const root = platform();
  for (const id of ['one', 'two']) new Workspace(root, id, { isolation: 'label', namespace: 'shared' });
  expect(rules(root)).toEqual([]);
});
