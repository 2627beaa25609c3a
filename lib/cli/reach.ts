import { Command } from 'commander';
import { type Analysis, analyse } from '../analysis/analysis';
import { interestOf, type Peer, parsePeer } from '../analysis/answer/peer';
import { parsePort } from '../analysis/answer/port-query';
import { reach } from '../analysis/answer/reach';
import type { ReachQuery } from '../analysis/answer/reach-pair';
import type { AnalysisDialect } from '../analysis/dialect';
import { REACH_FORMATS, type ReachFormat, reachAs } from '../analysis/format/reach-format';
import type { PortRange } from '../analysis/graph/port-ranges';
import {
  analysisOptions,
  asUsage,
  dialectOption,
  formatOption,
  PATHS,
  parsedOption,
  readForAnswer,
  reportFindings,
} from './analysis-input';
import { writeChunks } from './analysis-output';

interface ReachFlags {
  readonly from?: Peer;
  readonly to?: Peer;
  readonly port?: PortRange;
  readonly dialect?: AnalysisDialect;
  readonly format: ReachFormat;
  readonly grants?: true;
}

/** `portcullis reach`: who may reach whom by the manifests. */
export function reachCommand(): Command {
  const command = new Command('reach')
    .description('List who may reach whom, from manifests alone.')
    .argument('<path...>', PATHS)
    .addOption(
      parsedOption('--from <end>', 'only from this end, such as shop/cart, shop/, world or 10.0.0.0/8', parsePeer),
    )
    .addOption(parsedOption('--to <end>', 'only to this end; host names too', parsePeer))
    .addOption(parsedOption('--port <port>', 'only on these ports, such as tcp/443', parsePort))
    .addOption(dialectOption())
    .addOption(formatOption(REACH_FORMATS))
    .option('--grants', 'say which rules let each connection pass (text and json)')
    .addHelpText('after', '\nA node always reaches its own pods; such connections are listed for --from host only.');
  return command.action((paths: readonly string[], flags: ReachFlags) =>
    asUsage(command, () => print(paths, flags, command)),
  );
}

async function print(paths: readonly string[], flags: ReachFlags, command: Command): Promise<void> {
  const { from, to, port, grants } = flags;
  const manifests = readForAnswer(paths, command);
  const analysis: Analysis = analyse(manifests, { ...analysisOptions(flags.dialect), ...interestOf(from, to) });
  const query: ReachQuery = {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(port === undefined ? {} : { port }),
    ...(grants === undefined ? {} : { grants }),
  };
  reportFindings(analysis);
  await writeChunks(reachAs(flags.format, analysis, (alike) => reach(analysis, { ...query, alike })));
}
