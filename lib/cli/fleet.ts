import { Command } from 'commander';
import { loadFleet, planFleet, writeFleet } from '../program/fleet';
import { formatOption } from './analysis-input';
import { writeChunks } from './analysis-output';
import { exitCodeOf } from './exit-code';
import { formatFleet, formatWritten } from './fleet-summary';
import { printFindings } from './print-finding';
import { Progress } from './progress';

interface PlanFlags {
  readonly outdir: string;
  readonly format: 'text' | 'json';
}

const MODULE = ['<module>', 'JavaScript module that exports a `fleet` (see Fleet)'] as const;
const OUTDIR = [
  '--outdir <dir>',
  'manifests go to <dir>/<cluster>, the plan to <dir>/fleet.json',
  'dist/fleet',
] as const;

/** `portcullis fleet`: many clusters under one program. */
export function fleetCommand(program: Command): Command {
  const command = new Command('fleet').copyInheritedSettings(program);
  return command
    .description('Place workspaces on the clusters of a fleet, and render every cluster.')
    .addCommand(planCommand().copyInheritedSettings(command))
    .addCommand(synthCommand().copyInheritedSettings(command));
}

/** `portcullis fleet plan`: where workspaces go, and when the next cluster is due. */
function planCommand(): Command {
  return new Command('plan')
    .description('Say what every cluster holds, what would move, and when the next cluster is due. Writes nothing.')
    .argument(...MODULE)
    .option(...OUTDIR)
    .addOption(formatOption(['text', 'json']))
    .action(plan);
}

async function plan(module: string, { outdir, format }: PlanFlags): Promise<void> {
  const planned = planFleet(await loadFleet(module), outdir);
  const { moves, findings } = planned;
  if (format === 'json') {
    await writeChunks([`${JSON.stringify({ ...planned.plan, moves, findings }, undefined, 2)}\n`]);
  } else {
    printFindings(findings, '--format json');
    await writeChunks([formatFleet(planned)]);
  }
  process.exitCode = exitCodeOf(findings);
}

/** `portcullis fleet synth`: the manifests of every cluster, proved. */
function synthCommand(): Command {
  return new Command('synth')
    .description('Render every cluster and prove it, or, if anything is wrong with any of them, write nothing.')
    .argument(...MODULE)
    .option(...OUTDIR)
    .option('--quiet', 'print errors only')
    .action(synth);
}

async function synth(module: string, { outdir, quiet }: { readonly outdir: string; readonly quiet?: true }) {
  const started = performance.now();
  const fleet = await loadFleet(module);
  const progress = new Progress(process.stderr.isTTY === true && !quiet, 'rendering', 'clusters');
  try {
    const written = writeFleet(fleet, outdir, (done, total) => progress.update(done, total));
    progress.stop();
    if (quiet) return;
    printFindings(written.findings, 'portcullis fleet plan --format json');
    process.stdout.write(formatWritten(written, Math.round(performance.now() - started) / 1000));
  } finally {
    progress.stop();
  }
}
