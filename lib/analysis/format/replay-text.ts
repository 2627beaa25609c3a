import { printable } from '../../finding';
import { formatPort } from '../answer/port-query';
import { SKIPPED, type Skipped } from '../flow/skipped';
import { type Doubt, OUTCOMES, type Outcome, type Reason, type Replay, type ReplayGroup } from '../replay/outcome';
import { l7Text } from './connection-text';
import { sideLines } from './explain-text';

export interface ReplayTextOptions {
  /** Whether to list what passes, too. */
  readonly all: boolean;
}

const HEADS: Readonly<Record<Outcome, string>> = {
  denied: 'would be denied',
  refused: 'requests that would be refused',
  undecided: 'cannot be told from this recording',
  authentication: 'would pass once both ends authenticate',
  forwarded: 'would pass',
};
/** More rules than this are counted rather than written. */
const WRITTEN = 8;

/** For people: what would break first and why, then what was not judged, and the numbers last. */
export function* replayText(replay: Replay, { all }: ReplayTextOptions): Generator<string> {
  for (const outcome of OUTCOMES) {
    const groups = replay.groups.filter((group) => group.outcome === outcome);
    const isSerious = outcome !== 'forwarded' && outcome !== 'authentication';
    if (groups.length === 0 || !(isSerious || all)) continue;
    yield `${HEADS[outcome]}\n`;
    for (const group of groups) yield* groupText(group);
    yield '\n';
  }
  const { skipped } = replay.recording;
  if (skipped.length > 0) {
    yield `not judged\n${skipped.map((one) => `  ${skippedText(one)}\n`).join('')}\n`;
  }
  const unknown = unknownEnds(replay);
  if (unknown.length > 0) {
    yield `not in the manifests, and judged by the labels that they had\n  ${listText(unknown)}\n\n`;
  }
  yield sumText(replay, all);
}

/** Pods that a rule may have been written for under another name, or with labels that they do not have yet. */
function unknownEnds({ groups }: Replay): readonly string[] {
  const ends = groups.flatMap(({ source, target }) => [source, target]);
  return [...new Set(ends.filter(({ isUnknown }) => isUnknown === true).map(({ label }) => label))].sort();
}

function* groupText(group: ReplayGroup): Generator<string> {
  const { source, target, protocol, port, flows, passed, first, last, examples, reason } = group;
  const dropped = flows - passed;
  const was = dropped === 0 ? '' : dropped === flows ? ', dropped already' : `, ${dropped} of them dropped already`;
  const when = first === undefined || last === undefined ? '' : `, ${timesText(first, last)}`;
  const ends = `${endText(source)} => ${endText(target)} : ${formatPort({ protocol, first: port, last: port })}`;
  yield `  ${ends}  ${counted(flows, 'flow')}${was}${when}\n`;
  if (examples.length > 0) yield `    such as ${examples.map(printable).join(', ')}\n`;
  if (reason !== undefined) for (const line of reasonLines(reason, group)) yield `  ${line}\n`;
}

function endText({ label, isUnknown }: ReplayGroup['source']): string {
  return `${printable(label)}${isUnknown === true ? ' (not in the manifests)' : ''}`;
}

function reasonLines(reason: Reason, { source, target }: ReplayGroup): readonly string[] {
  switch (reason.kind) {
    case 'policies':
    case 'name-not-learned': {
      const { egress, ingress } = reason;
      const learned =
        reason.kind === 'policies'
          ? []
          : [
              `  a rule allows it for ${printable(reason.name)}, whose addresses Cilium never learns: no DNS rule names it`,
            ];
      return [
        ...learned,
        ...(egress?.allowed === 'no' ? sideLines(egress, source.label) : []),
        ...(ingress?.allowed === 'no' ? sideLines(ingress, target.label) : []),
      ];
    }
    case 'requests':
      return reason.l7.map((list) => `  only requests that match: ${l7Text(list, WRITTEN)}`);
    case 'doubt':
      return [`  ${doubtText(reason.doubt, reason.about)}`];
  }
}

function doubtText(doubt: Doubt, about: readonly string[]): string {
  const list = listText(about);
  switch (doubt) {
    case 'no-name':
      return `the recording has no name for the address; it passes if it is one of ${list}`;
    case 'no-requests':
      return `the recording has no requests; those pass that match ${list}`;
    case 'request-conditions':
      return `whether these requests match cannot be told: ${list}`;
    case 'no-labels':
      return `the recording has no labels of pods in ${list}, and the manifests have no such workload`;
    case 'unknown-end':
      return 'one end has neither labels nor a public address, and may be anything';
    case 'other-cluster':
      return `the ends are in different clusters: ${list}`;
    case 'icmp':
      return 'plain Kubernetes says nothing about ICMP';
  }
}

function listText(texts: readonly string[]): string {
  const written = texts.slice(0, WRITTEN).map(printable);
  const left = texts.length - written.length;
  return `${written.join(' | ')}${left === 0 ? '' : ` | … ${left} more`}`;
}

function skippedText({ kind, count, first }: Skipped): string {
  return `${count.toLocaleString('en')}  ${SKIPPED[kind].text} (first at ${printable(first.file)}:${first.line})`;
}

function sumText({ totals, unlisted, groups, first, last, recording }: Replay, all: boolean): string {
  const flows = OUTCOMES.reduce((sum, outcome) => sum + totals[outcome].flows, 0);
  const parts = OUTCOMES.flatMap((outcome) => {
    const { flows: number, passed } = totals[outcome];
    if (number === 0) return [];
    const before = outcome === 'forwarded' || passed === number ? '' : ` (${passed.toLocaleString('en')} went through)`;
    return [`${number.toLocaleString('en')} ${SHORT[outcome]}${before}`];
  });
  const when = first === undefined || last === undefined ? '' : `, ${timesText(first, last)}`;
  const hidden = groups.some(({ outcome }) => outcome === 'forwarded' || outcome === 'authentication') && !all;
  const lossy = recording.skipped.some(({ isLoss }) => isLoss);
  return [
    `${counted(flows, 'flow')}${when}: ${parts.length === 0 ? 'none judged' : parts.join(', ')}\n`,
    ...OUTCOMES.flatMap((outcome) => {
      const { flows: number } = unlisted[outcome];
      return number === 0 ? [] : [`beyond the limit: ${counted(number, 'flow')} that ${SHORT[outcome]}\n`];
    }),
    ...(lossy ? ['the recording is not complete, so what breaks may be more than this\n'] : []),
    ...(hidden ? ['--all lists what would pass\n'] : []),
  ].join('');
}

const SHORT: Readonly<Record<Outcome, string>> = {
  denied: 'would be denied',
  refused: 'would be refused',
  undecided: 'cannot be told',
  authentication: 'would need authentication',
  forwarded: 'would pass',
};

/** To the second; the exact times are in the JSON. */
function timesText(first: string, last: string): string {
  const [from, to] = [first, last].map((time) => time.replace(/(?:\.\d+)?Z$/, 'Z'));
  return from === to ? (from ?? '') : `${from} to ${to}`;
}

function counted(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
