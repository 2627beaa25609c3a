import { Command } from 'commander';
import { IDENTITY_FORMATS, type IdentityFormat, identityAs } from '../analysis/format/identity-format';
import { verifyIdentities } from '../analysis/identity/verify-identities';
import { hasErrors } from '../finding';
import { isReportFormat, type ReportFormat } from '../governance/report/report-format';
import { asUsage, PATHS, raiseExitCode, readManifests } from './analysis-input';
import { writeChunks } from './analysis-output';
import { EXIT } from './exit-code';
import { exportCounts, type MetricsFlags, metricsOption } from './export-counts';
import { paint } from './paint';
import { reportFormatOption, writeReport } from './report';

interface VerifyFlags extends MetricsFlags {
  readonly format: IdentityFormat | ReportFormat;
}

/** `portcullis verify`: what manifests would make of systems beside Kubernetes, one command for each of them. */
export function verifyCommand(program: Command): Command {
  const command = new Command('verify').copyInheritedSettings(program);
  return command
    .description('Hold what manifests register elsewhere against their workloads.')
    .addCommand(identityCommand().copyInheritedSettings(command));
}

/** `portcullis verify identity`: who would be issued which SPIFFE ID. */
function identityCommand(): Command {
  const command = new Command('identity')
    .description('List the entries that SPIRE would hold, whom each is for, and what is wrong with them.')
    .argument('<path...>', PATHS)
    .addOption(reportFormatOption(IDENTITY_FORMATS))
    .addOption(metricsOption());
  return command.action((paths: readonly string[], flags: VerifyFlags) =>
    asUsage(command, () => print(paths, flags, command)),
  );
}

async function print(paths: readonly string[], flags: VerifyFlags, command: Command): Promise<void> {
  const { format } = flags;
  const manifests = readManifests(paths, command);
  const { entries, findings } = verifyIdentities(manifests);
  const report = { entries, findings: [...manifests.findings, ...findings], objects: manifests.objects };
  if (hasErrors(report.findings)) raiseExitCode(EXIT.findings);
  const { findings: all } = report;
  if (isReportFormat(format)) await writeReport(format, { command: 'verify identity', rules: [], findings: all });
  else await writeChunks(identityAs(format, report, paint()));
  await exportCounts({ command: 'verify identity', findings: all }, flags);
}
