import { Command, Option } from 'commander';
import { hasErrors } from '../finding';
import type { FlowReport } from '../governance/flow-report/flow-report';
import { approvedHosts } from '../governance/policy/lock-hosts';
import { type PolicyReport, policyJson } from '../governance/policy/policy-json';
import { policyText, verificationText } from '../governance/policy/policy-text';
import { isDrift, isRefusal, verifyPolicy } from '../governance/policy/verify';
import { isReportFormat, type ReportFormat } from '../governance/report/report-format';
import { asUsage, raiseExitCode } from './analysis-input';
import { writeChunks } from './analysis-output';
import { type EgressPolicyFlags, egressPolicyOptions, noLock, type PolicyOfRun, policyOfRun } from './egress-policy';
import { EXIT } from './exit-code';
import { exportCounts, type MetricsFlags, metricsOption } from './export-counts';
import { isLogged, logFindings } from './log';
import { logEvents, logPolicy } from './policy-log';
import { recordedFlows } from './recorded-flows';
import { replaceFile } from './replace-file';
import { flowsOption } from './replay';
import { reportFormatOption, writeReport } from './report';

interface PolicyFlags extends EgressPolicyFlags, MetricsFlags {
  readonly lock: string;
  readonly print?: true;
  readonly verify?: true;
  readonly json?: true;
  readonly summaryOut?: string;
  readonly flows?: readonly string[];
  readonly format: 'text' | 'json' | ReportFormat;
}

/** `portcullis policy`: seed 003's command, on what programs allow. */
export function policyCommand(): Command {
  const command = egressPolicyOptions(
    new Command('policy')
      .description('Print and verify what may be reached outside the cluster, and how that is watched.')
      .argument('[program...]', 'JavaScript modules that export a `program` (default: what the environments describe)')
      .option('--print', 'print what holds, and where it comes from')
      .option('--verify', 'hold it against the rules and the lock')
      .option('--summary-out <file>', 'verify, and write what came of it: egress-summary.json')
      .option('--lock <file>', 'the lock', 'policy_allowlist.lock')
      .addOption(flowsOption())
      .addOption(reportFormatOption(['text', 'json']))
      .addOption(new Option('--json', 'the same as --format json'))
      .addOption(metricsOption()),
  ).addHelpText(
    'after',
    '\nThe variables EGRESS_* may tighten what is committed, and loosen it with --waiver-reason alone.',
  );
  return command.action((modules: readonly string[], flags: PolicyFlags) =>
    asUsage(command, () => run(modules, flags, command)),
  );
}

async function run(modules: readonly string[], flags: PolicyFlags, command: Command): Promise<void> {
  const { print, verify, summaryOut } = flags;
  if (print === undefined && verify === undefined && summaryOut === undefined) {
    command.error('error: say --print, --verify or --summary-out <file>');
  }
  const found = await policyOfRun(modules, flags.lock, flags);
  const { settings } = found.policy;
  const flows =
    flags.flows === undefined ? undefined : await recordedFlows(flags.flows, found.committed.clusterDomain, command);
  const isVerified = verify !== undefined || summaryOut !== undefined;
  if (isVerified && modules.length === 0 && isAboutOthers(found)) {
    command.error(
      `error: ${flags.lock} says nothing about the program 'portarium'; name the programs that it is about`,
    );
  }
  const report = isVerified ? verified(found, flags.lock, flows) : printed(found, flows);
  if (isLogged(formatOf(flags), settings)) logFindings(report.findings, settings.log, settings.logFormat);
  logPolicy(report.policy);
  if (flows !== undefined) logEvents(flows, settings);
  if (hasErrors(report.findings)) raiseExitCode(EXIT.findings);
  if (report.findings.some((finding) => isDrift(finding) && finding.severity === 'error')) raiseExitCode(EXIT.drift);
  if (summaryOut !== undefined && !report.findings.some(isRefusal)) {
    replaceFile(summaryOut, policyJson(report), 'the summary');
  }
  await write(report, flags);
  const counts = { command: 'policy', findings: report.findings, ...(flows === undefined ? {} : { flows }) };
  await exportCounts(counts, flags, settings);
}

/** A lock of programs that nobody named would make drift of everything. */
function isAboutOthers({ lock, committed }: PolicyOfRun): boolean {
  const entries = lock?.entries ?? [];
  return entries.length > 0 && !entries.some(({ entry }) => committed.isAbout(entry.scope));
}

function printed({ policy }: PolicyOfRun, flows: FlowReport | undefined): PolicyReport {
  return { policy, findings: policy.findings, ...(flows === undefined ? {} : { flows }) };
}

function verified({ policy, committed, lock }: PolicyOfRun, file: string, flows: FlowReport | undefined): PolicyReport {
  if (lock === undefined) throw noLock(file);
  const approved = approvedHosts(lock, committed.isAbout);
  const seen = flows === undefined ? {} : { flows };
  const verification = verifyPolicy(policy, { lock: { file, approved }, ...seen });
  return { policy, verification: { ...verification, lock: file }, ...seen, findings: verification.findings };
}

function formatOf({ json, format }: PolicyFlags): PolicyFlags['format'] {
  return json === undefined ? format : 'json';
}

async function write(report: PolicyReport, flags: PolicyFlags): Promise<void> {
  const { print, verify } = flags;
  if (print === undefined && verify === undefined) return;
  const format = formatOf(flags);
  const { policy, verification } = report;
  if (isReportFormat(format)) {
    const rules = (verification?.rules ?? []).filter(({ state }) => state !== 'not looked at');
    return writeReport(format, { command: 'policy', rules, findings: report.findings });
  }
  if (format === 'json') return writeChunks([policyJson(report)]);
  if (print !== undefined) await writeChunks(policyText(policy));
  if (verification !== undefined && verify !== undefined) await writeChunks(verificationText({ policy, verification }));
}
