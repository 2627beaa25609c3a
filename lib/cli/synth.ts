import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { FindingsError } from '../finding';
import type { Program } from '../program/program';
import { run } from '../program/run';
import { exitCodeOf } from './exit-code';
import { printFindings } from './print-finding';
import { Progress } from './progress';
import { formatSummary, summaryJson } from './summary';

interface SynthFlags {
  readonly env?: string;
  readonly environments: string;
  readonly outdir: string;
  readonly quiet?: true;
  readonly json?: true;
}

/** `portcullis synth`: renders programs for their environments. */
export function synthCommand(): Command {
  return new Command('synth')
    .description('Render programs for every environment, or for one.')
    .argument('<program...>', 'JavaScript modules that export a `program` (see defineProgram)')
    .option('--env <name>', 'the one environment to render (default: all)')
    .option('--environments <dir>', 'folder with one settings file for each environment', 'environments')
    .option(
      '--outdir <dir>',
      'output goes to <dir>/<environment>/<program>',
      process.env.CDK8S_OUTDIR ?? 'dist/manifests',
    )
    .option('--quiet', 'print errors only')
    .option('--json', 'print the summary and the findings as JSON')
    .action(synth);
}

async function synth(modules: readonly string[], flags: SynthFlags): Promise<void> {
  const started = performance.now();
  const programs = await Promise.all(modules.map(loadProgram));
  const progress = new Progress(process.stderr.isTTY === true && !flags.quiet && !flags.json);
  try {
    const result = run({
      programs,
      environments: flags.environments,
      ...(flags.env === undefined ? {} : { environment: flags.env }),
      outdir: flags.outdir,
      onProgress: (done, total) => progress.update(done, total),
    });
    progress.stop();
    const seconds = Math.round(performance.now() - started) / 1000;
    if (flags.json) process.stdout.write(summaryJson(result, seconds));
    else if (!flags.quiet) {
      printFindings(result.findings);
      process.stdout.write(formatSummary(result, seconds));
    }
  } catch (error) {
    progress.stop();
    if (!(flags.json && error instanceof FindingsError)) throw error;
    process.stdout.write(
      `${JSON.stringify({ schemaVersion: 1, roots: [], findings: error.findings }, undefined, 2)}\n`,
    );
    process.exitCode = exitCodeOf(error.findings);
  }
}

async function loadProgram(module: string): Promise<Program> {
  const failed = (message: string, fix: string) =>
    new FindingsError([{ rule: 'program-module', severity: 'error', where: { file: module }, message, fix }]);
  let loaded: { program?: Program };
  try {
    loaded = await import(pathToFileURL(resolve(module)).href);
  } catch (error) {
    throw failed(
      `the module cannot be loaded: ${(error as Error).message}`,
      'name a JavaScript file that Node can run',
    );
  }
  if (typeof loaded.program?.build === 'function') return loaded.program;
  throw failed('the module exports no program', 'export const program = defineProgram({ … })');
}
