import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { PageRow } from './page';
import type { LoggedCases } from './row';

/** What the tests of this run counted, a line of JSON each. */
export const LOG = path.resolve(__dirname, '../.cache/rows.jsonl');

export function clearLog(): void {
  rmSync(LOG, { force: true });
}

/** What the tests counted, added up for each tool and question, in the order of the tools. */
export function loggedRows(tools: readonly { name: string; title: string }[], version: (tool: string) => string) {
  const text = existsSync(LOG) ? readFileSync(LOG, 'utf8') : '';
  const lines = text.split('\n').filter((line) => line !== '');
  const logged = lines.map((line) => JSON.parse(line) as LoggedCases);
  return tools.flatMap(({ name, title }) => {
    const own = logged.filter(({ tool }) => tool === name);
    const questions = [...new Set(own.map(({ checked }) => checked))].sort();
    return questions.map((checked): PageRow => {
      const same = own.filter((line) => line.checked === checked);
      return {
        tool: title,
        version: version(name),
        checked,
        cases: sum(same.map(({ cases }) => cases)),
        disagreements: sum(same.map(({ disagreements }) => disagreements)),
        exceptions: added(same.map(({ exceptions }) => exceptions)),
      };
    });
  });
}

function added(records: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const all: Record<string, number> = {};
  for (const [name, count] of records.flatMap((record) => Object.entries(record))) all[name] = (all[name] ?? 0) + count;
  return all;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
