import { printable, type Severity } from '../../finding';
import { type FindingsReport, fileOf, textOf } from './report';

const COMMAND = { error: 'error', warning: 'warning', info: 'notice' } as const satisfies Record<Severity, string>;

/**
 * Annotations of GitHub Actions, one for each finding.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function* githubAnnotations({ findings }: FindingsReport): Generator<string> {
  for (const finding of findings) {
    const { file, line, column } = fileOf(finding);
    const properties = Object.entries({ file, line, col: column, title: finding.rule })
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}=${property(String(value))}`);
    yield `::${COMMAND[finding.severity]} ${properties.join(',')}::${data(textOf(finding))}\n`;
  }
}

/** Line ends would end the command, so that what follows could be another one. */
function data(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line).replaceAll('%', '%25'))
    .join('%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
