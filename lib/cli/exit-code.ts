import { type Finding, hasErrors } from '../finding';

/** What the process says to its caller. */
export const EXIT = { fine: 0, findings: 1, drift: 2, usage: 3 } as const;

/** Rules about what the caller gave rather than about what the program says. */
const INPUT_RULES = new Set([
  'cluster-unauthorized',
  'cluster-unreachable',
  'environment-directory',
  'file-exists',
  'file-in-the-way',
  'file-unreadable',
  'file-unwritable',
  'kubeconfig',
  'output-directory',
  'program-error',
  'program-module',
  'unknown-environment',
]);

/** 3 if only the input was wrong, 1 if something else was, 0 if nothing was. */
export function exitCodeOf(findings: readonly Finding[]): number {
  if (!hasErrors(findings)) return EXIT.fine;
  const errors = findings.filter((finding) => finding.severity === 'error');
  return errors.every((finding) => INPUT_RULES.has(finding.rule)) ? EXIT.usage : EXIT.findings;
}
