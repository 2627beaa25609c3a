/** A PromQL expression, without what does not matter to a check: parentheses, offsets, comments. */
export type Expression =
  | Selector
  | Call
  | Aggregation
  | Binary
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string };

/** `metric{label="value"}`, with `[5m]` a range of it. */
export interface Selector {
  readonly kind: 'selector';
  /** Undefined where no metric is named. */
  readonly metric: string | undefined;
  readonly matchers: readonly Matcher[];
  /** Seconds; undefined for an instant. */
  readonly range: number | undefined;
  /** True where the past is looked at. */
  readonly offset: boolean;
}

export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expression[];
  /** Seconds, where the argument is a subquery. */
  readonly subquery: number | undefined;
}

export interface Aggregation {
  readonly kind: 'aggregation';
  readonly operator: string;
  readonly grouping: { readonly mode: 'by' | 'without'; readonly labels: readonly string[] };
  readonly args: readonly Expression[];
}

export interface Binary {
  readonly kind: 'binary';
  /** `+`, `>`, `unless`. */
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
  readonly matching: Matching | undefined;
}

export interface Matching {
  readonly mode: 'on' | 'ignoring';
  readonly labels: readonly string[];
  /** The side with more series, and what it takes over from the other. */
  readonly group: { readonly side: 'left' | 'right'; readonly include: readonly string[] } | undefined;
}

/** Every selector in an expression. */
export function selectorsOf(expression: Expression): readonly Selector[] {
  if (expression.kind === 'selector') return [expression];
  return childrenOf(expression).flatMap(selectorsOf);
}

export function childrenOf(expression: Expression): readonly Expression[] {
  if (expression.kind === 'call' || expression.kind === 'aggregation') return expression.args;
  return expression.kind === 'binary' ? [expression.left, expression.right] : [];
}
