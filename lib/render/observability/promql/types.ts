import type { Problem } from '../../../finding';
import { promqlParser } from './parse';

/**
 * What is wrong with the types of an expression (a range where an instant is wanted, a text in a sum), as Prometheus
 * itself would say it.
 */
export function typeProblems(expression: string): readonly Problem[] {
  // Only those who check expressions wait for these.
  const { EditorState } = require('@codemirror/state') as typeof import('@codemirror/state');
  const { Parser } =
    require('@prometheus-io/codemirror-promql/dist/cjs/parser/parser') as typeof import('@prometheus-io/codemirror-promql/dist/cjs/parser/parser');
  const checker = new Parser(EditorState.create({ doc: expression }));
  // An editor parses for some milliseconds and goes on later; on a busy machine the checker would see half a tree.
  Object.assign(checker, { tree: promqlParser().parse(expression) });
  checker.analyze();
  return checker.getDiagnostics().map(({ message, from, to }) => ({
    message: `${message}, at '${expression.slice(from, to).trim()}'`,
    fix: 'correct the expression; promtool check rules says the same',
  }));
}
