import { describe, expect, test } from 'vitest';
import { Component, type ComponentProps } from '../../../lib/platform/component';
import { Workspace } from '../../../lib/platform/workspace';
import { kubernetes } from '../../../lib/render/network/kubernetes';
import { findings, platform, rules } from './build';

const OBSERVING: ComponentProps = { title: 'a', namespace: 'x', selector: { app: 'a' }, stage: 'observe' };

describe('a policy that is held back', () => {
  test('is a warning at its component, and says what to do', () => {
    const root = platform({ dialect: kubernetes() });
    new Component(root, 'a', OBSERVING);
    expect(findings(root)).toEqual([
      {
        rule: 'policy-held-back',
        severity: 'warning',
        where: { construct: 'platform0/a' },
        message:
          "'a' is in the observe stage, which the dialect 'kubernetes' cannot express, so its policy is held back and nothing is enforced",
        fix: "set the stage to 'enforce', or use the cilium dialect to observe first",
      },
    ]);
  });

  test('is none in a dialect that can observe, nor for pods of others', () => {
    const root = platform();
    new Component(root, 'a', OBSERVING);
    new Component(root, 'b', { ...OBSERVING, namespace: 'y', managed: false });
    expect(rules(root)).toEqual([]);
  });

  test('takes the default deny of its workspace along, in one warning', () => {
    const root = platform({ dialect: kubernetes() });
    new Workspace(root, 'ws', { stage: 'observe' });
    expect(rules(root)).toEqual(['warning policy-held-back platform0/ws/agents']);
  });

  test('may be a default deny alone', () => {
    const root = platform({ dialect: kubernetes() });
    root.manageNamespace('x', { stage: 'observe' });
    new Component(root, 'a', { ...OBSERVING, stage: 'enforce' });
    expect(rules(root)).toEqual(['warning policy-held-back platform0/namespace-x']);
  });
});

describe('pods that observe and are denied all the same', () => {
  test.each<readonly [string, Partial<ComponentProps>, boolean]>([
    ['one label of their own', {}, false],
    ['several labels', { selector: { app: 'a', tier: 'b' } }, true],
    ['several labels, in a namespace of others', { selector: { app: 'a', tier: 'b' }, manageNamespace: false }, false],
    ['several labels, managed by others', { selector: { app: 'a', tier: 'b' }, managed: false }, false],
    ['several labels, while they enforce', { selector: { app: 'a', tier: 'b' }, stage: 'enforce' }, false],
  ])('are found: %s', (_, over, found) => {
    const root = platform();
    new Component(root, 'a', { ...OBSERVING, ...over });
    expect(rules(root)).toEqual(found ? ['error observing-denied platform0/a'] : []);
  });

  test('are found where the namespace is claimed later', () => {
    const root = platform();
    new Component(root, 'a', { ...OBSERVING, selector: { app: 'a', tier: 'b' }, manageNamespace: false });
    root.manageNamespace('x');
    expect(rules(root)).toEqual(['error observing-denied platform0/a']);
  });

  test('are not, where the whole namespace observes', () => {
    const root = platform();
    root.manageNamespace('x', { stage: 'observe' });
    new Component(root, 'a', { ...OBSERVING, selector: { app: 'a', tier: 'b' } });
    expect(rules(root)).toEqual([]);
  });

  test('are not, where the whole workspace observes', () => {
    const root = platform({ sharedNamespace: 'x' });
    new Workspace(root, 'ws', { isolation: 'label', stage: 'observe' }).addExecutionPlane('none');
    expect(rules(root)).toEqual([]);
  });
});
