import { Command, Option } from 'commander';
import { STDIN } from '../analysis/load/find-files';
import { InvalidValueError, quoted } from '../finding';
import { type Learned, learn } from '../governance/learn/learn';
import { learnJson } from '../governance/learn/learn-json';
import { learnText, mergedText } from '../governance/learn/learn-text';
import { mergeInto } from '../governance/learn/merge';
import { dnsLabelProblem } from '../model/name';
import { asUsage, formatOption, parsedOption } from './analysis-input';
import { writeChunks } from './analysis-output';
import { whileProgress } from './progress';
import { flowsOption } from './replay';

interface LearnFlags {
  readonly logs?: readonly string[];
  readonly flows?: readonly string[];
  readonly workspace?: string;
  readonly merge?: string;
  readonly format: 'text' | 'json';
}

const MEGABYTE = 1_000_000;

/** `portcullis learn`: proposes allowlists from what workspaces were seen to use. */
export function learnCommand(): Command {
  const command = new Command('learn')
    .description('Propose an egress allowlist for each workspace, from logs or recorded flows.')
    .addOption(
      new Option(
        '--logs <file>',
        'logs of Portarium, JSON lines; - for standard input; several times for several',
      ).argParser((file: string, before: readonly string[] = []) => [...before, file]),
    )
    .addOption(flowsOption())
    .addOption(
      parsedOption('--workspace <id>', 'only this one; what names none is taken for it', (id) => {
        const problem = dnsLabelProblem(id, 'workspace id');
        if (problem !== undefined) throw new InvalidValueError(problem);
        return id;
      }),
    )
    .option('--merge <file>', 'add what is proposed to this environment file; all of it or nothing')
    .addOption(formatOption(['text', 'json']))
    .addHelpText(
      'after',
      '\nThat something was used does not mean that it may be: read the proposal, and write a purpose for each entry.',
    );
  return command.action((flags: LearnFlags) => asUsage(command, () => print(flags, command)));
}

async function print({ logs = [], flows = [], workspace, merge, format }: LearnFlags, command: Command): Promise<void> {
  const files = [...logs, ...flows];
  if (files.length === 0) command.error('error: name what to learn from with --logs or --flows');
  if (files.filter((file) => file === STDIN).length > 1) {
    command.error('error: standard input can be read once; name files for the others');
  }
  const learned = await whileProgress('reading', 'MB', (onProgress) =>
    learn(
      { logs, flows },
      {
        ...(workspace === undefined ? {} : { workspace }),
        onProgress: (done, total) => onProgress(Math.round(done / MEGABYTE), Math.round(total / MEGABYTE)),
      },
    ),
  );
  if (isEmpty(learned)) {
    await writeChunks(format === 'json' ? [learnJson(learned)] : learnText(learned));
    command.error(`error: ${files.map(quoted).join(', ')} tells of nothing that a workspace uses`);
  }
  const merged = merge === undefined ? undefined : mergeInto(merge, learned.workspaces);
  if (format === 'json') return writeChunks([learnJson(learned, merged)]);
  await writeChunks(learnText(learned));
  if (merge !== undefined && merged !== undefined) await writeChunks([mergedText(merge, merged)]);
}

/** Nothing seen is no proposal to allow nothing. */
function isEmpty({ workspaces, notProposed }: Learned): boolean {
  return workspaces.length === 0 && notProposed.length === 0;
}
