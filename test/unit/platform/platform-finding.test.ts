import type { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { Component, type ComponentProps } from '../../../lib/platform/component';
import type { Platform } from '../../../lib/platform/platform';
import { Workspace } from '../../../lib/platform/workspace';
import { findings, platform, rules } from './build';

function component(root: Platform, id: string, selector: Record<string, string>, over: Partial<ComponentProps> = {}) {
  return new Component(root, id, { title: id, namespace: 'x', selector, ...over });
}

describe('components whose policies select the same pods', () => {
  test.each<readonly [string, (root: Platform) => void, readonly string[]]>([
    [
      'by the same labels',
      (root) => {
        component(root, 'a', { app: 'x' });
        component(root, 'b', { app: 'x' });
      },
      ['b'],
    ],
    [
      'by fewer labels than the other',
      (root) => {
        component(root, 'wide', { app: 'x' });
        component(root, 'narrow', { app: 'x', tier: 'y' });
      },
      ['narrow'],
    ],
    [
      'by a label that the pods carry besides',
      (root) => {
        component(root, 'a', { app: 'x' }, { podLabels: { team: 'y' } });
        component(root, 'b', { team: 'y' });
      },
      ['a'],
    ],
    [
      'each by what the other carries besides',
      (root) => {
        component(root, 'a', { app: 'x' }, { podLabels: { team: 'y' } });
        component(root, 'b', { team: 'y' }, { podLabels: { app: 'x' } });
      },
      ['a', 'b'],
    ],
    [
      'by the component label alone, beside workspaces that share the namespace',
      (root) => {
        new Workspace(root, 'ws', { isolation: 'label', namespace: 'x' });
        component(root, 'a', { 'app.kubernetes.io/component': 'agent' });
      },
      ['ws/agents'],
    ],
  ])('%s are found', (_, build, found) => {
    const root = platform();
    build(root);
    expect(rules(root)).toEqual(found.map((path) => `error overlapping-components platform0/${path}`));
  });

  test.each<readonly [string, (root: Platform) => void]>([
    [
      'other values',
      (root) => {
        component(root, 'a', { app: 'x' });
        component(root, 'b', { app: 'y' });
      },
    ],
    [
      'a label that the pods do not carry, be its value empty',
      (root) => {
        component(root, 'a', { app: 'x' });
        component(root, 'b', { app: 'x', debug: '' }, { namespace: 'y' });
        component(root, 'c', { debug: '' });
        component(root, 'd', { debug: 'undefined' });
      },
    ],
    [
      'a key that every JavaScript object seems to have',
      (root) => {
        component(root, 'a', { app: 'x' });
        component(root, 'b', { constructor: 'x' });
      },
    ],
    [
      'another namespace',
      (root) => {
        component(root, 'a', { app: 'x' });
        component(root, 'b', { app: 'x' }, { namespace: 'y' });
      },
    ],
    [
      'one that others manage',
      (root) => {
        component(root, 'a', { app: 'x' }, { namespace: 'y', manageNamespace: false });
        component(root, 'b', { app: 'x' }, { namespace: 'y', managed: false });
      },
    ],
  ])('%s: no overlap', (_, build) => {
    const root = platform();
    build(root);
    expect(rules(root)).toEqual([]);
  });

  test('name both, where they stand, and what follows', () => {
    const root = platform();
    component(root, 'a', { app: 'x' });
    component(root, 'b', { app: 'x' });
    expect(findings(root)).toEqual([
      {
        rule: 'overlapping-components',
        severity: 'error',
        where: { construct: 'platform0/b' },
        message: "the pods of 'b' are also selected by 'a' (platform0/a), so they may do what either policy allows",
        fix: 'give the two components labels that tell them apart, or make them one component',
      },
    ]);
  });

  test('are named once where they belong to two platforms of one app', () => {
    const first = platform();
    const second = platform({ directory: 'second' }, first.node.root as App);
    component(first, 'a', { app: 'x' }, { manageNamespace: false });
    component(second, 'b', { app: 'x' }, { manageNamespace: false, policyName: 'other' });
    component(second, 'c', { app: 'y' }, { manageNamespace: false });
    const elsewhere = platform();
    component(elsewhere, 'd', { app: 'x' }, { manageNamespace: false });
    expect(findings(first).map(({ where, message }) => ({ where, message }))).toEqual([
      {
        where: { construct: 'platform1/b' },
        message: "the pods of 'b' are also selected by 'a' (platform0/a), so they may do what either policy allows",
      },
    ]);
    expect(findings(elsewhere)).toEqual([]);
  });

  test('are a warning where policies are rendered as somebody wrote them', () => {
    const root = platform({ directions: ['Egress'] });
    component(root, 'a', { app: 'x' });
    component(root, 'b', { app: 'x' });
    expect(rules(root)).toEqual(['warning egress-only platform0', 'warning overlapping-components platform0/b']);
  });

  test('are one finding each, however many there are', () => {
    const root = platform();
    for (let index = 0; index < 3000; index++) component(root, `c${index}`, { app: 'same' });
    expect(findings(root)).toHaveLength(2999);
  });
});
