import { InvalidValueError, type Problem, quoted } from '../finding';
import { toolNameProblem } from './tool';

/**
 * The tools that the agents of a workspace may ask for. `none` is said in so many words; an empty list could be a
 * mistake.
 */
export type ToolAllowlist = 'none' | readonly string[];

/** Everything that is wrong with an allowlist. */
export function toolAllowlistProblems(tools: ToolAllowlist): readonly Problem[] {
  if (tools === 'none') return [];
  // A program in plain JavaScript may hand over any other word.
  if (!Array.isArray(tools)) return [{ message: `${quoted(String(tools))} is not a list of tools`, fix: EMPTY_FIX }];
  if (tools.length === 0) return [{ message: 'the list of tools is empty', fix: EMPTY_FIX }];
  const twice = tools.filter((name, index) => tools.indexOf(name) < index);
  return [
    ...tools.map(toolNameProblem).filter((problem) => problem !== undefined),
    ...[...new Set(twice)].map((name) => ({ message: `${quoted(name)} is listed twice`, fix: 'list each tool once' })),
  ];
}

const EMPTY_FIX = "name the tools, or write 'none'";

/**
 * Checks an allowlist and freezes it, sorted: the order of writing carries no meaning and must not change what is
 * rendered.
 *
 * @example
 * toolAllowlist(['invoice:read', 'invoice:create'])
 * toolAllowlist('none')
 *
 * @throws InvalidValueError that names every problem that toolAllowlistProblems lists
 */
export function toolAllowlist(tools: ToolAllowlist): ToolAllowlist {
  const problems = toolAllowlistProblems(tools);
  if (problems.length > 0) {
    throw new InvalidValueError({
      message: problems.map(({ message }) => message).join(', and '),
      fix: [...new Set(problems.map(({ fix }) => fix))].join('; '),
    });
  }
  return tools === 'none' ? tools : Object.freeze([...tools].sort());
}
