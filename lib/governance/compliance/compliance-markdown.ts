import { LAYERS } from '../../model/stage';
import { markdownCode, markdownText } from '../../render/network/markdown';
import { commandBlock, table } from '../markdown';
import type { Compliance, Judged, JudgedWorkspace } from './compliance';
import type { Evidence, ItemStatus } from './item';

const STATUS: Readonly<Record<ItemStatus, string>> = {
  met: 'met',
  unmet: '**not met**',
  observed: 'not enforced',
  live: 'check live',
};

/** For people: the state of every workspace, what proves it, and what is left to look at in the cluster. */
export function complianceMarkdown({ workspaces, platform, controls }: Compliance, title: string): string {
  const parts = [
    `# State of enforcement: ${markdownText(title)}\n\n`,
    'Each item is proved by an analysis of the manifests, by a file or by logs, or marked as to be checked live.\n\n',
    workspaces.length === 0 ? 'There are no workspaces.\n' : statesTable(workspaces),
    ...workspaces.map(workspaceText),
    `\n## Platform\n\n${itemsTable(platform)}`,
    `\n## Controls\n\nThe choice of controls is that of this tool; an auditor may see it otherwise.\n\n`,
    table(
      ['framework', 'requirement', 'controls', 'items', 'state'],
      controls.map(({ framework, requirement, reference, items, status }) => {
        return [framework, requirement, reference, items.map(markdownCode).join(', '), STATUS[status]];
      }),
    ),
    liveText(workspaces, platform),
  ];
  return parts.join('');
}

function statesTable(workspaces: readonly JudgedWorkspace[]): string {
  const rows = workspaces.map(({ workspace, owner, layers }) => {
    return [markdownCode(workspace), markdownText(owner ?? '—'), ...LAYERS.map((layer) => layers[layer])];
  });
  return table(['workspace', 'owner', 'egress', 'mTLS', 'tools'], rows);
}

function workspaceText({ workspace, items, forced }: JudgedWorkspace): string {
  const steps = forced.map(
    ({ layer, gates, reason }) =>
      `- ${layer} was enforced although ${gates.map(markdownCode).join(', ')} refused: ${markdownText(reason)}\n`,
  );
  return `\n## ${markdownText(workspace)}\n\n${itemsTable(items)}${steps.length === 0 ? '' : `\n${steps.join('')}`}`;
}

function itemsTable(items: readonly Judged[]): string {
  return table(
    ['item', 'checked', 'state', 'proof'],
    items.map(({ id, title, status, evidence, problems, live }) => {
      const proof = [...problems.map((problem) => `**${markdownText(problem)}**`), ...evidence.map(evidenceText)];
      const nothing = live.length > 0 && status !== 'observed' ? 'see below' : '—';
      return [markdownCode(id), markdownText(title), STATUS[status], proof.join('<br>') || nothing];
    }),
  );
}

function evidenceText({ by, says, places }: Evidence): string {
  return `${by}: ${markdownText(says)}${places.length === 0 ? '' : ` (${places.map(markdownCode).join(', ')})`}`;
}

/** What has to be looked at, once for each command. */
function liveText(workspaces: readonly JudgedWorkspace[], platform: readonly Judged[]): string {
  const sections = [
    ...workspaces.map(({ workspace, items }) => ({ title: workspace, items })),
    { title: 'Platform', items: platform },
  ].map(({ title, items }) => {
    const open = items.filter(({ live, status }) => live.length > 0 && status !== 'observed');
    const checks = open.map(({ id, live }) => {
      const commands = live.map(
        ({ command, expected }) => `${commandBlock(command)}\nExpected: ${expected.replace(/\.$/, '')}.\n`,
      );
      return `\n${markdownCode(id)}:\n\n${commands.join('\n')}`;
    });
    return checks.length === 0 ? '' : `\n### ${markdownText(title)}\n${checks.join('')}`;
  });
  const text = sections.join('');
  return text === '' ? '' : `\n## To be checked live\n${text}`;
}
