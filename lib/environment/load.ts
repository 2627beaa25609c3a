import { readdirSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { closest } from 'fastest-levenshtein';
import * as v from 'valibot';
import type { Finding } from '../finding';
import { dnsLabelProblem } from '../model/name';
import { toEnvironment } from './convert';
import type { Environment } from './environment';
import { schemaFindings } from './issue';
import { environmentSchema } from './schema';
import { readYamlFile, type YamlFile } from './yaml-file';

export interface LoadedEnvironments {
  /** Environments without errors, by name. */
  readonly environments: readonly Environment[];
  /** Everything that is wrong, in all files. */
  readonly findings: readonly Finding[];
}

/**
 * Reads the environments folder: one YAML file for each environment, named after it.
 *
 * @param directory folder with `<environment>.yaml` files
 * @param name the one environment to read; all of them by default
 */
export function loadEnvironments(directory: string, name?: string): LoadedEnvironments {
  const found = environmentFiles(directory);
  if ('findings' in found) return { environments: [], findings: found.findings };
  const wanted = name === undefined ? found.files : found.files.filter((file) => environmentName(file) === name);
  if (name !== undefined && wanted.length === 0) {
    return { environments: [], findings: [unknownEnvironment(directory, name, found.files.map(environmentName))] };
  }
  const environments: Environment[] = [];
  const findings: Finding[] = [];
  for (const file of wanted) {
    const loaded = loadEnvironment(join(directory, file));
    if ('findings' in loaded) findings.push(...loaded.findings);
    else environments.push(loaded);
  }
  return { environments, findings };
}

function environmentName(file: string): string {
  return basename(file, extname(file));
}

function environmentFiles(directory: string): { files: readonly string[] } | { findings: readonly Finding[] } {
  const failed = (message: string, fix: string) => ({
    findings: [{ rule: 'environment-directory', severity: 'error' as const, where: { file: directory }, message, fix }],
  });
  try {
    if (!statSync(directory).isDirectory()) {
      return failed(
        'a file stands where the environments folder should be',
        'name the folder, and one environment with --env',
      );
    }
    const files = readdirSync(directory).filter((file) => /^[^.].*\.ya?ml$/.test(file));
    return files.length > 0
      ? { files: files.sort() }
      : failed('the environments folder holds no YAML file', 'add a file such as prod.yaml');
  } catch (error) {
    return failed(
      `the environments folder cannot be read: ${(error as Error).message}`,
      'create it, or name another with --environments',
    );
  }
}

function unknownEnvironment(directory: string, name: string, known: readonly string[]): Finding {
  return {
    rule: 'unknown-environment',
    severity: 'error',
    where: { file: directory },
    message: `there is no environment '${name}'; did you mean '${closest(name, [...known])}'?`,
    fix: `use one of ${known.join(', ')}`,
  };
}

function loadEnvironment(file: string): Environment | { findings: readonly Finding[] } {
  const yaml = readYamlFile(file);
  if ('findings' in yaml) return yaml;
  const name = environmentName(file);
  const parsed = v.safeParse(environmentSchema, yaml.value);
  const problem = dnsLabelProblem(name, 'name of the environment');
  const findings: readonly Finding[] = [
    ...(problem === undefined
      ? []
      : [{ rule: 'invalid-name', severity: 'error' as const, where: { file }, ...problem }]),
    ...(parsed.success ? [] : schemaFindings(file, yaml, environmentSchema, parsed.issues)),
    ...duplicateWorkspaces(file, yaml),
  ];
  return parsed.success && findings.length === 0 ? toEnvironment(name, file, parsed.output) : { findings };
}

/** Workspaces with one id. Looks at the raw data, so that it speaks up beside other errors. */
function duplicateWorkspaces(file: string, yaml: YamlFile): readonly Finding[] {
  const workspaces = (yaml.value as { portarium?: { workspaces?: unknown } } | null)?.portarium?.workspaces;
  if (!Array.isArray(workspaces)) return [];
  const first = new Map<unknown, number>();
  return workspaces.flatMap((workspace: { id?: unknown } | null, index): Finding[] => {
    const id = workspace?.id;
    const other = first.get(id);
    if (id === undefined || other === undefined) {
      first.set(id, index);
      return [];
    }
    const { line } = yaml.locate(['portarium', 'workspaces', other, 'id']);
    return [
      {
        rule: 'duplicate-workspace',
        severity: 'error',
        where: { file, ...yaml.locate(['portarium', 'workspaces', index, 'id']) },
        message: `the workspace id '${id}' is already taken by line ${line}`,
        fix: 'give each workspace an id of its own',
      },
    ];
  });
}
