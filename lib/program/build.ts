import { join } from 'node:path';
import { App, type IResolver } from 'cdk8s';
import type { Environment } from '../environment/environment';
import { loadEnvironments } from '../environment/load';
import { type Finding, FindingsError, hasErrors } from '../finding';
import { plan, type SynthesisPlan } from '../synth/synthesize';
import { deliveryOf } from './delivery';
import type { Program } from './program';
import { thrownFindings } from './thrown';

/** A program that was built for an environment. */
export interface Root {
  readonly program: Program;
  readonly environment: Environment;
  readonly app: App;
  readonly planned: SynthesisPlan;
  readonly findings: readonly Finding[];
}

export type Built = Root | { readonly findings: readonly Finding[] };

/** True for a program that could be built. */
export function isRoot(built: Built): built is Root {
  return 'planned' in built;
}

export interface BuildOptions {
  readonly programs: readonly Program[];
  /** Folder with the environments' settings. */
  readonly environments: string;
  /** @default - every environment of the folder */
  readonly environment?: string;
  /** Output goes to `<outdir>/<environment>/<program>`. */
  readonly outdir: string;
  /**
   * What is known already, such as programs that could not be loaded; reported beside what the run finds.
   * @default - nothing
   */
  readonly findings?: readonly Finding[];
  /**
   * What cdk8s asks about values of the program that are no plain data.
   * @default - nothing but what every app has
   */
  readonly resolvers?: readonly IResolver[];
}

/**
 * Builds every program for every environment, and writes nothing. Environments that do not have a program are left out.
 * @throws FindingsError with the findings of all environments and programs
 */
export function buildAll(options: BuildOptions): {
  readonly roots: readonly Root[];
  readonly findings: readonly Finding[];
} {
  const { environments, findings } = loadEnvironments(options.environments, options.environment);
  const built = environments.flatMap((environment) =>
    options.programs.map((program) => build(program, environment, options.outdir, options.resolvers)),
  );
  const all = distinct([...(options.findings ?? []), ...findings, ...built.flatMap((root) => root.findings)]);
  if (hasErrors(all)) throw new FindingsError(all);
  return { roots: built.filter(isRoot).filter(({ app }) => app.node.children.length > 0), findings: all };
}

/** A mistake of the program itself comes out of every environment alike. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

/** Builds a program for an environment, and checks what comes out. Nothing is rendered or written. */
export function build(
  program: Program,
  environment: Environment,
  outdir: string,
  resolvers: readonly IResolver[] = [],
): Built {
  const app = new App({ outdir: join(outdir, environment.name, program.name), resolvers: [...resolvers] });
  try {
    const returned: unknown = program.build(app, environment);
    if (returned instanceof Promise) return { findings: [asynchronous(program, environment, returned)] };
    const planned = plan(app, deliveryOf(environment, program));
    return { program, environment, app, planned, findings: planned.findings.map(inEnvironment(environment)) };
  } catch (error) {
    // What the constructs so far have to say is left out: those that were never reached would be missing everywhere.
    return { findings: thrown(error, environment) };
  }
}

/** What an error of the program has to say, as findings. */
export function thrown(error: unknown, environment: Environment): readonly Finding[] {
  return thrownFindings(error, 'program-error', { construct: '' }).map(inEnvironment(environment));
}

function asynchronous(program: Program, environment: Environment, returned: Promise<unknown>): Finding {
  returned.catch(() => {}); // it is refused whatever becomes of it
  return {
    rule: 'program-error',
    severity: 'error',
    where: { construct: '', file: environment.file },
    message: `build() of the program '${program.name}' is asynchronous, and what it adds later would be missing`,
    fix: 'make it synchronous; wait for what it needs at the top of the module',
  };
}

/** Adds the settings file to findings about constructs. */
export function inEnvironment({ file }: Environment): (finding: Finding) => Finding {
  return (finding) => ('construct' in finding.where ? { ...finding, where: { ...finding.where, file } } : finding);
}
