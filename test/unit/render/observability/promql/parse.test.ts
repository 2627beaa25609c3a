import { describe, expect, test } from 'vitest';
import { selectorsOf } from '../../../../../lib/render/observability/promql/expression';
import { parseExpression } from '../../../../../lib/render/observability/promql/parse';

function read(text: string) {
  const parsed = parseExpression(text);
  if ('problem' in parsed) throw new Error(parsed.problem.message);
  return parsed;
}

describe('selectors', () => {
  test.each([
    ['up', { metric: 'up', matchers: [], range: undefined, offset: false }],
    ['up[1h30m]', { metric: 'up', range: 5400 }],
    ['(up offset 5m)', { metric: 'up', offset: true }],
    ['up[5m] offset 1h', { metric: 'up', range: 300, offset: true }],
    ['{__name__="up",job="a"}', { metric: 'up', matchers: [{ label: 'job', operator: '=', value: 'a' }] }],
    ['{"up", "job"!="a"}', { metric: 'up', matchers: [{ label: 'job', operator: '!=', value: 'a' }] }],
    ['{job=~"a|b"}', { metric: undefined, matchers: [{ label: 'job', operator: '=~', value: 'a|b' }] }],
    [
      String.raw`up{a="say \"x\"\n",b='c',d!~${'`\\.`'}}`,
      {
        matchers: [
          { label: 'a', operator: '=', value: 'say "x"\n' },
          { label: 'b', operator: '=', value: 'c' },
          { label: 'd', operator: '!~', value: String.raw`\.` },
        ],
      },
    ],
  ])('%s', (text, selector) => expect(read(text)).toMatchObject({ kind: 'selector', ...selector }));
});

test('an offset is of the selector in front of it', () => {
  const looksBack = (text: string) => selectorsOf(read(text)).map(({ metric, offset }) => [metric, offset]);
  expect(looksBack('a > 0 unless b offset 5m')).toEqual([
    ['a', false],
    ['b', true],
  ]);
  expect(looksBack('a offset 5m or b')).toEqual([
    ['a', true],
    ['b', false],
  ]);
});

test('operators bind as in Prometheus', () => {
  expect(read('a or b and c + d * 2 > 1')).toMatchObject({
    operator: 'or',
    right: { operator: 'and', right: { operator: '>', left: { operator: '+', right: { operator: '*' } } } },
  });
});

test.each([
  ['-1', -1],
  ['1e3', 1000],
  ['5m', 300],
  ['+2', 2],
])('the number %s', (text, value) => expect(read(text)).toEqual({ kind: 'number', value }));

test('calls, aggregations and matching', () => {
  expect(read('max_over_time(timestamp(up)[6h:1m])')).toMatchObject({
    name: 'max_over_time',
    subquery: 21_600,
    args: [{ name: 'timestamp' }],
  });
  expect(read('sum without (a, b) (up)')).toMatchObject({
    operator: 'sum',
    grouping: { mode: 'without', labels: ['a', 'b'] },
  });
  expect(read('sum(up) by (a)')).toMatchObject({ grouping: { mode: 'by', labels: ['a'] } });
  expect(read('topk(5, up)')).toMatchObject({ operator: 'topk', args: [{ value: 5 }, { metric: 'up' }] });
  expect(read('a * ignoring (x) group_right (y, z) b')).toMatchObject({
    matching: { mode: 'ignoring', labels: ['x'], group: { side: 'right', include: ['y', 'z'] } },
  });
  expect(read('a and on () b')).toMatchObject({ matching: { mode: 'on', labels: [], group: undefined } });
});
