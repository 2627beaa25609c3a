import { readdirSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { type Finding, quoted } from '../finding';
import { dnsLabelProblem } from '../model/name';
import { didYouMean } from './did-you-mean';
import { systemReason } from './file-text';

/** The files of an environments folder that were asked for, and what is wrong with the folder. */
export interface EnvironmentFiles {
  /** Paths, sorted. */
  readonly files: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Lists the settings files of an environments folder.
 * @param name the one environment that is wanted; all of them by default
 */
export function environmentFiles(directory: string, name?: string): EnvironmentFiles {
  const listed = listFiles(directory);
  if ('finding' in listed) return { files: [], findings: [listed.finding] };
  const known = listed.files.map(environmentName);
  const wanted = listed.files.filter((file) => name === undefined || environmentName(file) === name);
  if (name !== undefined && wanted.length === 0) {
    return { files: [], findings: [unknownEnvironment(directory, name, known)] };
  }
  const files = wanted.map((file) => join(directory, file));
  return { files, findings: [...files.flatMap(badName), ...duplicates(files)] };
}

/** The name of an environment is its file's name without the ending. */
export function environmentName(file: string): string {
  return basename(file, extname(file));
}

function listFiles(directory: string): { files: readonly string[] } | { finding: Finding } {
  const failed = (message: string, fix: string) => ({
    finding: { rule: 'environment-directory', severity: 'error' as const, where: { file: directory }, message, fix },
  });
  try {
    if (!statSync(directory).isDirectory()) {
      const fix = 'name the folder with --environments, and one environment with --env';
      return failed('a file stands where the environments folder should be', fix);
    }
    const files = readdirSync(directory).filter((file) => /^[^.].*\.ya?ml$/i.test(file));
    return files.length > 0
      ? { files: files.sort() }
      : failed('the environments folder holds no YAML file', 'add a file such as prod.yaml');
  } catch (error) {
    return failed(
      `the environments folder cannot be read: ${systemReason(error)}`,
      'create it, or name another one with --environments',
    );
  }
}

function unknownEnvironment(directory: string, name: string, known: readonly string[]): Finding {
  return {
    rule: 'unknown-environment',
    severity: 'error',
    where: { file: directory },
    message: `there is no environment ${quoted(name)}${didYouMean(name, known)}`,
    fix: `use ${known.length > 1 ? 'one of ' : ''}${known.join(', ')}`,
  };
}

function badName(file: string): readonly Finding[] {
  const problem = dnsLabelProblem(environmentName(file), 'name of the environment');
  if (problem === undefined) return [];
  const fix = `rename the file: ${problem.fix}`;
  return [{ rule: 'invalid-name', severity: 'error', where: { file }, message: problem.message, fix }];
}

/** `prod.yaml` and `prod.yml` would both be rendered to the same place. */
function duplicates(files: readonly string[]): readonly Finding[] {
  return files.flatMap((file, index): readonly Finding[] => {
    const other = files.slice(0, index).find((earlier) => environmentName(earlier) === environmentName(file));
    if (other === undefined) return [];
    const message = `the environment ${quoted(environmentName(file))} is already taken by ${other}`;
    return [
      {
        rule: 'duplicate-environment',
        severity: 'error',
        where: { file },
        message,
        fix: 'rename or remove one of them',
      },
    ];
  });
}
