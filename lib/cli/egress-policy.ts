import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { systemReason } from '../environment/file-text';
import { loadEnvironments } from '../environment/load';
import { type Finding, FindingsError, hasErrors, InvalidValueError } from '../finding';
import { type LockFile, parseLock } from '../governance/lock/lock-file';
import { unknownKeywords } from '../governance/lock/unknown-keyword';
import {
  type Committed,
  committedByLock,
  committedByPrograms,
  committedBySettings,
} from '../governance/policy/committed';
import { readVariables, type SaidByVariables } from '../governance/policy/read-variables';
import { type EgressPolicy, settlePolicy } from '../governance/policy/settle';
import { WAIVER_LABEL, type Waiver, waiverFindings } from '../governance/policy/waiver';
import { standardProgram } from '../governance/standard-program';
import { proseProblem } from '../model/prose';
import { loadPrograms } from '../program/load';
import { parsedOption } from './analysis-input';

/** What commands take that look at the egress policy. */
export interface EgressPolicyFlags {
  readonly env?: string;
  /** Undefined for the usual folder, which need not be there. */
  readonly environments?: string;
  readonly waiverLabel: string;
  readonly waiverReason?: string;
}

/** The policy of a run, and what it was made from. */
export interface PolicyOfRun {
  readonly policy: EgressPolicy;
  readonly committed: Committed;
  /** Undefined where there is no such file. */
  readonly lock?: LockFile;
}

const ENVIRONMENTS = 'environments';

function parseLabel(text: string): string {
  const label = text.trim();
  if (label !== '') return label;
  const fix = 'name the label, or leave it out';
  throw new InvalidValueError({ message: 'the label of the waiver is empty', fix });
}

/** Adds the options by which commands find what is committed, and by which they may go past it. */
export function egressPolicyOptions(command: Command): Command {
  return command
    .option('--env <name>', 'the one environment to look at (default: all)')
    .option(
      '--environments <dir>',
      `folder with one settings file for each environment (default: ${ENVIRONMENTS}, if it is there)`,
    )
    .addOption(
      parsedOption('--waiver-label <label>', 'label that the waiver rests on', parseLabel).default(WAIVER_LABEL),
    )
    .addOption(
      parsedOption('--waiver-reason <text>', 'let variables loosen what is committed, and record why', (text) => {
        const problem = proseProblem(text, 'the reason of the waiver');
        if (problem !== undefined) throw new InvalidValueError(problem);
        return text.trim();
      }),
    );
}

/**
 * Reads what programs allow, and what the variables of the process say.
 * @param modules programs; without any, what the environments describe
 * @param file the lock; it need not be there
 * @throws FindingsError if a program, its settings or the lock are wrong
 */
export async function policyOfRun(
  modules: readonly string[],
  file: string,
  flags: EgressPolicyFlags,
): Promise<PolicyOfRun> {
  const lock = readLock(file);
  const isCommitted = modules.length > 0 || hasEnvironments(flags);
  const programs = modules.length === 0 ? { programs: [standardProgram] } : await loadPrograms(modules);
  const committed = isCommitted ? committedByPrograms({ ...programs, ...where(flags) }) : committedByLock(lock);
  const policy = settled(committed, readVariables(process.env), flags);
  return { policy, committed, ...(lock === undefined ? {} : { lock }) };
}

/**
 * Reads what settings and the variables of the process say, without what may be reached.
 * @throws FindingsError if the settings are wrong
 */
export function settingsOfRun(flags: EgressPolicyFlags): Omit<PolicyOfRun, 'lock'> {
  const { environments: folder, environment } = where(flags);
  const { environments, findings } = hasEnvironments(flags)
    ? loadEnvironments(folder, environment)
    : { environments: [], findings: [] };
  if (hasErrors(findings)) throw new FindingsError(findings);
  const said = readVariables(process.env);
  const committed = committedBySettings(environments, said.allowlist?.hosts ?? []);
  return { policy: settled(committed, said, flags), committed };
}

function settled(committed: Committed, said: SaidByVariables, flags: EgressPolicyFlags): EgressPolicy {
  const waiver = waiverOf(flags);
  const labelled = waiver === undefined ? [] : waiverFindings(waiver, githubEvent());
  const policy = settlePolicy(committed, said, hasErrors(labelled) ? undefined : waiver);
  return { ...policy, findings: [...labelled, ...policy.findings] };
}

/** Whoever names a folder means it, so that a slip of the pen does not fall back to what holds without settings. */
function hasEnvironments({ env, environments }: EgressPolicyFlags): boolean {
  return env !== undefined || environments !== undefined || existsSync(ENVIRONMENTS);
}

function where({ env, environments = ENVIRONMENTS }: EgressPolicyFlags) {
  return { environments, ...(env === undefined ? {} : { environment: env }) };
}

function waiverOf({ waiverLabel: label, waiverReason: reason }: EgressPolicyFlags): Waiver | undefined {
  return reason === undefined ? undefined : { label, reason };
}

/** @see https://docs.github.com/en/actions/reference/workflows-and-actions/variables (GITHUB_EVENT_PATH) */
function githubEvent(): string | undefined {
  const { GITHUB_ACTIONS: isOn, GITHUB_EVENT_PATH: file } = process.env;
  return isOn === 'true' && file && existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function readLock(file: string): LockFile | undefined {
  if (!existsSync(file)) return undefined;
  const lock = parseLock(text(file), file);
  const findings = [...lock.findings, ...unknownKeywords(lock.tokens, file)];
  if (findings.length > 0) throw new FindingsError(findings);
  return lock;
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw noLock(file, `the lock cannot be read: ${systemReason(error)}`);
  }
}

/** What is thrown where a lock has to be there. */
export function noLock(file: string, message = 'there is no lock to hold the list against'): FindingsError {
  const fix = 'write it with `portcullis lock`, and have it reviewed';
  const finding: Finding = { rule: 'file-unreadable', severity: 'error', where: { file }, message, fix };
  return new FindingsError([finding]);
}
