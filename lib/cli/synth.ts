import { Command } from 'commander';
import { FindingsError } from '../finding';
import { loadPrograms } from '../program/load';
import { type RunResult, run } from '../program/run';
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
      'output goes to <dir>/<environment>/<program>; CDK8S_OUTDIR sets the default',
      process.env.CDK8S_OUTDIR || 'dist/manifests',
    )
    .option('--quiet', 'print errors only')
    .option('--json', 'print the summary and the findings as JSON')
    .action(synth);
}

async function synth(modules: readonly string[], flags: SynthFlags): Promise<void> {
  const started = performance.now();
  const seconds = () => Math.round(performance.now() - started) / 1000;
  try {
    const result = await render(modules, flags);
    if (flags.json) process.stdout.write(summaryJson(result, seconds()));
    else if (!flags.quiet) {
      printFindings(result.findings);
      process.stdout.write(formatSummary(result, seconds()));
    }
  } catch (error) {
    if (!(flags.json && error instanceof FindingsError)) throw error;
    process.stdout.write(summaryJson({ roots: [], findings: error.findings }, seconds()));
    process.exitCode = exitCodeOf(error.findings);
  }
}

async function render(modules: readonly string[], flags: SynthFlags): Promise<RunResult> {
  const isWatched = process.stderr.isTTY === true && !flags.quiet && !flags.json;
  const rendering = new Progress(isWatched, 'rendering', 'objects');
  const proving = new Progress(isWatched, 'proving', 'objects');
  try {
    return run({
      ...(await loadPrograms(modules)),
      environments: flags.environments,
      ...(flags.env === undefined ? {} : { environment: flags.env }),
      outdir: flags.outdir,
      onProgress: (done, total) => rendering.update(done, total),
      onProof: (done, total) => {
        rendering.stop();
        proving.update(done, total);
      },
    });
  } finally {
    rendering.stop();
    proving.stop();
  }
}
