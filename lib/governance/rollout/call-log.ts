import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type Finding, FindingsError } from '../../finding';

/** How many calls went which way. */
export interface CallCount {
  /** Through the control plane. */
  readonly routed: number;
  /** Straight to a system of record. */
  readonly direct: number;
  /** All calls, those of other classes among them. */
  readonly total: number;
}

/** What the logs of Portarium's agents say about their calls. */
export interface CallLog {
  readonly calls: CallCount;
  /** By workspace, as far as lines name one. */
  readonly workspaces: ReadonlyMap<string, CallCount>;
  /** JSON lines that are about something else. */
  readonly others: number;
  /** Lines that are no JSON objects. */
  readonly unreadable: number;
  /** Times of the earliest and the latest call, in milliseconds; undefined if no call has a time. */
  readonly first?: number;
  readonly last?: number;
  /** Warnings about lines that could not be read. */
  readonly findings: readonly Finding[];
}

/** Seed 000: the class of calls that go through the control plane, and of those that go round it. */
const ROUTED = 'control-plane-routed';
const DIRECT = 'direct-sor-call';
/** Where lines name the workspace and the time; the seeds show `.classification` and `.url` alone. */
const WORKSPACE_KEYS = ['workspace_id', 'workspaceId', 'workspace'] as const;
const TIME_KEYS = ['timestamp', 'time', 'ts'] as const;
/** Unreadable lines that are named. */
const NAMED = 5;

/**
 * Reads JSON lines of Portarium, as `kubectl logs` prints them. Lines that cannot be read are counted and named, and
 * everything passes line by line.
 * @param files paths, `-` for standard input
 * @throws FindingsError if a file cannot be read
 */
export async function readCallLog(files: readonly string[], stdin: Readable = process.stdin): Promise<CallLog> {
  const counter = new CallCounter();
  const findings: Finding[] = [];
  for (const file of files) {
    const stream = file === '-' ? stdin : createReadStream(file, 'utf8');
    const unreadable: number[] = [];
    let line = 0;
    try {
      for await (const text of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
        line++;
        if (text.trim() !== '' && !counter.add(text)) unreadable.push(line);
      }
    } catch (error) {
      const message = `the log cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      const fix = 'name a file of JSON lines, or - for standard input';
      throw new FindingsError([{ rule: 'file-unreadable', severity: 'error', where: { file }, message, fix }]);
    }
    if (unreadable.length > 0) findings.push(unreadableLines(file, unreadable));
  }
  return { ...counter.log(), findings };
}

function unreadableLines(file: string, lines: readonly number[]): Finding {
  const named = lines.slice(0, NAMED).join(', ');
  const more = lines.length > NAMED ? ` and ${lines.length - NAMED} more` : '';
  return {
    rule: 'log-line-unreadable',
    severity: 'warning',
    where: { file, line: lines[0] as number },
    message: `${lines.length === 1 ? 'a line is' : `${lines.length} lines are`} no JSON object and not counted: ${named}${more}`,
    fix: 'log as JSON, one object to a line, and take no prefix (kubectl logs without --prefix)',
  };
}

class CallCounter {
  private readonly all = { routed: 0, direct: 0, total: 0 };
  private readonly byWorkspace = new Map<string, { routed: number; direct: number; total: number }>();
  private others = 0;
  private unreadable = 0;
  private first: number | undefined;
  private last: number | undefined;

  /** @returns false for a line that is no JSON object */
  add(text: string): boolean {
    const line = parsed(text);
    if (line === undefined) {
      this.unreadable++;
      return false;
    }
    if (typeof line.classification !== 'string') {
      this.others++;
      return true;
    }
    count(this.all, line.classification);
    const workspace = textAt(line, WORKSPACE_KEYS);
    if (workspace !== undefined) {
      const known = this.byWorkspace.get(workspace) ?? { routed: 0, direct: 0, total: 0 };
      count(known, line.classification);
      this.byWorkspace.set(workspace, known);
    }
    this.noteTime(timeAt(line));
    return true;
  }

  log(): Omit<CallLog, 'findings'> {
    const { all, byWorkspace, others, unreadable, first, last } = this;
    const span = first === undefined || last === undefined ? {} : { first, last };
    return { calls: all, workspaces: byWorkspace, others, unreadable, ...span };
  }

  private noteTime(time: number | undefined): void {
    if (time === undefined) return;
    this.first = Math.min(this.first ?? time, time);
    this.last = Math.max(this.last ?? time, time);
  }
}

function count(counts: { routed: number; direct: number; total: number }, classification: string): void {
  counts.total++;
  if (classification === ROUTED) counts.routed++;
  else if (classification === DIRECT) counts.direct++;
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function textAt(line: Readonly<Record<string, unknown>>, keys: readonly string[]): string | undefined {
  return keys.map((key) => line[key]).find((value) => typeof value === 'string');
}

/** A date as text, or a number of seconds or milliseconds since 1970. */
function timeAt(line: Readonly<Record<string, unknown>>): number | undefined {
  const value = TIME_KEYS.map((key) => line[key]).find((one) => typeof one === 'string' || typeof one === 'number');
  if (value === undefined) return undefined;
  const time = typeof value === 'number' ? (value < 1e11 ? value * 1000 : value) : Date.parse(String(value));
  return Number.isFinite(time) ? time : undefined;
}

/** Seed 000: what phase 3 has to have come to before anything is enforced. It has to be more than this. */
const ENOUGH = { of: 9, in: 10 } as const;

/** Whether enough calls go through the control plane: more than 90 %, counted exactly. */
export function isCompliant({ routed, total }: CallCount): boolean {
  return routed * ENOUGH.in > total * ENOUGH.of;
}

/** `97.3 % of 1204 calls`; never rounded up to what would be enough. */
export function complianceText({ routed, total }: CallCount): string {
  return `${(Math.floor((routed * 1000) / total) / 10).toFixed(1)} % of ${total} ${total === 1 ? 'call' : 'calls'}`;
}

/** Calls of a workspace; those of all where no line names a workspace, undefined where lines name others alone. */
export function callsOf({ calls, workspaces }: CallLog, workspace: string): CallCount | undefined {
  return workspaces.size === 0 ? (calls.total > 0 ? calls : undefined) : workspaces.get(workspace);
}
