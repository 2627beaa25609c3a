import { Command, Option } from 'commander';
import { analyse } from '../analysis/analysis';
import { check } from '../analysis/check';
import type { AnalysisDialect } from '../analysis/dialect';
import { CHECK_FORMATS, type CheckFormat, checkAs } from '../analysis/format/check-format';
import { RULES } from '../analysis/rules/index';
import type { Severity } from '../finding';
import { isReportFormat, type ReportFormat } from '../governance/report/report-format';
import {
  analysisOptions,
  asUsage,
  dialectOption,
  noteImagined,
  PATHS,
  raiseExitCode,
  readManifests,
} from './analysis-input';
import { writeChunks } from './analysis-output';
import { EXIT } from './exit-code';
import { exportCounts, type MetricsFlags, metricsOption } from './export-counts';
import { paint } from './paint';
import { withProgress } from './progress';
import { reportFormatOption, writeReport } from './report';

/** Severities that make a run fail, by the mildest of them. */
const FAILING: Readonly<Record<'error' | 'warning', readonly Severity[]>> = {
  error: ['error'],
  warning: ['error', 'warning'],
};

interface CheckFlags extends MetricsFlags {
  readonly dialect?: AnalysisDialect;
  readonly format: CheckFormat | ReportFormat;
  readonly failOn: keyof typeof FAILING;
}

/** `portcullis check`: what is wrong with manifests, by every rule there is. */
export function checkCommand(): Command {
  const command = new Command('check')
    .description('Find rules that do nothing, rules that undo others, and policies that would be refused.')
    .argument('<path...>', PATHS)
    .addOption(dialectOption())
    .addOption(reportFormatOption(CHECK_FORMATS))
    .addOption(metricsOption())
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on')
        .choices(Object.keys(FAILING))
        .default('error'),
    );
  return command.action((paths: readonly string[], flags: CheckFlags) =>
    asUsage(command, () => print(paths, flags, command)),
  );
}

async function print(paths: readonly string[], flags: CheckFlags, command: Command): Promise<void> {
  const manifests = readManifests(paths, command);
  if (manifests.objects > 0) noteImagined(manifests, paths);
  const analysis = analyse(manifests, analysisOptions(flags.dialect));
  const result = withProgress('checking', 'rules', (onProgress) => check(analysis, { onProgress }));
  const report = {
    ...result,
    findings: [...analysis.findings, ...result.findings],
    dialect: analysis.dialect,
    objects: manifests.objects,
    policies: manifests.policies.length,
  };
  if (report.findings.some(({ severity }) => FAILING[flags.failOn].includes(severity))) raiseExitCode(EXIT.findings);
  const { format } = flags;
  if (isReportFormat(format)) await writeReport(format, { command: 'check', rules: RULES, findings: report.findings });
  else await writeChunks(checkAs(format, report, paint()));
  await exportCounts({ command: 'check', findings: report.findings }, flags);
}
