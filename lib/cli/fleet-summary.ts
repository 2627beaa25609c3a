import Table from 'cli-table3';
import { RESOURCE_NAMES, RESOURCES } from '../fleet/demand';
import type { NextCluster } from '../fleet/plan';
import type { ComparedFleet, WrittenFleet } from '../program/fleet';
import { BORDERLESS, count } from './summary';

/** Moves that are named one by one. */
const MOST_NAMED = 10;

/** A plan for people: a row for each cluster, then what is left and what moves. */
export function formatFleet({ plan, moves }: ComparedFleet): string {
  const head = ['cluster', 'dialect', 'workspaces', 'free', ...RESOURCES.map((resource) => RESOURCE_NAMES[resource])];
  const table = new Table({
    head,
    chars: BORDERLESS,
    colAligns: head.map((_, column) => (column < 2 ? 'left' : 'right')),
    style: { 'padding-left': 0, 'padding-right': 2, head: [], border: [] },
  });
  for (const { name, dialect, workspaces, free, use, budget } of plan.clusters) {
    const uses = RESOURCES.map((resource) => `${withCommas(use[resource])} of ${withCommas(budget[resource])}`);
    table.push([name, dialect, withCommas(workspaces.length), free === undefined ? 'any' : withCommas(free), ...uses]);
  }
  return [
    `${table.toString().replaceAll(/ +$/gm, '')}\n`,
    `${count(plan.clusters.length, 'cluster')}, ${count(plan.next.workspaces, 'workspace')}; ${roomText(plan.next)}\n`,
    movesText(moves),
  ].join('');
}

function roomText({ free, where, months, due }: NextCluster): string {
  if (free === undefined) return 'nothing that they use is bounded';
  const kind =
    where === undefined
      ? ''
      : ` with ${Object.entries(where)
          .map((pair) => pair.join('='))
          .join(', ')}`;
  const until = months === undefined ? '' : `, which is enough for ${months} months`;
  return `${withCommas(free)} more${kind} fit${until}; the next cluster is ${due ? 'due' : 'not due yet'}`;
}

function movesText(moves: ComparedFleet['moves']): string {
  const moved = moves.filter(({ from, to }) => from !== undefined && to !== undefined);
  if (moved.length === 0) return '';
  const named = moved.slice(0, MOST_NAMED).map(({ workspace, from, to }) => `  ${workspace}: ${from} → ${to}\n`);
  const more = moved.length > MOST_NAMED ? `  and ${withCommas(moved.length - MOST_NAMED)} more\n` : '';
  return `${count(moved.length, 'workspace')} moved since the last output:\n${named.join('')}${more}`;
}

/** What was written, for people. */
export function formatWritten(written: WrittenFleet, seconds: number): string {
  const files = `${written.written} written, ${written.unchanged} unchanged, ${written.removed} removed`;
  return [
    formatFleet(written),
    `${count(written.objects, 'object')}; files: ${files}; ${seconds.toFixed(2)} s\n`,
    `proved from the manifests: ${count(written.pairs, 'pair')} of ends compared, no difference\n`,
  ].join('');
}

function withCommas(number: number): string {
  return number.toLocaleString('en');
}
