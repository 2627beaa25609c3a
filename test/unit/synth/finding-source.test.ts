import { Testing } from 'cdk8s';
import { Ingress } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { describe, expect, test, vi } from 'vitest';
import type { Finding } from '../../../lib/finding';
import { addFindingSource, findingsOf } from '../../../lib/synth/finding-source';
import { appWithChart } from './support';

const ERROR: Finding = { rule: 'r', severity: 'error', where: { construct: 'chart' }, message: 'bad', fix: 'mend it' };
const WARNING: Finding = { ...ERROR, severity: 'warning', message: 'odd' };

describe('findings of a construct', () => {
  test('are what its source says, warnings included', () => {
    const { chart } = appWithChart();
    addFindingSource(chart, () => [ERROR, WARNING]);
    expect(findingsOf(chart)).toEqual([ERROR, WARNING]);
  });

  test('are asked for each time, once', () => {
    const { chart } = appWithChart();
    const collect = vi.fn(() => [ERROR]);
    addFindingSource(chart, collect);
    findingsOf(chart);
    expect(collect).toHaveBeenCalledTimes(1);
    expect(findingsOf(chart)).toEqual([ERROR]);
  });

  test('without a source are what its cdk8s validations say', () => {
    const { chart } = appWithChart();
    chart.node.addValidation({ validate: () => ['first', 'second'] });
    expect(findingsOf(chart)).toEqual([
      ...['first', 'second'].map((message) => ({
        rule: 'construct-validation',
        severity: 'error',
        where: { construct: 'chart' },
        message,
        fix: 'see the message of the construct',
      })),
    ]);
  });

  test('are both where there are both', () => {
    const { chart } = appWithChart();
    chart.node.addValidation({ validate: () => ['before'] });
    addFindingSource(chart, () => [ERROR]);
    chart.node.addValidation({ validate: () => ['after'] });
    expect(findingsOf(chart).map(({ message }) => message)).toEqual(['bad', 'before', 'after']);
  });

  test('of a construct of cdk8s-plus are findings too', () => {
    const { chart } = appWithChart();
    expect(findingsOf(new Ingress(chart, 'ingress'))).toMatchObject([{ where: { construct: 'chart/ingress' } }]);
  });

  test('of a construct that says nothing are none', () => {
    expect(findingsOf(new Construct(appWithChart().chart, 'x'))).toEqual([]);
  });
});

describe('plain cdk8s', () => {
  test('fails with the errors', () => {
    const { chart } = appWithChart();
    addFindingSource(chart, () => [ERROR, WARNING]);
    expect(() => Testing.synth(chart)).toThrow('[chart] chart: error: bad; mend it (r)');
    expect(chart.node.validate()).toHaveLength(1);
  });

  test('still does after ours has asked, even if a source failed', () => {
    const { chart } = appWithChart();
    let broken = true;
    addFindingSource(chart, () => {
      if (broken) throw new Error('broken');
      return [ERROR];
    });
    expect(() => findingsOf(chart)).toThrow('broken');
    broken = false;
    expect(chart.node.validate()).toHaveLength(1);
  });
});
