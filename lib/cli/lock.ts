import { existsSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { systemReason } from '../environment/file-text';
import { type Finding, FindingsError, hasErrors } from '../finding';
import type { RunCounts } from '../governance/counts/run-counts';
import { lockCheckJson } from '../governance/lock/check-json';
import { checkLock, type LockCheck } from '../governance/lock/check-lock';
import { lockCheckText } from '../governance/lock/check-text';
import { driftFindings } from '../governance/lock/drift-finding';
import type { Locked } from '../governance/lock/entry';
import { isSomethingElse, type LockFile, parseLock } from '../governance/lock/lock-file';
import { lockedByPrograms } from '../governance/lock/programs';
import { writeLock } from '../governance/lock/write-lock';
import { isReportFormat, type ReportFormat } from '../governance/report/report-format';
import { loadPrograms } from '../program/load';
import { raiseExitCode, reportFindings } from './analysis-input';
import { writeChunks } from './analysis-output';
import { EXIT } from './exit-code';
import { exportCounts, type MetricsFlags, metricsOption } from './export-counts';
import { replaceFile } from './replace-file';
import { reportFormatOption, writeReport } from './report';

interface LockFlags extends MetricsFlags {
  readonly check?: true;
  readonly env?: string;
  readonly environments: string;
  readonly file: string;
  readonly format: 'text' | 'json' | ReportFormat;
}

/** `portcullis lock`: the reviewed list of everything that programs allow. */
export function lockCommand(): Command {
  const command = new Command('lock');
  return command
    .description('Write everything that programs allow into the lock, or check that the lock approves it.')
    .argument('<program...>', 'JavaScript modules that export a `program` (see defineProgram)')
    .option('--check', 'compare, write nothing, and exit with 2 if anything differs')
    .option('--env <name>', 'with --check: the one environment to compare (default: all)')
    .option('--environments <dir>', 'folder with one settings file for each environment', 'environments')
    .option('--file <file>', 'the lock', 'policy_allowlist.lock')
    .addOption(reportFormatOption(['text', 'json']))
    .addOption(metricsOption())
    .action(async (modules: readonly string[], flags: LockFlags) => {
      if (flags.env !== undefined && flags.check !== true) {
        command.error('error: --env is for --check; a lock of one environment would not approve the others');
      }
      const { env: environment, environments } = flags;
      const entries = lockedByPrograms({
        ...(await loadPrograms(modules)),
        environments,
        ...(environment === undefined ? {} : { environment }),
      });
      if (flags.check === true) await exportCounts(await check(entries, flags), flags);
      else write(entries, flags);
    });
}

async function check(entries: readonly Locked[], flags: LockFlags): Promise<RunCounts> {
  const { file, env } = flags;
  const { findings, drifts } = checkLock(entries, read(file), file, env);
  const all = [...findings, ...driftFindings(drifts)];
  await print({ findings, drifts, entries: entries.length }, all, flags);
  return { command: 'lock', findings: all };
}

async function print(report: LockCheck, all: readonly Finding[], { format }: LockFlags): Promise<void> {
  const { findings, drifts } = report;
  if (isReportFormat(format)) raiseExitCode(hasErrors(findings) ? EXIT.findings : EXIT.fine);
  else reportFindings({ findings });
  if (drifts.length > 0) raiseExitCode(EXIT.drift);
  if (isReportFormat(format)) return writeReport(format, { command: 'lock', rules: [], findings: all });
  if (hasErrors(findings) && format === 'text') return;
  await writeChunks(format === 'json' ? [lockCheckJson(report)] : lockCheckText(report));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const fix = 'write it with `portcullis lock`, and have it reviewed';
    throw unreadable(file, `the lock cannot be read: ${systemReason(error)}`, fix);
  }
}

function write(entries: readonly Locked[], { file }: LockFlags): void {
  const before = existsSync(file) ? read(file) : undefined;
  const existing = before === undefined ? undefined : parseLock(before, file);
  if (existing !== undefined && isSomethingElse(existing)) {
    throw unreadable(file, 'the file is no lock, and stays as it is', 'name the lock with --file, or remove the file');
  }
  const text = writeLock(entries, existing);
  if (text !== before) replaceFile(file, text, 'the lock');
  const state = text === before ? 'unchanged' : 'written';
  process.stdout.write(`${file}: ${entries.length} lines, ${state}\n${goneText(entries, existing)}`);
}

/** For whoever named only some of the programs. */
function goneText(entries: readonly Locked[], existing: LockFile | undefined): string {
  const scopes = new Set(entries.map(({ entry }) => entry.scope));
  const gone = new Set(existing?.entries.map(({ entry }) => entry.scope).filter((scope) => !scopes.has(scope)));
  if (gone.size === 0) return '';
  return `nothing in it is about ${[...gone].join(', ')} any more; name every program that the lock is for\n`;
}

function unreadable(file: string, message: string, fix: string): FindingsError {
  return new FindingsError([{ rule: 'file-unreadable', severity: 'error', where: { file }, message, fix }]);
}
