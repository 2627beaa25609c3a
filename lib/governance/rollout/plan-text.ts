import { diffText } from '../../analysis/format/diff-text';
import { printable } from '../../finding';
import { LAYERS } from '../../model/stage';
import type { GateResult } from './gate';
import { deleteCommands, type ObjectChange } from './object-changes';
import type { PlannedStep, RolloutPlan } from './plan';
import { flow } from './settings-file';

/** For people: where the roll-out is, what the next step takes, and what it changes. */
export function planText(plan: RolloutPlan): string {
  const { environment, workspaces, step, file } = plan;
  const head = step === undefined ? `${environment}: nothing is left to do` : `${environment}: ${stepSentence(step)}`;
  const parts = [`${head}\n`, `\nstages\n${stagesText(workspaces)}`];
  if (step !== undefined) parts.push(stepText(step, file));
  return parts.map(printableLines).join('');
}

/** `egress of ws-research goes from observe to enforce`. */
export function stepSentence({ layer, workspaces, from, to }: PlannedStep): string {
  return `${layer} of ${workspaces.join(', ')} goes from ${from} to ${to}`;
}

function stagesText(workspaces: RolloutPlan['workspaces']): string {
  const rows = [
    ['workspace', ...LAYERS],
    ...workspaces.map(({ workspace, layers }) => [workspace, ...LAYERS.map((layer) => layers[layer])]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map(
      (row) =>
        `  ${row
          .map((text, column) => text.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function stepText(step: PlannedStep, file: string): string {
  const { gates, objects, documents, reach, settings, forced } = step;
  const parts = [
    ...(gates.length === 0 ? [] : [`\ngates\n${gates.map(gateText).join('')}`]),
    `\nobjects: ${objectSums(objects)}\n${objects.map(objectText).join('')}`,
    ...deletionText(objects),
    ...(documents.length === 0
      ? []
      : [`\nfiles that change with them\n${documents.map((name) => `  ${name}\n`).join('')}`]),
    `\nreach\n${indented([...diffText(reach)].join(''))}`,
    `\nin ${file}\n${settings.map(({ workspace, stage }) => `  ${workspace}: stage: ${flow(stage)}\n`).join('')}`,
  ];
  if (forced !== undefined) parts.push(`  rollout.forced: ${flow(forced)}\n`);
  return parts.join('');
}

function gateText({ id, state, says, fix, live }: GateResult): string {
  const lines = [`  ${state.padEnd(7)}  ${id}: ${says}\n`];
  if (fix !== undefined) lines.push(`           → ${fix}\n`);
  for (const { command, expected } of live) lines.push(`           $ ${command}\n             ${expected}\n`);
  return lines.join('');
}

/** `1 added, 3 changed, 0 removed`. */
export function objectSums(objects: readonly ObjectChange[]): string {
  return (['added', 'changed', 'removed'] as const)
    .map((change) => `${objects.filter((one) => one.change === change).length} ${change}`)
    .join(', ');
}

function objectText({ change, object, paths }: ObjectChange): string {
  return `  ${change.padEnd(7)}  ${object}${paths.length === 0 ? '' : `: ${paths.join(', ')}`}\n`;
}

function deletionText(objects: readonly ObjectChange[]): readonly string[] {
  const commands = deleteCommands(objects);
  if (commands.length === 0) return [];
  return [`  kubectl apply deletes nothing:\n${commands.map((command) => `           $ ${command}\n`).join('')}`];
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
