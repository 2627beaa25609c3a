import { printable } from '../../finding';
import type { Grants } from '../answer/grant';
import type { ReachEnd } from '../answer/reach-end';
import type { ReachPair } from '../answer/reach-pair';
import { connectionText } from './connection-text';
import { placeText } from './explain-text';

/** One pair to a line: `shop/cart[Deployment] => shop/pay[Deployment] : TCP 80,443-445`. */
export function* reachText(pairs: Iterable<ReachPair>): Generator<string> {
  for (const pair of pairs) yield `${pairText(pair)}\n${grantsText(pair)}`;
}

function pairText({ from, to, segments, resolvable }: ReachPair): string {
  const void_ = resolvable === false ? ' (void: no DNS rule lets the name be resolved)' : '';
  return `${endText(from)} => ${endText(to)} : ${connectionText(segments)}${void_}`;
}

function endText(end: ReachEnd): string {
  return printable(end.kind === 'workload' && end.hostNetwork ? `${end.label} (host network)` : end.label);
}

function grantsText({ grants = {} }: ReachPair): string {
  return (['egress', 'ingress'] as const)
    .flatMap((direction) => {
      const granted = grants[direction];
      return granted === undefined ? [] : sideLines(direction, granted);
    })
    .join('');
}

function sideLines(direction: string, { restricted, rules }: Grants): readonly string[] {
  const width = 'ingress '.length;
  if (!restricted) return [`    ${direction.padEnd(width)}not restricted\n`];
  return rules.map((place) => `    ${direction.padEnd(width)}${placeText(place)}\n`);
}
