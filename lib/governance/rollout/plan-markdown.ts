import { diffMarkdown } from '../../analysis/format/diff-markdown';
import { LAYERS } from '../../model/stage';
import { markdownCode, markdownText } from '../../render/network/markdown';
import { commandBlock, table } from '../markdown';
import { deleteCommands } from './object-changes';
import type { PlannedStep, RolloutPlan } from './plan';
import { objectSums, stepSentence } from './plan-text';
import { flow } from './settings-file';

/** For the pull request that takes the step. */
export function planMarkdown({ environment, file, workspaces, step }: RolloutPlan): string {
  const title = step === undefined ? 'nothing is left to do' : stepSentence(step);
  const stages = workspaces.map(({ workspace, layers }) => [
    markdownCode(workspace),
    ...LAYERS.map((layer) => layers[layer]),
  ]);
  return [
    `## Roll-out of ${markdownText(environment)}: ${markdownText(title)}\n\n`,
    table(['workspace', ...LAYERS], stages),
    ...(step === undefined ? [] : [stepText(step, file)]),
  ].join('');
}

function stepText({ gates, objects, documents, reach, settings, forced }: PlannedStep, file: string): string {
  const checks = gates
    .flatMap(({ live }) => live)
    .map(({ command, expected }) => `${commandBlock(command)}\nExpected: ${expected}.\n`);
  const removed = deleteCommands(objects);
  const yaml = [
    ...settings.map(({ workspace, stage }) => `# ${workspace}\nstage: ${flow(stage)}\n`),
    ...(forced === undefined ? [] : [`# rollout.forced\n- ${flow(forced)}\n`]),
  ];
  return [
    ...(gates.length === 0
      ? []
      : [
          '\n### Gates\n\n',
          table(
            ['gate', 'state', 'because'],
            gates.map(({ id, state, says }) => [markdownCode(id), state, markdownText(says)]),
          ),
        ]),
    ...(checks.length === 0 ? [] : [`\n### To be checked live\n\n${checks.join('\n')}`]),
    `\n### Objects\n\n${objectSums(objects)}\n\n`,
    ...objects.map(
      ({ change, object, paths }) =>
        `- ${change}: ${markdownCode(object)}${paths.length === 0 ? '' : `: ${paths.map(markdownCode).join(', ')}`}\n`,
    ),
    ...documents.map((name) => `- file: ${markdownCode(name)}\n`),
    ...(removed.length === 0 ? [] : [`\n\`kubectl apply\` deletes nothing:\n\n${commandBlock(removed.join('\n'))}`]),
    `\n${diffMarkdown(reach)
      .replace(/^##/, '###')
      .replaceAll(/^### (?!Reachability)/gm, '#### ')}`,
    `\n### In ${markdownCode(file)}\n\n\`\`\`yaml\n${yaml.join('')}\`\`\`\n`,
  ].join('');
}
