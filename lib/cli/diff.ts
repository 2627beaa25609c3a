import { Command, type Option } from 'commander';
import { diff } from '../analysis/answer/diff';
import { type FailOn, failing, parseFailOn } from '../analysis/answer/fail-on';
import type { AnalysisDialect } from '../analysis/dialect';
import { diffJson } from '../analysis/format/diff-json';
import { diffMarkdown } from '../analysis/format/diff-markdown';
import { diffText } from '../analysis/format/diff-text';
import { STDIN } from '../analysis/load/find-files';
import {
  analysisOptions,
  asUsage,
  dialectOption,
  formatOption,
  PATHS,
  parsedOption,
  raiseExitCode,
  readForAnswer,
  reportFindings,
} from './analysis-input';
import { writeChunks } from './analysis-output';
import { EXIT } from './exit-code';
import { withProgress } from './progress';

const WRITERS = { text: diffText, json: diffJson, markdown: diffMarkdown };

interface DiffFlags {
  readonly dialect?: AnalysisDialect;
  readonly format: keyof typeof WRITERS;
  readonly failOn?: readonly FailOn[];
}

/** `portcullis diff`: what a change of manifests does to who may reach whom. */
export function diffCommand(): Command {
  const command = new Command('diff')
    .description('Say what a change of manifests does to who may reach whom.')
    .argument('<old>', PATHS)
    .argument('<new>', 'likewise')
    .addOption(dialectOption())
    .addOption(formatOption(Object.keys(WRITERS)))
    .addOption(failOnOption())
    .addHelpText(
      'after',
      '\nChanges are added, widened, lost-auth, lost-l7, removed, narrowed, gained-auth and gained-l7; with -world, -metadata,\n-api-server or -cross-namespace behind, those about it. Exits with 2 if there is one of --fail-on.',
    );
  return command.action((old: string, now: string, flags: DiffFlags) =>
    asUsage(command, () => print(old, now, flags, command)),
  );
}

function failOnOption(): Option {
  return parsedOption('--fail-on <changes>', 'such as added-world,lost-auth or any', parseFailOn);
}

async function print(old: string, now: string, flags: DiffFlags, command: Command): Promise<void> {
  if (old === STDIN && now === STDIN) command.error('error: standard input can be only one of the two');
  const [before, after] = [readForAnswer([old], command), readForAnswer([now], command)];
  const options = analysisOptions(flags.dialect);
  const difference = withProgress('comparing', 'ends', (onProgress) => diff(before, after, { ...options, onProgress }));
  reportFindings({ findings: [...difference.before.findings, ...difference.after.findings] });
  if (failing(difference, flags.failOn ?? []).length > 0) raiseExitCode(EXIT.drift);
  await writeChunks(
    [WRITERS[flags.format](difference)].flatMap((text) => (typeof text === 'string' ? text : [...text])),
  );
}
