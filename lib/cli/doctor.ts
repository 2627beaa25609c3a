import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { FindingsError, hasErrors, InvalidValueError, quoted } from '../finding';
import { doctorJson } from '../governance/doctor/doctor-json';
import { doctorText } from '../governance/doctor/doctor-text';
import { examineTools } from '../governance/doctor/examine';
import { type PinnedVersions, readPinnedVersions } from '../governance/doctor/pinned-versions';
import { TOOL_NAMES } from '../governance/doctor/tool';
import { isReportFormat, type ReportFormat } from '../governance/report/report-format';
import { parsedOption, raiseExitCode, reportFindings } from './analysis-input';
import { writeChunks } from './analysis-output';
import { EXIT } from './exit-code';
import { reportFormatOption, writeReport } from './report';

interface DoctorFlags {
  readonly versions?: string;
  readonly since?: string;
  readonly require?: readonly string[];
  readonly timeout: number;
  readonly format: 'text' | 'json' | ReportFormat;
}

/** Where versions are pinned if nothing else is said. */
const VERSIONS = 'tool-versions.json';

/** `portcullis doctor`: the tools beside Portcullis, and which of them are too old. */
export function doctorCommand(): Command {
  const command = new Command('doctor');
  return command
    .description('Say which versions of kubectl, cilium and other tools there are, and which are too old.')
    .option('--versions <file>', `versions that are pinned (default: ${VERSIONS} if there is one)`)
    .option('--since <file>', 'the same file before a change, none of whose versions may be lowered')
    .addOption(
      parsedOption('--require <tools>', 'tools that have to be there, such as kubectl,opa; or all', parseTools),
    )
    .addOption(parsedOption('--timeout <seconds>', 'how long a tool may take', parseSeconds).default(10))
    .addOption(reportFormatOption(['text', 'json']))
    .action(async (flags: DoctorFlags) => {
      const file = flags.versions ?? (existsSync(VERSIONS) ? VERSIONS : undefined);
      if (flags.since !== undefined && file === undefined) {
        command.error(`error: --since compares with --versions, and there is no ${VERSIONS} here`);
      }
      await examine(flags, file);
    });
}

async function examine({ since, require: required = [], timeout, format }: DoctorFlags, file?: string): Promise<void> {
  const examination = await examineTools({
    path: process.env.PATH ?? '',
    timeout: timeout * 1000,
    platform: `${process.platform}-${process.arch}`,
    required,
    ...(file === undefined ? {} : { pinned: read(file) }),
    ...(since === undefined ? {} : { before: read(since) }),
  });
  const { findings } = examination;
  if (isReportFormat(format)) {
    if (hasErrors(findings)) raiseExitCode(EXIT.findings);
    // What is not there and not needed is nothing to annotate a pull request with.
    const reported = findings.filter(({ severity }) => severity !== 'info');
    return writeReport(format, { command: 'doctor', rules: [], findings: reported });
  }
  await writeChunks([format === 'json' ? doctorJson(examination) : doctorText(examination)]);
  reportFindings(examination);
}

function read(file: string): PinnedVersions {
  const pinned = readPinnedVersions(file);
  if ('findings' in pinned) throw new FindingsError(pinned.findings);
  return pinned;
}

function parseTools(text: string): readonly string[] {
  if (text === 'all') return TOOL_NAMES;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !TOOL_NAMES.includes(name));
  if (unknown === undefined) return names;
  throw new InvalidValueError({
    message: `${quoted(unknown)} is no tool that doctor knows`,
    fix: `name some of ${TOOL_NAMES.join(', ')}, or all`,
  });
}

const MOST_SECONDS = 600;

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= MOST_SECONDS) return seconds;
  throw new InvalidValueError({ message: `${quoted(text)} is no time`, fix: `write seconds up to ${MOST_SECONDS}` });
}
