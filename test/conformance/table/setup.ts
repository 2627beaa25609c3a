import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestProject } from 'vitest/node' with { 'resolution-mode': 'import' };
import { clearLog, loggedRows } from './log';
import { mergeRows, type PageRow, parsePage, renderPage } from './page';

const PAGE = path.resolve(__dirname, '../../../docs/conformance.md');
const LEFT_OUT = path.resolve(__dirname, '../.cache/left-out.json');
const COMMAND = 'UPDATE_DOCS=1 npm run conformance';

interface Tool {
  readonly name: string;
  readonly title: string;
  readonly package?: string;
}

/** vitest's global setup: when all tests have run, prints what they counted, and holds docs/conformance.md against it. */
export async function setup(project: TestProject): Promise<() => void> {
  const { TOOLS, toolVersion } = await buildTools();
  clearLog();
  return () => {
    const version = (name: string) => toolVersion(TOOLS.find((tool) => tool.name === name) as Tool);
    const rows = loggedRows(TOOLS, version);
    for (const { tool, version: of, checked, cases, disagreements } of rows) {
      console.log(`${tool} ${of}: ${checked}: ${cases} cases, ${disagreements} disagreements`);
    }
    const leftOut = Object.entries(JSON.parse(readFileSync(LEFT_OUT, 'utf8')) as Record<string, string>);
    for (const [name, reason] of leftOut) console.log(`left out: ${name}, ${reason}`);
    const fails = project.vitest.state.getFailedFilepaths().length > 0 || process.exitCode === 1;
    const problem = conclude({ rows, tools: TOOLS, fails, selection: selectionOf(project), leftOut: leftOut.length });
    if (problem === undefined) return;
    console.error(problem);
    process.exitCode = 1;
  };
}

type Selection = 'all' | 'some files' | 'some tests';

function selectionOf(project: TestProject): Selection {
  if (project.config.testNamePattern !== undefined) return 'some tests';
  const { filenamePattern } = project.vitest as { readonly filenamePattern?: readonly string[] };
  return filenamePattern === undefined ? 'all' : 'some files';
}

interface Outcome {
  readonly rows: readonly PageRow[];
  readonly tools: readonly Tool[];
  readonly fails: boolean;
  readonly selection: Selection;
  readonly leftOut: number;
}

/** Writes the page where that was asked, or says what is wrong with it. */
function conclude({ rows, tools, fails, selection, leftOut }: Outcome): string | undefined {
  const whole = selection === 'all' && leftOut === 0;
  const titles = tools.map(({ title }) => title);
  const page = existsSync(PAGE) ? parsePage(readFileSync(PAGE, 'utf8')) : [];
  if (process.env.UPDATE_DOCS === '1') {
    if (fails) return 'docs/conformance.md is not written: a test failed';
    if (selection === 'some tests') return 'docs/conformance.md is not written: some tests of a suite say too little';
    writeFileSync(PAGE, renderPage(whole ? rows : mergeRows(page, rows, titles)));
    return undefined;
  }
  if (fails || !whole) return undefined;
  // Debian's versions are not ours to choose, and how many cases there are is no promise.
  const packaged = tools.filter((tool) => tool.package !== undefined).map(({ title }) => title);
  const key = ({ tool, version, checked }: PageRow) => `${tool} ${packaged.includes(tool) ? '' : version}: ${checked}`;
  const [found, written] = [rows.map(key), page.map(key)];
  const different = [
    ...found.filter((each) => !written.includes(each)).map((each) => `not in the page: ${each}`),
    ...written.filter((each) => !found.includes(each)).map((each) => `only in the page: ${each}`),
  ];
  if (different.length === 0) return undefined;
  return ['docs/conformance.md is not what this run found', ...different, `write it anew: ${COMMAND}`].join('\n');
}

async function buildTools() {
  const module = (await import(path.resolve(__dirname, '../build-tools.mjs'))) as {
    readonly TOOLS: readonly Tool[];
    toolVersion(tool: Tool): string;
  };
  return module;
}
