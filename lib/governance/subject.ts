import type { Environment } from '../environment/environment';
import { loadEnvironments } from '../environment/load';
import { FindingsError, hasErrors } from '../finding';
import { loadPrograms } from '../program/load';
import type { Program } from '../program/program';
import { standardProgram } from './standard-program';

/** A program in one environment. */
export interface Subject {
  readonly environment: Environment;
  readonly program: Program;
}

export interface SubjectOptions {
  /** Folder with the environments' settings. */
  readonly environments: string;
  /** The environment's name. */
  readonly environment: string;
  /**
   * JavaScript module that exports the program.
   * @default - what the environment file alone describes
   */
  readonly module?: string;
}

/**
 * Loads an environment and the program that is rolled out in it.
 * @throws FindingsError if one of them cannot be loaded
 */
export async function loadSubject({ environments, environment: name, module }: SubjectOptions): Promise<Subject> {
  const loaded = loadEnvironments(environments, name);
  const programs = module === undefined ? { programs: [standardProgram], findings: [] } : await loadPrograms([module]);
  const findings = [...loaded.findings, ...programs.findings];
  const [environment, program] = [loaded.environments[0], programs.programs[0]];
  if (environment === undefined || program === undefined || hasErrors(findings)) throw new FindingsError(findings);
  return { environment, program };
}

/**
 * The same, where it has to be something that can be rolled out.
 * @throws FindingsError for an environment without workspaces, and for one that is not for a cluster
 */
export async function loadRollout(options: SubjectOptions) {
  const { environment, program } = await loadSubject(options);
  const { portarium, profile, file } = environment;
  const refuse = (message: string, fix: string) => {
    return new FindingsError([{ rule: 'no-rollout', severity: 'error', where: { file }, message, fix }]);
  };
  if (profile === 'reference') {
    throw refuse(
      'the reference profile is for comparison and has no stages',
      "use an environment with the profile 'strict'",
    );
  }
  if (portarium === undefined) {
    throw refuse('the environment has no workspaces to roll out', "add a section 'portarium' with workspaces");
  }
  return { environment, program, portarium };
}
