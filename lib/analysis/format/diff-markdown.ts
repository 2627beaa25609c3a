import { printable } from '../../finding';
import { CHANGE_KINDS, type ChangeGroup, type ChangeKind, type Difference } from '../answer/difference';
import { changeSentence } from './change-sentence';
import { dialectNote, sumText, workloadLines } from './diff-text';

/** GitHub refuses comments longer than 65,536 characters. */
const LONGEST = 60_000;

const TITLES: Readonly<Record<ChangeKind, string>> = {
  added: 'Newly allowed',
  widened: 'Allowed on more',
  'lost-auth': 'Authentication lost',
  'lost-l7': 'Any request instead of some',
  removed: 'No longer allowed',
  narrowed: 'Allowed on less',
  'gained-auth': 'Authentication required',
  'gained-l7': 'Some requests instead of any',
};

/** For a pull request. Nothing of the manifests' names is read as markup, as a mention or as a reference. */
export function diffMarkdown(difference: Difference): string {
  const note = dialectNote(difference);
  const parts = ['## Reachability\n\n', `${sumText(difference)}\n`, ...(note === undefined ? [] : [`\n${note}\n`])];
  let length = parts.join('').length;
  let left = 0;
  const add = (text: string) => {
    if (length + text.length > LONGEST) left++;
    else {
      parts.push(text);
      length += text.length;
    }
  };
  for (const kind of CHANGE_KINDS) {
    const groups = difference.groups.filter((group) => group.kind === kind);
    if (groups.length === 0) continue;
    add(`\n### ${TITLES[kind]}\n\n`);
    for (const group of groups) add(groupText(group));
  }
  const workloads = workloadLines(difference).map(workloadText);
  if (workloads.length > 0) add(`\n### Workloads\n\n${workloads.join('')}`);
  if (left > 0) parts.push(`\n${left} more lines do not fit here; \`portcullis diff --format text\` prints them.\n`);
  return parts.join('');
}

function groupText(group: ChangeGroup): string {
  const tags = group.tags.length === 0 ? '' : `**${group.tags.join(', ')}**: `;
  const sentence = `- ${tags}${changeSentence(group, { code })}\n`;
  if (group.pairs === 1) return sentence;
  const examples = group.examples.map(({ from, to }) => `  - ${code(`${from} => ${to}`)}\n`);
  const rest = group.pairs - examples.length;
  return [sentence, ...examples, ...(rest > 0 ? [`  - and ${rest} more\n`] : [])].join('');
}

/** The names behind the colon as code. */
function workloadText(line: string): string {
  const [title = '', names = ''] = [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)];
  return `- ${title}: ${code(names)}\n`;
}

/** In a code span nothing is markup but the backtick. */
function code(text: string): string {
  return `\`${printable(text).replaceAll('`', "'")}\``;
}
