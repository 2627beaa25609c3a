import { Command } from 'commander';
import { hasErrors } from '../finding';
import { blockedFindings } from '../governance/flow-report/blocked-finding';
import { flowReportJson } from '../governance/flow-report/flow-report-json';
import { flowReportText } from '../governance/flow-report/flow-report-text';
import { EGRESS_RULES } from '../governance/policy/verify';
import { isReportFormat, type ReportFormat } from '../governance/report/report-format';
import { asUsage, raiseExitCode } from './analysis-input';
import { writeChunks } from './analysis-output';
import { type EgressPolicyFlags, egressPolicyOptions, settingsOfRun } from './egress-policy';
import { EXIT } from './exit-code';
import { exportCounts, type MetricsFlags, metricsOption } from './export-counts';
import { isLogged, logFindings } from './log';
import { logEvents } from './policy-log';
import { recordedFlows } from './recorded-flows';
import { flowsOption } from './replay';
import { reportFormatOption, writeReport } from './report';

interface ReportFlags extends EgressPolicyFlags, MetricsFlags {
  readonly flows: readonly string[];
  readonly format: 'text' | 'json' | ReportFormat;
}

/** `portcullis report`: what pods asked of hosts outside the cluster, and what was blocked. */
export function reportCommand(): Command {
  const command = egressPolicyOptions(
    new Command('report')
      .description('Count what recorded flows say about hosts outside the cluster: what was allowed, what was blocked.')
      .addOption(flowsOption().makeOptionMandatory())
      .addOption(reportFormatOption(['text', 'json']))
      .addOption(metricsOption()),
  ).addHelpText(
    'after',
    '\nRecord with: hubble observe -o json --last 100000 > flows.json' +
      '\nEGRESS_CI_FAIL_ON_BLOCKED=1, or failOnBlocked in the settings, makes a blocked host fail the run.',
  );
  return command.action((flags: ReportFlags) => asUsage(command, () => run(flags, command)));
}

async function run(flags: ReportFlags, command: Command): Promise<void> {
  const { policy, committed } = settingsOfRun(flags);
  const { settings } = policy;
  const report = await recordedFlows(flags.flows, committed.clusterDomain, command);
  const blocked = blockedFindings(report, settings.failOnBlocked);
  const findings = [...policy.findings, ...blocked];
  const { format } = flags;
  if (isLogged(format, settings)) logFindings(findings, settings.log, settings.logFormat);
  logEvents(report, settings);
  if (hasErrors(findings)) raiseExitCode(EXIT.findings);
  const rules = EGRESS_RULES.filter(({ id }) => id === 'egress-blocked');
  if (isReportFormat(format)) await writeReport(format, { command: 'report', rules, findings });
  else await writeChunks(format === 'json' ? [flowReportJson(report, findings)] : flowReportText(report));
  await exportCounts({ command: 'report', findings, flows: report }, flags, settings);
}
