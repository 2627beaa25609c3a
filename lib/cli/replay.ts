import { Command, Option } from 'commander';
import type { AnalysisDialect } from '../analysis/dialect';
import { REPLAY_FORMATS, type ReplayFormat, replayAs } from '../analysis/format/replay-format';
import { STDIN } from '../analysis/load/find-files';
import type { Manifests } from '../analysis/load/manifests';
import { OUTCOMES, type Outcome, type Replay } from '../analysis/replay/outcome';
import { replay } from '../analysis/replay/replay';
import { InvalidValueError, quoted } from '../finding';
import {
  analysisOptions,
  asUsage,
  dialectOption,
  formatOption,
  PATHS,
  parsedOption,
  raiseExitCode,
  readManifests,
  reportFindings,
} from './analysis-input';
import { writeChunks } from './analysis-output';
import { EXIT } from './exit-code';
import { whileProgress } from './progress';

interface ReplayFlags {
  readonly flows: readonly string[];
  readonly dialect?: AnalysisDialect;
  readonly format: ReplayFormat;
  readonly failOn: readonly Outcome[];
  readonly limit: number;
  readonly all?: true;
}

const FAILING: readonly Outcome[] = ['denied', 'refused', 'undecided'];
const MEGABYTE = 1_000_000;

/** `portcullis replay`: what manifests would do to flows that were recorded. */
export function replayCommand(): Command {
  const command = new Command('replay')
    .description('Judge recorded Hubble flows by manifests: what would break once they are enforced.')
    .argument('<path...>', PATHS)
    .addOption(flowsOption().makeOptionMandatory())
    .addOption(dialectOption())
    .addOption(formatOption(REPLAY_FORMATS))
    .addOption(
      parsedOption(
        '--fail-on <outcomes>',
        `exit with 1 if flows that went through would be these: ${OUTCOMES.slice(0, -1).join(', ')}; or none`,
        parseOutcomes,
      ).default(FAILING, FAILING.join(',')),
    )
    .addOption(parsedOption('--limit <number>', 'list so many groups of flows', parseLimit).default(10_000))
    .option('--all', 'list what would pass, too')
    .addHelpText(
      'after',
      '\nRecord with: hubble observe -o json --last 100000 > flows.json' +
        '\nHubble records where Cilium runs, so that Cilium 1.19 is assumed unless the manifests or --dialect say otherwise.',
    );
  return command.action((paths: readonly string[], flags: ReplayFlags) =>
    asUsage(command, () => print(paths, flags, command)),
  );
}

/** `--flows`, as often as there are files. */
export function flowsOption(): Option {
  return new Option(
    '--flows <file>',
    'flows of Hubble, one to a line; - for standard input; several times for several',
  ).argParser((file: string, before: readonly string[] = []) => [...before, file]);
}

async function print(paths: readonly string[], flags: ReplayFlags, command: Command): Promise<void> {
  const { flows, format, limit, failOn } = flags;
  if (paths.includes(STDIN) && flows.includes(STDIN)) {
    command.error('error: manifests and flows cannot both come from standard input; name a file for one of them');
  }
  const manifests = readManifests(paths, command);
  const result = await whileProgress('reading', 'MB', (onProgress) =>
    replay(manifests, flows, {
      ...analysisOptions(flags.dialect),
      limit,
      onProgress: (done, total) => onProgress(Math.round(done / MEGABYTE), Math.round(total / MEGABYTE)),
    }),
  );
  warnOfImagined(manifests);
  reportFindings(result);
  await writeChunks(replayAs(format, result, { all: flags.all === true }));
  if (isEmpty(result)) {
    command.error(`error: ${flows.join(', ')} holds no flow that could be judged; record with hubble observe -o json`);
  }
  if (failOn.some((outcome) => result.totals[outcome].passed > 0)) raiseExitCode(EXIT.findings);
}

function warnOfImagined({ workloads }: Manifests): void {
  if (workloads.length > 0) return;
  process.stderr.write('note: the manifests hold no workloads, so that pods are judged by the labels that they had\n');
}

/** A recording without flows proves nothing, least of all that nothing would break. */
function isEmpty({ totals }: Replay): boolean {
  return OUTCOMES.every((outcome) => totals[outcome].flows === 0);
}

function parseOutcomes(text: string): readonly Outcome[] {
  if (text === 'none') return [];
  return text.split(',').map((word) => {
    const outcome = OUTCOMES.find((known) => known === word.trim() && known !== 'forwarded');
    if (outcome !== undefined) return outcome;
    throw new InvalidValueError({
      message: `${quoted(word)} is nothing to fail on`,
      fix: `use ${OUTCOMES.slice(0, -1).join(', ')}, with commas between them, or none`,
    });
  });
}

function parseLimit(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidValueError({ message: `${quoted(text)} is no number of groups`, fix: 'write a number from 1' });
}
