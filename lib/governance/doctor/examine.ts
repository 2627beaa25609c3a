import { lt } from 'semver';
import type { Finding } from '../../finding';
import { type AskOptions, askTool, type ToolAnswer } from './ask-tool';
import { loweredPins, lowPins, type Pin, type PinnedVersions } from './pinned-versions';
import { TOOLS, type Tool } from './tool';

/** How a tool is; `fine` and `missing` are no errors, unless a tool that is missing is required. */
export const TOOL_STATES = ['fine', 'missing', 'too-old', 'downgraded', 'unverified', 'silent'] as const;
export type ToolState = (typeof TOOL_STATES)[number];

/** What was found out about one tool. */
export interface ExaminedTool {
  readonly tool: Tool;
  readonly answer: ToolAnswer;
  readonly pin?: Pin;
  readonly state: ToolState;
  /** True if the file is the one whose SHA-256 is pinned. */
  readonly verified: boolean;
}

/** What `portcullis doctor` says. */
export interface Examination {
  readonly tools: readonly ExaminedTool[];
  readonly findings: readonly Finding[];
}

export interface ExamineOptions extends Omit<AskOptions, 'hashes'> {
  /** Versions that tools may not be older than. */
  readonly pinned?: PinnedVersions;
  /** The same as they were before a change. */
  readonly before?: PinnedVersions;
  /** Names of the tools that have to be there. */
  readonly required: readonly string[];
  /** The platform as files of pinned versions name it: `linux-x64`. */
  readonly platform: string;
}

/** Asks every tool for its version, and holds it against what is needed and what is pinned. */
export async function examineTools(options: ExamineOptions): Promise<Examination> {
  const { pinned, before, path, timeout, platform } = options;
  const tools = await Promise.all(
    TOOLS.map(async (tool): Promise<ExaminedTool> => {
      const pin = pinned?.tools[tool.name];
      const sum = pin?.sha256?.[platform];
      const answer = await askTool(tool, { path, timeout, hashes: sum !== undefined });
      const state = stateOf(tool, answer, pin, sum);
      const verified = answer.state === 'found' && sum !== undefined && answer.sha256 === sum;
      return { tool, answer, state, verified, ...(pin === undefined ? {} : { pin }) };
    }),
  );
  return {
    tools,
    findings: [
      ...(pinned === undefined ? [] : lowPins(pinned)),
      ...(pinned === undefined || before === undefined ? [] : loweredPins(pinned, before)),
      ...tools.flatMap((examined) => findingOf(examined, options) ?? []),
    ],
  };
}

function stateOf(tool: Tool, answer: ToolAnswer, pin: Pin | undefined, sum: string | undefined): ToolState {
  if (answer.state !== 'found') return answer.state;
  if (lt(answer.version, tool.minimum)) return 'too-old';
  if (pin !== undefined && lt(answer.version, pin.version)) return 'downgraded';
  return sum === undefined || answer.sha256 === sum ? 'fine' : 'unverified';
}

function findingOf({ tool, answer, pin, state }: ExaminedTool, options: ExamineOptions): Finding | undefined {
  const { name, minimum, reason } = tool;
  const error = { severity: 'error', where: { file: name } } as const;
  if (answer.state === 'missing') return missing(tool, options.required.includes(name));
  const where = { file: answer.file };
  if (answer.state === 'silent') {
    const fix = 'run it by hand; replace it, or take it off the PATH';
    return { ...error, rule: 'tool-silent', where, message: `${name} does not tell its version: ${answer.why}`, fix };
  }
  const { version } = answer;
  const place = options.pinned?.where(name) ?? where;
  switch (state) {
    case 'too-old': {
      const message = `${name} ${version} is too old: ${minimum} is the oldest that will do; it ${reason}`;
      return { ...error, rule: 'tool-too-old', where, message, fix: `install ${name} ${pin?.version ?? minimum}` };
    }
    case 'downgraded': {
      const message = `${name} ${version} (${answer.file}) is older than ${pin?.version}, which is pinned`;
      return { ...error, rule: 'tool-downgraded', where: place, message, fix: `install ${name} ${pin?.version}` };
    }
    case 'unverified': {
      const message = `${name} ${version} (${answer.file}) is not the file of ${pin?.version} whose SHA-256 is pinned; it has ${answer.sha256}`;
      const fix = `install ${name} ${pin?.version} from its maker; if it is meant to be another, pin both version and sum`;
      return { ...error, rule: 'tool-unverified', where: place, message, fix };
    }
    default:
      return undefined;
  }
}

function missing({ name, minimum, reason }: Tool, isRequired: boolean): Finding {
  return {
    rule: 'tool-missing',
    severity: isRequired ? 'error' : 'info',
    where: { file: name },
    message: `${name} is not on the PATH; it ${reason}`,
    fix: `install ${name} ${minimum} or newer${isRequired ? '' : ' if that is to be done here'}`,
  };
}
