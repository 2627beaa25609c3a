import { describe, expect, test } from 'vitest';
import { Component } from '../../../lib/platform/component';
import { exemptions, exemptLabel } from '../../../lib/platform/exemption';
import { Workspace } from '../../../lib/platform/workspace';
import { platform } from './build';

function observing(root = platform(), selector: Record<string, string> = { app: 'a' }, id = 'a') {
  return new Component(root, id, { title: id, namespace: 'x', selector, stage: 'observe' });
}

describe('the label that leaves pods out of a default deny', () => {
  test.each([
    [{ app: 'a' }, ['app', 'a']],
    [{ app: 'a', tier: 'b' }, undefined],
    [{ app: 'a', 'portcullis.dev/workspace': 'ws' }, undefined],
  ])('of a component by %j is %j', (selector, label) => {
    const root = platform();
    expect(exemptLabel(root, observing(root, selector))).toEqual(label);
  });

  test('is that of a workspace which observes as a whole', () => {
    const root = platform({ sharedNamespace: 'x' });
    const { agents } = new Workspace(root, 'ws', { isolation: 'label', stage: 'observe' });
    expect(exemptLabel(root, agents)).toEqual(['portcullis.dev/workspace', 'ws']);
  });

  test('is not that of a workspace of the same name elsewhere', () => {
    const root = platform();
    new Workspace(root, 'ws', { isolation: 'label', namespace: 'y', stage: 'observe' });
    const stray = observing(root, { app: 'a', 'portcullis.dev/workspace': 'ws' });
    expect(exemptLabel(root, stray)).toBeUndefined();
  });
});

describe('the exemptions of a namespace', () => {
  test('are those of its managed components that observe', () => {
    const root = platform({ sharedNamespace: 'x' });
    observing(root, { app: 'one' }, 'one');
    observing(root, { app: 'two' }, 'two');
    observing(root, { team: 'y' }, 'three');
    new Component(root, 'enforced', { title: 'e', namespace: 'x', selector: { app: 'enforced' } });
    new Component(root, 'others', {
      title: 'o',
      namespace: 'x',
      selector: { app: 'o' },
      stage: 'observe',
      managed: false,
    });
    new Workspace(root, 'ws', { isolation: 'label', stage: 'observe' });
    expect(exemptions(root, 'x')).toEqual([
      { label: 'app', values: ['one', 'two'] },
      { label: 'team', values: ['y'] },
      { label: 'portcullis.dev/workspace', values: ['ws'] },
    ]);
    expect(exemptions(root, 'elsewhere')).toEqual([]);
  });
});
