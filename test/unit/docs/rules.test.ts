import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Analysis, analyse, check, loadManifests, RULES } from '../../../lib/analysis';
import { checkAs } from '../../../lib/analysis/format/check-format';
import { analysisOf, cnp, workload } from '../analysis/rules/build';

const FOLDER = resolve(__dirname, '../../../docs/rules');
const page = (name: string) => readFileSync(join(FOLDER, `${name}.md`), 'utf8');

/** Rules about thousands of pods, whose examples nobody would read; the pages show what is printed about these. */
const CROWDS: Readonly<Record<string, () => Analysis>> = {
  'identity-budget': () => crowd(50_000, 'shop', 'endpointSelector: {}\ningress: [{}]'),
  'policy-map-budget': () => {
    const ports = Array.from({ length: 40 }, (_, index) => `{port: "${8000 + 2 * index}", protocol: TCP}`);
    const from = '- fromEndpoints: [{matchLabels: {io.kubernetes.pod.namespace: agents}}]';
    const spec = `endpointSelector: {}\ningress:\n${from}\n  toPorts: [{ports: [${ports.join(', ')}]}]`;
    return crowd(330, 'shop', spec);
  },
};

/** A policy for one ledger, and as many agents, each with a run of its own. */
function crowd(agents: number, namespace: string, spec: string): Analysis {
  const source = { file: 'agents.yaml', line: 1, lineOf: () => 1 };
  const workloads = Array.from({ length: agents }, (_, index) =>
    workload('agents', `agent-${index}`, { labels: { app: 'agent', run: `${index}` }, source }),
  );
  return analysisOf({
    yaml: cnp(namespace, 'ledger', spec),
    workloads: [...workloads, workload(namespace, 'ledger')],
  });
}

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

/** What `portcullis check` prints about one rule. */
function printed(analysis: Analysis, rule: string): string {
  const findings = check(analysis).findings.filter(({ rule: id }) => id === rule);
  const report = { findings, suppressed: [], dialect: analysis.dialect, objects: 0, policies: 0 };
  const [, ...lines] = [...checkAs('text', report)].reverse();
  return lines.reverse().join('');
}

function printedOf(file: string, yaml: string, rule: string): string {
  writeFileSync(file, yaml);
  const analysis = analyse(loadManifests([file]));
  // An example is read as a whole: nothing in it is refused or left out.
  expect(analysis.findings).toEqual([]);
  return printed(analysis, rule);
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

test('the table of what reading finds has all that it can find', () => {
  const sources = ['load', 'policy'].flatMap((room) => {
    const path = resolve(__dirname, '../../../lib/analysis', room);
    return readdirSync(path).map((file) => readFileSync(join(path, file), 'utf8'));
  });
  const ids = sources.flatMap((text) =>
    [...text.matchAll(/(?:\brule: |\.report\(\s*)'([a-z-]+)'/g)].map(([, id]) => id),
  );
  const rows = [...page('README').matchAll(/^\| `([a-z-]+)` \| (?:error|warning|info) \| .+ \|$/gm)].map(
    ([, id]) => id,
  );
  expect(rows).toEqual([...new Set(ids)].sort());
});

describe.each(RULES)('$id', ({ id, severity, title }) => {
  const text = page(id);

  test('is introduced as it is', () => {
    expect(text).toContain(`# ${id}\n\nSeverity: ${severity}. ${title}.\n`);
    expect(text).toMatch(/^Sources?: .*https:/m);
    expect(text).toContain(`portcullis.dev/suppress: "${id}: `);
  });
});

test.each(RULES.filter(({ id }) => !Object.hasOwn(CROWDS, id)))(
  '$id finds what is bad about its example, and nothing in the good one',
  ({ id }) => {
    const text = page(id);
    const [bad, good] = [block(text, 'Bad', 'yaml'), block(text, 'Good', 'yaml')];
    expect(printedOf('bad.yaml', bad ?? '', id)).toBe(block(text, 'Bad', 'text'));
    expect(good).toBeDefined();
    expect(printedOf('good.yaml', good ?? '', id)).toBe('');
  },
);

test.each(Object.entries(CROWDS))('%s prints what its page shows', (id, analysis) => {
  expect(printed(analysis(), id)).toBe(block(page(id), 'Bad', 'text'));
});
