import { App, Chart } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { expect, test } from 'vitest';
import { isInside, nearest } from '../../../lib/synth/nearest';

const root = new App();
const outer = new Chart(root, 'outer');
const inner = new Chart(outer, 'inner');
const leaf = new Construct(inner, 'leaf');
const isChart = (scope: IConstruct): scope is Chart => Chart.isChart(scope);

test('the nearest one is found, also if it is the construct itself', () => {
  expect(nearest(leaf, isChart)).toBe(inner);
  expect(nearest(outer, isChart)).toBe(outer);
  expect(nearest(root, isChart)).toBeUndefined();
});

test('a construct is inside itself and whatever is above it', () => {
  expect([leaf, inner, outer, root].map((scope) => isInside(leaf, scope))).toEqual([true, true, true, true]);
  expect(isInside(outer, inner)).toBe(false);
});
