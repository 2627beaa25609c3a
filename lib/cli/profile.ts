import { Command, Option } from 'commander';
import type { Profile } from '../program/profile/profile';
import { profiles } from '../program/profile/profile';
import { profileJson } from '../program/profile/profile-json';
import { exitCodeOf } from './exit-code';
import { printFindings } from './print-finding';

interface ProfileFlags {
  readonly env?: string;
  readonly environments: string;
  readonly format: 'text' | 'json';
}

/** `portcullis profile`: for each control, which tool holds it, and what holds it when that tool is off. */
export function profileCommand(): Command {
  return new Command('profile')
    .description('Show what holds each control in an environment, and what holds it when that tool is off.')
    .option('--env <name>', 'the one environment to show (default: all that are for clusters)')
    .option('--environments <dir>', 'folder with one settings file for each environment', 'environments')
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'))
    .action(print);
}

function print({ env, environments, format }: ProfileFlags): void {
  const all = profiles(environments, env);
  const findings = all.flatMap((profile) => profile.findings);
  process.stdout.write(format === 'json' ? profileJson(all) : all.map(text).join('\n'));
  if (format === 'text') printFindings(findings);
  process.exitCode = exitCodeOf(findings);
}

/** Markdown, which reads as a table in a terminal and in a review alike. */
function text({ environment, rows }: Profile): string {
  const head = ['control', 'tool', 'state', 'held by', 'when the tool is off'];
  const cells = rows.map(({ control, tool, state, heldBy, whenOff }) => [control, tool, state, heldBy, whenOff]);
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |\n`;
  return [`# ${environment}\n\n`, line(head), line(head.map(() => '---')), ...cells.map(line)].join('');
}
