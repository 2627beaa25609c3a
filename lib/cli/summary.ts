import Table from 'cli-table3';
import type { RootResult, RunResult } from '../program/run';

const COLUMNS = [
  'environment',
  'program',
  'workspaces',
  'objects',
  'edges',
  'written',
  'unchanged',
  'removed',
] as const;

/** Plain columns, two blanks apart. */
export const BORDERLESS = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
    'middle',
  ].map((part) => [part, '']),
);

/** What a run wrote, for people: a row for each environment and program, and the sums. */
export function formatSummary(result: RunResult, seconds: number): string {
  const table = new Table({
    head: [...COLUMNS],
    chars: BORDERLESS,
    colAligns: COLUMNS.map((column) => (column === 'environment' || column === 'program' ? 'left' : 'right')),
    style: { 'padding-left': 0, 'padding-right': 2, head: [], border: [] },
  });
  for (const root of result.roots) table.push(COLUMNS.map((column) => root[column]));
  const environments = new Set(result.roots.map((root) => root.environment)).size;
  const sums = [
    count(environments, 'environment'),
    count(sum(result.roots, 'workspaces'), 'workspace'),
    count(sum(result.roots, 'objects'), 'object'),
    count(sum(result.roots, 'edges'), 'edge'),
  ];
  const pairs = result.roots.reduce((total, { proof }) => total + proof.pairs, 0);
  const accepted = result.roots.reduce((total, { proof }) => total + proof.accepted, 0);
  const proof = [
    `proved from the manifests: ${count(pairs, 'pair')} of ends compared`,
    ...(accepted === 0 ? [] : [`${count(accepted, 'known difference')} accepted`]),
    accepted === 0 ? 'no difference' : 'no other',
  ];
  const files = (['written', 'unchanged', 'removed'] as const).map(
    (column) => `${sum(result.roots, column)} ${column}`,
  );
  return `${table.toString().replaceAll(/ +$/gm, '')}\n${sums.join(', ')}; files: ${files.join(', ')}; ${seconds.toFixed(2)} s\n${proof.join(', ')}\n`;
}

/** What a run wrote, for machines. */
export function summaryJson(result: RunResult, seconds: number): string {
  return `${JSON.stringify({ schemaVersion: 1, ...result, seconds }, undefined, 2)}\n`;
}

function sum(
  roots: readonly RootResult[],
  column: Exclude<(typeof COLUMNS)[number], 'environment' | 'program'>,
): number {
  return roots.reduce((total, root) => total + root[column], 0);
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
