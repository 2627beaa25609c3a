import { Command, InvalidArgumentError } from 'commander';
import { STDIN } from '../analysis/load/find-files';
import type { Manifests } from '../analysis/load/manifests';
import { FindingsError, hasErrors } from '../finding';
import type { ConnectOptions } from '../governance/drift/cluster/api-client';
import { connect } from '../governance/drift/cluster/connect';
import { readCluster } from '../governance/drift/cluster/read-cluster';
import { DRIFT_RULES, objectDriftFindings } from '../governance/drift/drift-finding';
import { driftJson } from '../governance/drift/drift-json';
import { driftText } from '../governance/drift/drift-text';
import { exportedObjects } from '../governance/drift/exported';
import { exceptions, findDrift } from '../governance/drift/find-drift';
import type { LiveObjects } from '../governance/drift/live-objects';
import { isReportFormat, type ReportFormat } from '../governance/report/report-format';
import { asUsage, PATHS, raiseExitCode, readManifests, reportFindings } from './analysis-input';
import { writeChunks } from './analysis-output';
import { EXIT } from './exit-code';
import { whileProgress } from './progress';
import { reportFormatOption, writeReport } from './report';

interface DriftFlags extends ConnectOptions {
  readonly against?: string;
  readonly clusterWide?: true;
  readonly except?: readonly string[];
  readonly format: 'text' | 'json' | ReportFormat;
  readonly ignoreMetadata?: readonly string[];
}

/** `portcullis drift`: whether a cluster is as it was rendered. */
export function driftCommand(): Command {
  const command = new Command('drift')
    .description(
      'Compare rendered objects with a cluster: what is missing, what was changed, and what nobody rendered.',
    )
    .argument('<path...>', `what was rendered: ${PATHS}`)
    .option('--against <path>', 'compare with exported objects (kubectl get … -o yaml) rather than with a cluster')
    .option(
      '--kubeconfig <file>',
      'where clusters are and who asks (default: as kubectl, or as the pod that this runs in)',
    )
    .option('--context <name>', 'context of the kubeconfig (default: the current one)')
    .option('--timeout <seconds>', 'how long the cluster may take for each answer', seconds, 30)
    .option('--cluster-wide', 'list each kind once for the whole cluster, not once for each namespace')
    .option(
      '--ignore-metadata <key>',
      'a label or annotation that tools of yours add, or a prefix with /; repeatable',
      collected,
    )
    .option('--except <object>', 'what others answer for: Kind/namespace/name or Kind/name; repeatable', collected)
    .addOption(reportFormatOption(['text', 'json']))
    .addHelpText(
      'after',
      '\nOnly reads. Looks into the namespaces that were rendered, for policies, bindings, identities, service accounts and\npods with labels that policies trust. Exits with 2 if something differs.',
    );
  return command.action((paths: readonly string[], flags: DriftFlags) =>
    asUsage(command, () => print(paths, flags, command)),
  );
}

function collected(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function seconds(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number of seconds from 1.');
}

async function print(paths: readonly string[], flags: DriftFlags, command: Command): Promise<void> {
  const { against, except = [], format, ignoreMetadata = [] } = flags;
  if (against !== undefined && (flags.kubeconfig ?? flags.context ?? flags.clusterWide) !== undefined) {
    command.error('error: --against compares with files, and needs no cluster');
  }
  if (against === STDIN && paths.includes(STDIN)) command.error('error: standard input can be only one of the two');
  const patterns = exceptions(except);
  const rendered = readObjects(paths, command);
  const live =
    against === undefined
      ? await fromCluster(rendered, flags)
      : exportedObjects(readObjects([against], command), against);
  const report = findDrift(rendered, live, { ignoredMetadata: ignoreMetadata, except: patterns });
  const findings = [...rendered.findings, ...report.findings];
  if (isReportFormat(format)) raiseExitCode(hasErrors(findings) ? EXIT.findings : EXIT.fine);
  else reportFindings({ findings });
  if (report.drifts.length > 0) raiseExitCode(EXIT.drift);
  if (isReportFormat(format)) {
    const all = [...findings, ...objectDriftFindings(report.drifts)];
    await writeReport(format, { command: 'drift', rules: DRIFT_RULES, findings: all });
    return;
  }
  await writeChunks(format === 'json' ? [driftJson({ ...report, findings })] : driftText(report));
}

async function fromCluster(rendered: Manifests, flags: DriftFlags): Promise<LiveObjects> {
  const client = await connect(flags);
  return whileProgress('reading the cluster', 'lists', (onProgress) =>
    readCluster(rendered, client, { clusterWide: flags.clusterWide ?? false, onProgress }),
  );
}

/** Without any object, everything would be missing, or nothing. */
function readObjects(paths: readonly string[], command: Command): Manifests {
  const manifests = readManifests(paths, command);
  if (manifests.objects > 0) return manifests;
  throw new FindingsError(manifests.findings);
}
