import * as v from 'valibot';
import { type Finding, hasErrors } from '../finding';
import { toEnvironment } from './convert';
import { duplicateWorkspaces } from './duplicate-workspace';
import type { Environment } from './environment';
import { environmentFiles, environmentName } from './folder';
import { schemaFindings } from './issue';
import { environmentSchema } from './schema';
import { readYamlFile } from './yaml-file';

export interface LoadedEnvironments {
  /** Environments without errors, by name. */
  readonly environments: readonly Environment[];
  /** Everything that is wrong, in all files; by place within a file. */
  readonly findings: readonly Finding[];
}

/**
 * Reads the environments folder: one YAML file for each environment, named after it.
 *
 * @param directory folder with `<environment>.yaml` files
 * @param name the one environment to read; all of them by default
 */
export function loadEnvironments(directory: string, name?: string): LoadedEnvironments {
  const { files, findings } = environmentFiles(directory, name);
  const loaded = files.map(loadEnvironmentFile);
  return {
    environments: loaded.flatMap((one) => ('findings' in one ? [] : [one])),
    findings: [...findings, ...loaded.flatMap((one) => ('findings' in one ? one.findings : []))],
  };
}

/** Reads one environment file, or says everything that is wrong with it. */
export function loadEnvironmentFile(file: string): Environment | { readonly findings: readonly Finding[] } {
  const yaml = readYamlFile(file);
  if ('findings' in yaml) return { findings: byPlace(yaml.findings) };
  const parsed = v.safeParse(environmentSchema, yaml.value);
  const findings = [
    ...schemaFindings(file, yaml, environmentSchema, parsed.issues ?? []),
    ...duplicateWorkspaces(file, yaml),
  ];
  if (hasErrors(findings) || !parsed.success) return { findings: byPlace(findings) };
  return toEnvironment(environmentName(file), file, parsed.output);
}

/** In the order in which a reader of the file meets them. */
function byPlace(findings: readonly Finding[]): readonly Finding[] {
  const place = ({ where }: Finding) => ('construct' in where ? [0, 0] : [where.line ?? 0, where.column ?? 0]);
  return [...findings].sort((a, b) => {
    const [[line = 0, column = 0], [otherLine = 0, otherColumn = 0]] = [place(a), place(b)];
    return line - otherLine || column - otherColumn;
  });
}
