import { printable } from '../../finding';
import type { ChangeGroup, ChangeKind, GroupEnd } from '../answer/difference';
import { connectionText } from './connection-text';

/** More namespaces than this are counted. */
const WRITTEN = 3;

/** How names of ends and what is allowed are set in a sentence. */
export interface Typesetting {
  /** What came out of manifests: names, addresses. */
  readonly code: (text: string) => string;
}

export const PLAIN: Typesetting = { code: printable };

/** `40 workloads of shop may newly reach the world on TCP 443`. */
export function changeSentence(group: ChangeGroup, { code }: Typesetting = PLAIN): string {
  const [example] = group.examples;
  const from = endText(group.from, example?.from, code);
  const to = group.to.kind === 'workloads' && group.to.same ? sameText(group.to) : endText(group.to, example?.to, code);
  const what = connectionText(toldSegments(group));
  return SENTENCES[group.kind](from, to, what === 'all' ? 'all ports' : code(what));
}

/** Of what gains authentication the sentence says so already. */
function toldSegments({ kind, segments }: ChangeGroup): ChangeGroup['segments'] {
  return kind === 'gained-auth' ? segments.map((segment) => ({ ...segment, authenticated: false })) : segments;
}

const SENTENCES: Readonly<Record<ChangeKind, (from: string, to: string, what: string) => string>> = {
  added: (from, to, what) => `${from} may newly reach ${to} on ${what}`,
  widened: (from, to, what) => `${from} may reach ${to} on more: ${what}`,
  'lost-auth': (from, to, what) => `${from} may reach ${to} without authentication on ${what}`,
  'lost-l7': (from, to, what) => `${from} may send any request to ${to}; before only ${what}`,
  removed: (from, to, what) => `${from} may no longer reach ${to} on ${what}`,
  narrowed: (from, to, what) => `${from} may reach ${to} on less: no longer ${what}`,
  'gained-auth': (from, to, what) => `${from} must authenticate to reach ${to} on ${what}`,
  'gained-l7': (from, to, what) => `${from} may send to ${to} nothing but ${what}`,
};

function endText(end: GroupEnd, example: string | undefined, code: Typesetting['code']): string {
  if (end.kind !== 'workloads') {
    return end.label === 'world' ? 'the world' : end.label === 'every entity' ? end.label : code(end.label);
  }
  if (end.workloads === 1 && example !== undefined) return code(example);
  return `${end.workloads} workloads of ${namespacesText(end.namespaces, code)}`;
}

function sameText({ workloads }: GroupEnd & { kind: 'workloads' }): string {
  return `${workloads} workloads, each of its own namespace,`;
}

function namespacesText(namespaces: readonly string[], code: Typesetting['code']): string {
  if (namespaces.length <= WRITTEN) return namespaces.map(code).join(', ');
  return `${namespaces.length} namespaces (${namespaces.slice(0, WRITTEN).map(code).join(', ')}, …)`;
}
