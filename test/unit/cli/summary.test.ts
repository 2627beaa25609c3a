import { describe, expect, test } from 'vitest';
import { formatSummary, summaryJson } from '../../../lib/cli/summary';
import type { RootResult } from '../../../lib/program/run';

function root(environment: string, program: string, [first, ...others]: readonly number[]): RootResult {
  const [objects = 0, edges = 0, written = 0, unchanged = 0, removed = 0] = others;
  const outdir = `out/${environment}/${program}`;
  const proof = { pairs: 10, accepted: environment === 'dev' ? 2 : 0 };
  return { environment, program, outdir, workspaces: first ?? 0, objects, edges, written, unchanged, removed, proof };
}

const ROOTS = [
  root('prod', 'portarium', [10_000, 5, 6, 7, 8, 9]),
  root('prod', 'sdr', [1, 2, 3, 4, 5, 6]),
  root('dev', 'portarium', [0, 1, 0, 0, 1, 0]),
];

describe('for people', () => {
  test('a row for each environment and program, and sums that are right', () => {
    expect(formatSummary({ roots: ROOTS, findings: [] }, 1.234)).toBe(
      [
        'environment  program    workspaces  objects  edges  written  unchanged  removed',
        'prod         portarium       10000        5      6        7          8        9',
        'prod         sdr                 1        2      3        4          5        6',
        'dev          portarium           0        1      0        0          1        0',
        '2 environments, 10001 workspaces, 8 objects, 9 edges; files: 11 written, 14 unchanged, 15 removed; 1.23 s',
        'proved from the manifests: 30 pairs of ends compared, 2 known differences accepted, no other',
        '',
      ].join('\n'),
    );
  });

  test('one of each has no plural', () => {
    expect(formatSummary({ roots: [root('prod', 'a', [1, 1, 1, 1, 1, 1])], findings: [] }, 0)).toContain(
      '\n1 environment, 1 workspace, 1 object, 1 edge; files: 1 written, 1 unchanged, 1 removed; 0.00 s\n',
    );
  });

  test('nothing is said to be nothing', () => {
    expect(formatSummary({ roots: [], findings: [] }, 0)).toContain(
      '0 environments, 0 workspaces, 0 objects, 0 edges;',
    );
  });
});

test('for machines', () => {
  const finding = { rule: 'a', severity: 'warning', where: { construct: 'b' }, message: 'c', fix: 'd' } as const;
  const json = summaryJson({ roots: ROOTS, findings: [finding] }, 1.5);
  expect(JSON.parse(json)).toEqual({ schemaVersion: 1, roots: ROOTS, findings: [finding], seconds: 1.5 });
  expect(json.endsWith('}\n')).toBe(true);
});
