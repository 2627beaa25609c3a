import type { Problem } from '../../../finding';
import { durationSeconds } from '../duration';
import type { Expression, Matcher, Matching, Selector } from './expression';

/** Of @lezer/lr, as CommonJS sees it. */
type LRParser = Parameters<typeof import('@codemirror/language')['LRLanguage']['define']>[0]['parser'];
type Tree = ReturnType<LRParser['parse']>;
type Node = Tree['topNode'];

/** The parser of PromQL, which only those load who check expressions. */
export function promqlParser(): LRParser {
  return (require('@prometheus-io/lezer-promql') as { parser: LRParser }).parser;
}

/** Reads an expression; what cannot be read is a problem with its place in the text. */
export function parseExpression(text: string): Expression | { readonly problem: Problem } {
  const tree = promqlParser().parse(text);
  const wrong = firstError(tree);
  const [root] = children(tree.topNode);
  if (wrong === undefined && root !== undefined) return new Reader(text).read(root);
  const at = wrong ?? 0;
  const rest = text.slice(at).trim();
  const message = rest === '' ? 'the expression ends too early' : `the expression is not PromQL from '${rest}' on`;
  return { problem: { message, fix: 'complete or correct it; promtool check rules says the same' } };
}

function firstError(tree: Tree): number | undefined {
  let at: number | undefined;
  tree.iterate({
    enter: (node) => {
      if (node.type.isError) at ??= node.from;
    },
  });
  return at;
}

/** Child nodes without comments. */
function children(node: Node): readonly Node[] {
  const list: Node[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'LineComment') list.push(child);
  }
  return list;
}

class Reader {
  constructor(private readonly text: string) {}

  read(node: Node): Expression {
    const [first, second] = children(node) as [Node, Node | undefined];
    switch (node.name) {
      case 'ParenExpr':
      case 'StepInvariantExpr':
        return this.read(first);
      case 'UnaryExpr':
        return this.of(first) === '-' ? negative(this.read(second as Node)) : this.read(second as Node);
      case 'OffsetExpr':
        return past(this.read(first));
      case 'VectorSelector':
        return this.selector(node, undefined);
      case 'MatrixSelector':
        return this.selector(first, this.seconds(second));
      case 'SubqueryExpr':
        // Its range belongs to the call around it.
        return this.read(first);
      case 'FunctionCall':
        return this.call(node);
      case 'AggregateExpr':
        return this.aggregation(node);
      case 'BinaryExpr':
        return this.binary(node);
      case 'StringLiteral':
        return { kind: 'string', value: this.string(node) };
      default:
        return { kind: 'number', value: this.number(node) };
    }
  }

  private selector(node: Node, range: number | undefined): Selector {
    const [first, ...rest] = children(node);
    const list = [...(first?.name === 'LabelMatchers' ? [first] : []), ...rest].flatMap(children);
    const named = first?.name === 'Identifier' ? this.of(first) : undefined;
    const quoted = list.find(({ name }) => name === 'QuotedLabelName');
    const matchers = list.filter(({ name }) => name !== 'QuotedLabelName').map((matcher) => this.matcher(matcher));
    const byName = matchers.find(({ label, operator }) => label === '__name__' && operator === '=');
    const metric = named ?? (quoted === undefined ? byName?.value : this.string(quoted));
    return { kind: 'selector', metric, matchers: matchers.filter((one) => one !== byName), range, offset: false };
  }

  private matcher(node: Node): Matcher {
    const [label, operator, value] = children(node) as [Node, Node, Node];
    return {
      label: label.name === 'LabelName' ? this.of(label) : this.string(label),
      operator: this.of(operator) as Matcher['operator'],
      value: this.string(value),
    };
  }

  private call(node: Node): Expression {
    const [name, body] = children(node) as [Node, Node];
    const args = children(body);
    const subquery = args.find((arg) => arg.name === 'SubqueryExpr');
    return {
      kind: 'call',
      name: this.of(name),
      args: args.map((arg) => this.read(arg)),
      subquery: subquery === undefined ? undefined : this.seconds(children(subquery)[1]),
    };
  }

  private aggregation(node: Node): Expression {
    const parts = children(node);
    const part = (name: string) => parts.find((one) => one.name === name);
    const modifier = part('AggregateModifier');
    const [mode, labels] = modifier === undefined ? [] : children(modifier);
    return {
      kind: 'aggregation',
      operator: this.of(part('AggregateOp') as Node),
      grouping: { mode: mode?.name === 'Without' ? 'without' : 'by', labels: this.labels(labels) },
      args: children(part('FunctionCallBody') as Node).map((arg) => this.read(arg)),
    };
  }

  private binary(node: Node): Expression {
    const parts = children(node);
    const clause = parts.find(({ name }) => name === 'MatchingModifierClause');
    return {
      kind: 'binary',
      operator: this.of(parts[1] as Node).toLowerCase(),
      left: this.read(parts[0] as Node),
      right: this.read(parts.at(-1) as Node),
      matching: clause === undefined ? undefined : this.matching(clause),
    };
  }

  private matching(clause: Node): Matching {
    const [mode, labels, group, include] = children(clause);
    return {
      mode: mode?.name === 'On' ? 'on' : 'ignoring',
      labels: this.labels(labels),
      group:
        group === undefined
          ? undefined
          : { side: group.name === 'GroupLeft' ? 'left' : 'right', include: this.labels(include) },
    };
  }

  private labels(list: Node | undefined): readonly string[] {
    if (list === undefined) return [];
    return children(list).map((label) => (label.name === 'LabelName' ? this.of(label) : this.string(label)));
  }

  private number(node: Node): number {
    const text = this.of(node);
    return durationSeconds(text) ?? Number(text);
  }

  private seconds(node: Node | undefined): number | undefined {
    return node === undefined ? undefined : durationSeconds(this.of(node));
  }

  private string(node: Node): string {
    const text = this.of(node);
    if (text.startsWith('`')) return text.slice(1, -1);
    const body = text.slice(1, -1);
    // PromQL follows Go; of its escapes only these stand in label values that people write.
    return body.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  }

  private of(node: Node): string {
    return this.text.slice(node.from, node.to);
  }
}

function negative(expression: Expression): Expression {
  return expression.kind === 'number' ? { kind: 'number', value: -expression.value } : expression;
}

/**
 * The expression in the past, as `offset` makes it. Prometheus binds it to the selector in front of it, the grammar to
 * all that is in front of it.
 */
function past(expression: Expression): Expression {
  if (expression.kind === 'binary') return { ...expression, right: past(expression.right) };
  return expression.kind === 'selector' ? { ...expression, offset: true } : expression;
}
