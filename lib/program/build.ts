import { join } from 'node:path';
import { App } from 'cdk8s';
import type { Environment } from '../environment/environment';
import type { Finding } from '../finding';
import { plan, type SynthesisPlan } from '../synth/synthesize';
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

/** Builds a program for an environment, and checks what comes out. Nothing is rendered or written. */
export function build(program: Program, environment: Environment, outdir: string): Built {
  const app = new App({ outdir: join(outdir, environment.name, program.name) });
  try {
    const returned: unknown = program.build(app, environment);
    if (returned instanceof Promise) return { findings: [asynchronous(program, environment, returned)] };
    const planned = plan(app);
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
