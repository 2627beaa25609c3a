import { FindingsError } from '../../finding';
import { withRendering } from '../../program/rendering';
import type { Subject } from '../subject';

/** The file that every run writes beside the manifests. */
const FILE = /(^|\/)RUNBOOK\.md$/;

/**
 * The runbook that a program writes for an environment: the same text as RUNBOOK.md beside its manifests.
 * @throws FindingsError if it cannot be rendered, or writes none
 */
export function rolloutRunbook({ environment, program }: Subject): string {
  return withRendering(program, environment, ({ documents }) => {
    const texts = [...documents].filter(([file]) => FILE.test(file)).map(([, text]) => text);
    if (texts.length > 0) return texts.join('\n');
    throw new FindingsError([
      {
        rule: 'no-runbook',
        severity: 'error',
        where: { file: environment.file },
        message: `the program '${program.name}' writes no RUNBOOK.md for this environment`,
        fix: 'use the Portarium stack, or write one as a ManifestDocument',
      },
    ]);
  });
}
