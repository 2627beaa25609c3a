import type { Catalogue } from '../catalogue/catalogue';
import { labelName } from '../metric';
import type { Aggregation, Binary, Call, Expression, Matching } from './expression';

type Labels = ReadonlySet<string>;

const NONE: Labels = new Set();
/** Functions of numbers alone. */
const WITHOUT_LABELS: readonly string[] = ['vector', 'time', 'scalar', 'pi'];
/** Aggregations that pick series instead of adding them up. */
const PICKING: readonly string[] = ['topk', 'bottomk', 'limitk', 'limit_ratio'];
const SET_OPERATORS: readonly string[] = ['and', 'or', 'unless'];

/**
 * The labels that the result of an expression can carry; undefined where a metric is unknown, so that nobody can tell.
 * @see https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching
 */
export function resultLabels(expression: Expression, catalogue: Catalogue): Labels | undefined {
  switch (expression.kind) {
    case 'selector': {
      const series = expression.metric === undefined ? undefined : catalogue.find(expression.metric);
      return series === undefined ? undefined : new Set(series.labels.map(labelName));
    }
    case 'call':
      return callLabels(expression, catalogue);
    case 'aggregation':
      return aggregationLabels(expression, catalogue);
    case 'binary':
      return binaryLabels(expression, catalogue);
    default:
      return NONE;
  }
}

function callLabels({ name, args }: Call, catalogue: Catalogue): Labels | undefined {
  if (WITHOUT_LABELS.includes(name)) return NONE;
  const vector = args.find(isVector);
  if (vector === undefined) return NONE;
  if (name === 'absent' || name === 'absent_over_time') {
    const matchers = vector.kind === 'selector' ? vector.matchers : [];
    return new Set(matchers.filter(({ operator }) => operator === '=').map(({ label }) => label));
  }
  const labels = resultLabels(vector, catalogue);
  if (labels === undefined) return undefined;
  const target = args[1];
  if ((name === 'label_replace' || name === 'label_join') && target?.kind === 'string') {
    return new Set([...labels, target.value]);
  }
  return name === 'histogram_quantile' ? new Set([...labels].filter((label) => label !== 'le')) : labels;
}

function aggregationLabels({ operator, grouping, args }: Aggregation, catalogue: Catalogue): Labels | undefined {
  const labels = resultLabels(args.at(-1) as Expression, catalogue);
  if (labels === undefined || PICKING.includes(operator)) return labels;
  const kept = grouping.mode === 'by' ? grouping.labels : [...labels].filter((one) => !grouping.labels.includes(one));
  const counted = operator === 'count_values' && args[0]?.kind === 'string' ? [args[0].value] : [];
  return new Set([...kept.filter((label) => labels.has(label)), ...counted]);
}

function binaryLabels({ operator, left, right, matching }: Binary, catalogue: Catalogue): Labels | undefined {
  const [of, to] = [resultLabels(left, catalogue), resultLabels(right, catalogue)];
  if (of === undefined || to === undefined) return undefined;
  if (operator === 'or') return new Set([...of, ...to]);
  if (SET_OPERATORS.includes(operator) || !isVector(right)) return of;
  return isVector(left) ? matched(of, to, matching) : to;
}

/** What stays of the labels of two series that were brought together. */
function matched(left: Labels, right: Labels, matching: Matching | undefined): Labels {
  if (matching?.group !== undefined) {
    const { side, include } = matching.group;
    return new Set([...(side === 'left' ? left : right), ...include]);
  }
  if (matching?.mode === 'on') return new Set(matching.labels);
  return new Set([...left].filter((label) => !matching?.labels.includes(label)));
}

/** True unless the expression is a number or a text whatever is stored. */
export function isVector(expression: Expression): boolean {
  if (expression.kind === 'call') return !['time', 'scalar', 'pi'].includes(expression.name);
  if (expression.kind === 'binary') return isVector(expression.left) || isVector(expression.right);
  return expression.kind === 'selector' || expression.kind === 'aggregation';
}
