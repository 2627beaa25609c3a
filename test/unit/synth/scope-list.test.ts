import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { trimScopes } from '../../../lib/synth/scope-list';

test('a construct and those below it keep their scopes', () => {
  const app = new App();
  const chart = new Chart(app, 'chart');
  const parent = new Construct(chart, 'parent');
  trimScopes(parent);
  const child = new Construct(parent, 'child');
  trimScopes(child);
  expect(parent.node.scopes).toEqual([app, chart, parent]);
  expect(child.node.scopes).toEqual([app, chart, parent, child]);
  expect([child.node.root, child.node.path]).toEqual([app, 'chart/parent/child']);
});
