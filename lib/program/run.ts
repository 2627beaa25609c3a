import { join } from 'node:path';
import { App } from 'cdk8s';
import type { Environment } from '../environment/environment';
import { loadEnvironments } from '../environment/load';
import { type Finding, FindingsError, hasErrors } from '../finding';
import { Platform } from '../platform/platform';
import type { FileCounts } from '../synth/staged-directory';
import { plan, type StagedSynthesis, type SynthesisPlan, stage } from '../synth/synthesize';
import type { Program } from './program';
import { programmerFinding } from './programmer-error';

export interface RunOptions {
  readonly programs: readonly Program[];
  /** Folder with the environments' settings. */
  readonly environments: string;
  /** @default - every environment of the folder */
  readonly environment?: string;
  /** Output goes to `<outdir>/<environment>/<program>`. */
  readonly outdir: string;
  /** Called after each file, with the number of objects written so far and the number of all objects of the run. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What a run wrote for one program in one environment. */
export interface RootResult extends FileCounts {
  readonly environment: string;
  readonly program: string;
  readonly outdir: string;
  readonly workspaces: number;
  readonly objects: number;
  readonly edges: number;
}

export interface RunResult {
  readonly roots: readonly RootResult[];
  /** Warnings and notes; errors are thrown. */
  readonly findings: readonly Finding[];
}

/**
 * Builds every program for every environment and writes all of it, or, if anything is wrong with any of it, nothing.
 * @throws FindingsError with the findings of all environments and programs
 */
export function run(options: RunOptions): RunResult {
  const { environments, findings } = loadEnvironments(options.environments, options.environment);
  const built = environments.flatMap((environment) =>
    options.programs.map((program) => build(program, environment, options.outdir)),
  );
  const all = [...findings, ...built.flatMap((root) => root.findings)];
  if (hasErrors(all)) throw new FindingsError(all);
  const roots = built.filter((root) => root.app.node.children.length > 0);
  return { roots: write(roots, options.onProgress), findings: all };
}

interface BuiltRoot {
  readonly program: Program;
  readonly environment: Environment;
  readonly app: App;
  readonly planned: SynthesisPlan;
  readonly findings: readonly Finding[];
}

function build(program: Program, environment: Environment, outdir: string): BuiltRoot {
  const app = new App({ outdir: join(outdir, environment.name, program.name) });
  let thrown: Finding | undefined;
  try {
    program.build(app, environment);
  } catch (error) {
    thrown = programmerFinding(error);
  }
  const planned = plan(app);
  // Constructs that were never reached would only add findings that nobody can act on.
  const found = thrown === undefined ? planned.findings : [thrown];
  return { program, environment, app, planned, findings: found.map((finding) => from(environment, finding)) };
}

function from(environment: Environment, finding: Finding): Finding {
  const { where } = finding;
  return 'construct' in where ? { ...finding, where: { ...where, file: environment.file } } : finding;
}

/** Writes all roots beside their places first, so that a failure of the last one leaves the first one alone. */
function write(roots: readonly BuiltRoot[], onProgress: RunOptions['onProgress']): readonly RootResult[] {
  const total = roots.reduce((sum, { planned }) => sum + planned.objects, 0);
  const staged: StagedSynthesis[] = [];
  let before = 0;
  try {
    for (const { planned, app } of roots) {
      const start = before;
      staged.push(stage(planned, app, { onProgress: (done) => onProgress?.(start + done, total) }));
      before += planned.objects;
    }
  } catch (error) {
    for (const root of staged) root.discard();
    throw error;
  }
  return roots.map(({ program, environment, app }, index) => {
    const { outdir, objects, written, unchanged, removed } = (staged[index] as StagedSynthesis).commit();
    const platforms = app.node.children.filter(Platform.isPlatform);
    return {
      environment: environment.name,
      program: program.name,
      outdir,
      workspaces: platforms.reduce((sum, platform) => sum + platform.workspaces.length, 0),
      objects,
      edges: platforms.reduce((sum, platform) => sum + platform.edges.all().length, 0),
      written,
      unchanged,
      removed,
    };
  });
}
