import type { Environment } from '../../environment/environment';
import { loadEnvironments } from '../../environment/load';
import { type Finding, FindingsError, hasErrors } from '../../finding';
import { NOT_RENDERED } from '../../model/tool-profile';
import { CONTROLS, type Control } from './control';

/** What holds each control in one environment. */
export interface Profile {
  readonly environment: string;
  readonly rows: readonly ProfileRow[];
  /** Controls that nothing holds, and tools that are said to be on and are not rendered. */
  readonly findings: readonly Finding[];
}

export interface ProfileRow {
  readonly control: string;
  readonly tool: Control['tool'];
  readonly state: 'always' | 'on' | 'off';
  /** What holds it as things are; `nothing` is a finding. */
  readonly heldBy: string;
  /** What holds it when the tool is off. */
  readonly whenOff: string;
}

const NOTHING = 'nothing';

/**
 * The matrix of each environment, or of one.
 * @param directory folder of the environments' settings
 * @throws FindingsError for settings that cannot be read
 */
export function profiles(directory: string, environment?: string): readonly Profile[] {
  const { environments, findings } = loadEnvironments(directory, environment);
  if (hasErrors(findings)) throw new FindingsError(findings);
  return environments.filter(({ profile }) => profile === 'strict').map(profileOf);
}

/** Which tool holds each control, and what holds it when that is off. */
export function profileOf(environment: Environment): Profile {
  const rows = CONTROLS.map((control) => rowOf(control, environment));
  return {
    environment: environment.name,
    rows,
    findings: [...rows.flatMap((row) => unheld(row, environment)), ...notRendered(environment)],
  };
}

function rowOf({ name, tool, held, otherwise }: Control, environment: Environment): ProfileRow {
  const isOn = tool === 'baseline' || (environment.tools[tool] && !NOT_RENDERED.includes(tool));
  const whenOff = otherwise(environment) ?? NOTHING;
  return {
    control: name,
    tool,
    state: tool === 'baseline' ? 'always' : isOn ? 'on' : 'off',
    // A tool that is on and not told to do it leaves the control to whatever is there without it.
    heldBy: (isOn ? held(environment) : undefined) ?? whenOff,
    whenOff,
  };
}

function unheld({ control, tool, heldBy }: ProfileRow, { file }: Environment): readonly Finding[] {
  if (heldBy !== NOTHING) return [];
  const message = `nothing holds '${control}': ${tool} does not, and neither does anything else`;
  const fix = 'say portarium.admission and portarium.registries, which the API server holds by itself';
  return [{ rule: 'unheld-control', severity: 'error', where: { file }, message, fix }];
}

function notRendered({ tools, file }: Environment): readonly Finding[] {
  return NOT_RENDERED.filter((tool) => tools[tool]).map((tool): Finding => {
    const message = `${tool} is on, and nothing is rendered for it yet, so it counts as off`;
    return {
      rule: 'tool-not-rendered',
      severity: 'warning',
      where: { file },
      message,
      fix: 'rely on what holds without it',
    };
  });
}
