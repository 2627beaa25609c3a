import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Analysis } from '../analysis/analysis';
import { type AnalysisDialect, parseDialect } from '../analysis/dialect';
import { STDIN } from '../analysis/load/find-files';
import { loadManifests } from '../analysis/load/load';
import type { Manifests } from '../analysis/load/manifests';
import { FindingsError, hasErrors, InvalidValueError, printable } from '../finding';
import { EXIT } from './exit-code';
import { printFindings } from './print-finding';
import { withProgress } from './progress';

/** What the commands that read manifests say about their arguments. */
export const PATHS = 'directories, files, globs in quotes, or - for standard input';

/**
 * Reads manifests. Those that are malformed are findings, and the rest is there all the same.
 * @throws FindingsError if a path leads nowhere, since an answer without it would be about something else
 */
export function readManifests(paths: readonly string[], command: Command): Manifests {
  const manifests = withProgress('reading', 'files', (onProgress) => loadManifests(paths, { onProgress }));
  if (manifests.findings.some(({ rule }) => rule === 'file-unreadable')) throw new FindingsError(manifests.findings);
  if (isEmpty(manifests) && !hasErrors(manifests.findings)) {
    command.error(
      `error: there are no manifests in ${pathsText(paths)}; name what holds Kubernetes objects as YAML or JSON`,
    );
  }
  return manifests;
}

/** Reads manifests to answer a question about them: there have to be some. */
export function readForAnswer(paths: readonly string[], command: Command): Manifests {
  const manifests = readManifests(paths, command);
  if (isEmpty(manifests)) {
    printFindings(manifests.findings, '--format json');
    command.error(`error: nothing in ${pathsText(paths)} could be read`);
  }
  noteImagined(manifests, paths);
  return manifests;
}

/** Where manifests hold no workloads, the reader has to know that those of the answer are imagined. */
export function noteImagined({ workloads }: Manifests, paths: readonly string[]): void {
  if (workloads.length > 0) return;
  const note = 'no workloads, so pods are imagined that its policies may mean ([Representative])';
  process.stderr.write(`note: ${pathsText(paths)} holds ${note}\n`);
}

function isEmpty({ objects, workloads }: Manifests): boolean {
  return objects === 0 && workloads.length === 0;
}

function pathsText(paths: readonly string[]): string {
  return paths.map((path) => (path === STDIN ? 'standard input' : printable(path))).join(', ');
}

/** Prints what could not be read or evaluated, and makes the run fail for it. */
export function reportFindings({ findings }: { readonly findings: Analysis['findings'] }): void {
  const distinct = [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
  printFindings(distinct, '--format json');
  if (hasErrors(distinct)) raiseExitCode(EXIT.findings);
}

/** Sets the exit code, unless something that matters more has set it. */
export function raiseExitCode(code: number): void {
  if (process.exitCode === undefined || Number(process.exitCode) < code) process.exitCode = code;
}

/** Runs what a command does, and makes of a value that cannot be an error of usage. */
export async function asUsage(command: Command, action: () => void | Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    command.error(`error: ${error.message}`);
  }
}

/** An option whose text becomes a value by a function that throws InvalidValueError. */
export function parsedOption<Value>(flags: string, description: string, parse: (text: string) => Value): Option {
  return new Option(flags, description).argParser((text: string) => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof InvalidValueError) throw new InvalidArgumentError(error.message);
      throw error;
    }
  });
}

export function dialectOption(): Option {
  const description = 'what enforces the policies: kubernetes, cilium-1.19, … (default: as the manifests say)';
  return parsedOption('--dialect <dialect>', description, parseDialect);
}

export function formatOption(formats: readonly string[]): Option {
  return new Option('--format <format>', 'what to print').choices([...formats]).default('text');
}

/** Options of an analysis without those that are not given. */
export function analysisOptions(dialect: AnalysisDialect | undefined): { readonly dialect?: AnalysisDialect } {
  return dialect === undefined ? {} : { dialect };
}
