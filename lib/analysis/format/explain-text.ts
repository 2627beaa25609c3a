import { printable } from '../../finding';
import type { Explanation, Side, Verdict } from '../answer/explanation';
import type { Place } from '../answer/grant';
import { formatPort } from '../answer/port-query';
import type { ReachEnd } from '../answer/reach-end';
import { l7Text, portGroups } from './connection-text';

/** For people: the answer first, then what each end's policies say, with the places to open. */
export function* explainText({ verdicts, omitted, query }: Explanation): Generator<string> {
  for (const [index, verdict] of verdicts.entries()) {
    yield `${index === 0 ? '' : '\n'}${lines(verdict, formatPort(query.port)).join('\n')}\n`;
  }
  if (omitted > 0) yield `\n${omitted} more pairs of ends were not looked at; ask about fewer.\n`;
}

/** One place to a line, with what an editor opens in front. */
export function placeText({ file, line, object, rule, construct }: Place): string {
  const at = rule === 'spec' ? '' : ` ${rule}`;
  return printable(`${file}:${line}  ${object}${at}${construct === undefined ? '' : `  (${construct})`}`);
}

function lines(verdict: Verdict, port: string): readonly string[] {
  const { from, to, egress, ingress } = verdict;
  const answer = { yes: 'allowed', no: 'not allowed', some: 'allowed in part' }[verdict.allowed];
  return [
    `${endText(from)} => ${endText(to)} : ${port} is ${answer}`,
    ...(verdict.isSelf ? ['  a pod always reaches itself'] : []),
    ...conditions(verdict),
    ...(egress === undefined ? [] : sideLines(egress, from.label)),
    ...(ingress === undefined ? [] : sideLines(ingress, to.label)),
    ...resolutionLines(verdict),
  ];
}

/** What of the ports is open if not all is, and what requests and ends have to meet. */
function conditions({ allowed, segments }: Verdict): readonly string[] {
  return portGroups(segments).flatMap(({ protocol, ports, l7, authenticated }) => [
    ...(allowed === 'some' ? [`  open: ${protocol}${ports === '*' ? '' : ` ${ports}`}`] : []),
    ...l7.map((list) => `  only requests that match: ${l7Text(list)}`),
    ...(authenticated ? ['  both ends have to authenticate'] : []),
  ]);
}

const BECAUSE = {
  'not-restricted': 'open, since no policy restricts it',
  'host-network': 'open, since policies do not hold for pods on the host network',
  node: 'open, since a node and its pods always reach each other',
} as const;

/** What the policies at one end say, with the places to open. */
export function sideLines(side: Side, label: string): readonly string[] {
  const { direction, because, isolating, granting, denying, nearest } = side;
  const head = `  ${direction} of ${printable(label)}:`;
  const list = (places: readonly Place[]) => places.map((place) => `    ${placeText(place)}`);
  const denied = denying.length === 0 ? [] : [`${head} denied by`, ...list(denying)];
  if (because !== undefined && denying.length === 0) return [`${head} ${BECAUSE[because]}`];
  if (side.allowed !== 'no') {
    return [`${head} allowed${side.allowed === 'some' ? ' in part' : ''} by`, ...list(granting), ...denied];
  }
  if (denying.length > 0) return denied;
  return [
    `${head} no rule allows it; denied by default in`,
    ...list(isolating),
    ...(nearest.length === 0 ? [] : ['    nearest rules']),
    ...nearest.flatMap(({ place, text }) => [`      ${placeText(place)}`, `        ${printable(text)}`]),
  ];
}

function resolutionLines({ resolution, to }: Verdict): readonly string[] {
  if (resolution === undefined) return [];
  const { status, rules } = resolution;
  const name = printable(to.label);
  const list = rules.map((place) => `    ${placeText(place)}`);
  if (status === 'observed') return [`  DNS: ${name} may be resolved by`, ...list];
  if (status === 'unobserved') {
    return [
      `  DNS: ${name} may be resolved, but past Cilium's DNS proxy: rules for names never learn its addresses`,
      ...list,
    ];
  }
  return [
    `  DNS: no rule lets ${name} be resolved, so rules for the name are void`,
    ...(rules.length === 0 ? [] : ['    rules for other names', ...list.map((line) => `  ${line}`)]),
  ];
}

function endText(end: ReachEnd): string {
  return printable(end.kind === 'workload' && end.hostNetwork ? `${end.label} (host network)` : end.label);
}
