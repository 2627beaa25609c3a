import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyse, check, loadManifests, RULES } from '../../../lib/analysis';
import { formatFinding } from '../../../lib/finding';

const FOLDER = resolve(__dirname, '../../../docs/rules');
const page = (name: string) => readFileSync(join(FOLDER, `${name}.md`), 'utf8');

/** Rules about tens of thousands of pods, whose examples nobody would read. */
const WITHOUT_EXAMPLE = ['identity-budget', 'policy-map-budget'];

let folder: string;
let home: string;

beforeAll(() => {
  home = process.cwd();
  folder = mkdtempSync(join(tmpdir(), 'portcullis-rules-'));
  process.chdir(folder);
});

afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

/** The first block of a language below a heading. */
function block(text: string, heading: string, language: string): string | undefined {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  return new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(section ?? '')?.[1];
}

function found(file: string, yaml: string, rule: string): readonly string[] {
  writeFileSync(file, yaml);
  const analysis = analyse(loadManifests([file]));
  expect(analysis.findings.filter(({ rule: id }) => id !== 'malformed-policy')).toEqual([]);
  return check(analysis)
    .findings.filter(({ rule: id }) => id === rule)
    .map(formatFinding);
}

test('every page is about a rule, and every rule has a page', () => {
  const pages = readdirSync(FOLDER).map((file) => file.replace(/\.md$/, ''));
  expect(pages.filter((name) => name !== 'README').sort()).toEqual(RULES.map(({ id }) => id));
});

test('the table lists every rule as it is', () => {
  const rows = page('README')
    .split('\n')
    .filter((line) => line.startsWith('| ['));
  expect(rows).toEqual(RULES.map(({ id, severity, title }) => `| [${id}](${id}.md) | ${severity} | ${title} |`));
});

describe.each(RULES)('$id', ({ id, severity, title }) => {
  const text = page(id);

  test('is introduced as it is', () => {
    expect(text).toContain(`# ${id}\n\nSeverity: ${severity}. ${title}.\n`);
    expect(text).toMatch(/^Sources?: .*https:/m);
    expect(text).toContain(`portcullis.dev/suppress: "${id}: `);
  });
});

test.each(RULES.filter(({ id }) => !WITHOUT_EXAMPLE.includes(id)))(
  '$id finds what is bad about its example, and nothing in the good one',
  ({ id }) => {
    const text = page(id);
    const [bad, good] = [block(text, 'Bad', 'yaml'), block(text, 'Good', 'yaml')];
    expect(found('bad.yaml', bad ?? '', id)).toEqual(block(text, 'Bad', 'text')?.trim().split('\n'));
    expect(good).toBeDefined();
    expect(found('good.yaml', good ?? '', id)).toEqual([]);
  },
);
