import { Command } from 'commander';
import { analyse } from '../analysis/analysis';
import { explain } from '../analysis/answer/explain';
import { interestOf, type Peer, parsePeer } from '../analysis/answer/peer';
import { parsePort } from '../analysis/answer/port-query';
import type { AnalysisDialect } from '../analysis/dialect';
import { explainJson } from '../analysis/format/explain-json';
import { explainText } from '../analysis/format/explain-text';
import type { PortRange } from '../analysis/graph/port-ranges';
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

interface ExplainFlags {
  readonly from: Peer;
  readonly to: Peer;
  readonly port: PortRange;
  readonly dialect?: AnalysisDialect;
  readonly format: 'text' | 'json';
}

/** `portcullis explain`: whether one end may connect to another one, and why. */
export function explainCommand(): Command {
  const command = new Command('explain')
    .description('Say whether one end may connect to another, and which rules make it so.')
    .argument('<path...>', PATHS)
    .addOption(parsedOption('--from <end>', 'such as shop/cart, shop/ or world', parsePeer).makeOptionMandatory())
    .addOption(parsedOption('--to <end>', 'host names too', parsePeer).makeOptionMandatory())
    .addOption(parsedOption('--port <port>', 'such as tcp/443', parsePort).makeOptionMandatory())
    .addOption(dialectOption())
    .addOption(formatOption(['text', 'json']))
    .addHelpText('after', '\nExits with 0 if all that was asked about is allowed, and with 1 if not.');
  return command.action((paths: readonly string[], flags: ExplainFlags) =>
    asUsage(command, () => print(paths, flags, command)),
  );
}

async function print(paths: readonly string[], flags: ExplainFlags, command: Command): Promise<void> {
  const { from, to, port, format } = flags;
  const manifests = readForAnswer(paths, command);
  const analysis = analyse(manifests, { ...analysisOptions(flags.dialect), ...interestOf(from, to) });
  const explanation = explain(analysis, { from, to, port });
  reportFindings(analysis);
  if (explanation.allowed !== 'yes') raiseExitCode(EXIT.findings);
  await writeChunks(format === 'json' ? [explainJson(explanation, analysis)] : explainText(explanation));
}
