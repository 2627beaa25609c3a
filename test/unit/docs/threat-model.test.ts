import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const DOCS = resolve(__dirname, '../../../docs');
const PAGE = readFileSync(join(DOCS, 'threat-model.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(DOCS, '../package.json'), 'utf8'));
const { scripts: made } = JSON.parse(readFileSync(join(DOCS, '../templates/init/package.json'), 'utf8'));

/** Cells of each row of the two tables; a row without a threat is about that above it. */
const ROWS = PAGE.split('\n')
  .filter((line) => line.startsWith('|') && !/^\|(---|\s*threat )/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, threat = '', control = '', command = '', tests = '']) => ({ threat, control, command, tests }));

const named = (cell: string) =>
  [...cell.matchAll(/\[`([^`]+)`\]\((\.\.\/[^)]+)\)/g)].map(([, name = '', file = '']) => ({ name, file }));

test('names the four threats of the governance guide and five more', () => {
  const threats = ROWS.flatMap(({ threat }) => /^\*\*(.*)\*\*/.exec(threat)?.[1] ?? []);
  expect(threats).toEqual([
    'Policy bypass',
    'Drift',
    'Dependencies',
    'CI',
    'Label spoofing',
    'Shadowing',
    'Extra policies',
    'Lock tampering',
    'Variables of CI',
    'A repository in the way',
  ]);
});

test.each(ROWS)('$control is held by tests that there are', ({ control, tests }) => {
  const links = named(tests);
  expect(control).not.toBe('');
  expect(links.length).toBeGreaterThan(0);
  for (const { name, file } of links) {
    const path = join(DOCS, file);
    expect(existsSync(path), file).toBe(true);
    // As the test's own text has it, between quotes.
    const text = readFileSync(path, 'utf8');
    expect(
      ["'", '"', '`'].some((quote) => text.includes(`${quote}${name}${quote}`)),
      `${name} in ${file}`,
    ).toBe(true);
  }
});

test.each(ROWS.filter(({ command }) => command !== ''))('$command is a command', ({ command }) => {
  const [, tool, rest = ''] = /^`(portcullis|npm) (.*)`$/.exec(command) ?? [];
  const script = /^run (\S+)$/.exec(rest)?.[1];
  if (tool === 'portcullis') expect(existsSync(join(DOCS, `../lib/cli/${rest}.ts`)), rest).toBe(true);
  else if (script === undefined) expect(rest).toBe('audit signatures');
  else expect(Object.keys({ ...scripts, ...made })).toContain(script);
});
