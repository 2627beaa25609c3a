import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { program as clawdstrike } from '../../../apps/clawdstrike';
import { program as portarium } from '../../../apps/portarium';
import { main } from '../../../lib/cli/main';
import { run } from '../../../lib/program/run';

const ROOT = resolve(__dirname, '../../..');
const DOCS = join(ROOT, 'docs');

interface Shown {
  /** The command without `portcullis`, or the file. */
  readonly what: string;
  /** What the page shows of it; what ends with … is the beginning of it. */
  readonly text: string;
}

const COMMAND = /<!-- run -->\n```sh\nportcullis (.*)\n```\n\n```\w+\n([\s\S]*?)```/g;
/** Files that commands of the page are given. */
const GIVEN = /<!-- given: (\S+) -->\n```\w+\n([\s\S]*?)```/g;
const FILE = /<!-- file: (\S+) -->\n```\w+\n([\s\S]*?)```/g;

function shown(page: string, pattern: RegExp): readonly Shown[] {
  const text = readFileSync(join(DOCS, page), 'utf8');
  return [...text.matchAll(pattern)].map(([, what, output]) => ({ what: what as string, text: output as string }));
}

const PAGES = readdirSync(DOCS).filter((name) => name.endsWith('.md'));

let folder: string;
let home: string;

beforeAll(() => {
  home = process.cwd();
  folder = mkdtempSync(join(tmpdir(), 'portcullis-docs-'));
  process.chdir(folder);
  const environments = join(ROOT, 'environments');
  run({ programs: [portarium, clawdstrike], environments, outdir: 'dist/manifests' });
  // What pages tell people to have beside it: their programs and their settings.
  for (const name of ['portarium', 'clawdstrike']) {
    writeFileSync(`${name}.mjs`, `export { program } from ${JSON.stringify(join(ROOT, 'apps', `${name}.ts`))};\n`);
  }
  cpSync(join(__dirname, 'samples/flows.jsonl'), 'flows.json');
  cpSync(join(__dirname, 'samples/portarium.log'), 'portarium.log');
  for (const { what, text } of PAGES.flatMap((page) => shown(page, GIVEN))) writeFileSync(what, text);
  cpSync(environments, 'proposed', { recursive: true });
  const prod = readFileSync('proposed/prod.yaml', 'utf8');
  writeFileSync('proposed/prod.yaml', prod.replace('host: api.stripe.com', 'host: "**.stripe.com"'));
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

/** Commands of each page, so that none is overlooked. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'alerts.md': [],
  'analysis.md': ['reach', 'explain', 'explain', 'diff', 'check'],
  'authorization.md': [],
  'change-management.md': [],
  'conformance.md': [],
  'drift.md': ['drift'],
  'identity.md': ['verify', 'verify'],
  'learn.md': ['learn', 'learn'],
  'lock.md': ['lock', 'lock', 'lock'],
  'new-repository.md': ['init'],
  'policy.md': ['policy', 'policy', 'report'],
  'replay.md': ['replay'],
  'rollout.md': ['rollout', 'rollout', 'rollout', 'rollout', 'compliance'],
  'threat-model.md': [],
  'workloads.md': [],
};

test('every page is listed here', () => {
  expect(PAGES.sort()).toEqual(Object.keys(COMMANDS));
});

describe.each(PAGES)('%s', (page) => {
  const runs = shown(page, COMMAND);

  // Some commands write settings.
  beforeAll(() => cpSync(join(ROOT, 'environments'), 'environments', { recursive: true }));

  test('runs its commands', () => {
    expect(runs.map(({ what }) => what.split(' ')[0])).toEqual(COMMANDS[page]);
  });

  test.each(runs)('$what', async ({ what, text }) => {
    let printed = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      printed += chunk;
      return true;
    });
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await main(['node', 'portcullis', ...what.split(' ')]);
    vi.restoreAllMocks();
    expectShown(page, printed, text);
  });

  test('shows files as they are written', () => {
    for (const { what, text } of shown(page, FILE)) expectShown(page, readFileSync(what, 'utf8'), text);
  });
});

/** `UPDATE_DOCS=1 npx vitest run test/unit/docs` writes what is printed into the pages instead, for a review by diff. */
function expectShown(page: string, actual: string, text: string): void {
  const begins = text.endsWith('\n…\n');
  const part = begins
    ? `${actual
        .split('\n')
        .slice(0, text.split('\n').length - 2)
        .join('\n')}\n…\n`
    : actual;
  if (process.env.UPDATE_DOCS && part !== text && actual !== '') {
    const file = join(DOCS, page);
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(text, () => part),
    );
  } else expect(part).toBe(text);
}
