import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { program as clawdstrike } from '../../apps/clawdstrike';
import { program as portarium } from '../../apps/portarium';
import {
  analyse,
  explain,
  explainText,
  interestOf,
  loadManifests,
  parsePeer,
  parsePort,
  reach,
  reachAs,
} from '../../lib/analysis';
import { printFindings } from '../../lib/cli/print-finding';
import { formatSummary } from '../../lib/cli/summary';
import type { FindingsError } from '../../lib/finding';
import { run } from '../../lib/program/run';

const ROOT = resolve(__dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The fenced block behind a marker comment. */
function block(marker: string): string {
  const match = new RegExp(`<!-- ${marker.replaceAll('.', '\\.')} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(README);
  expect(match, `README has a block marked ${marker}`).not.toBeNull();
  return match?.[1] ?? '';
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-readme-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('npm run synth prints the table shown', () => {
  const options = {
    programs: [portarium, clawdstrike],
    environments: join(ROOT, 'environments'),
    outdir: join(folder, 'manifests'),
  };
  const summary = formatSummary(run(options), 0.25);
  const withoutTime = (text: string) => text.replace(/\d+\.\d\d s\n/, '\n');
  if (process.env.UPDATE_DOCS) {
    const file = join(ROOT, 'README.md');
    writeFileSync(
      file,
      README.replace(block('output: synth'), () => summary),
    );
    return;
  }
  expect(withoutTime(summary)).toBe(withoutTime(block('output: synth')));
});

describe('the program in ten lines', () => {
  const dist = () => join(folder, 'program/dist');
  let cwd: string;

  beforeAll(async () => {
    // Inside the project, so that the program finds cdk8s and is compiled like any other test.
    const home = join(ROOT, 'node_modules/.cache/portcullis-readme');
    mkdirSync(home, { recursive: true });
    mkdirSync(join(folder, 'program'));
    const file = join(home, 'program.test-input.ts');
    writeFileSync(file, block('program: ten lines').replace("'portcullis'", JSON.stringify(join(ROOT, 'lib'))));
    cwd = process.cwd();
    process.chdir(join(folder, 'program'));
    vi.stubEnv('CDK8S_OUTDIR', undefined);
    await import(file);
    rmSync(home, { recursive: true });
  });

  afterAll(() => {
    vi.unstubAllEnvs();
    process.chdir(cwd);
  });

  test('has ten lines', () => {
    const lines = block('program: ten lines').trim().split('\n');
    expect(lines.filter((line) => line !== '')).toHaveLength(10);
  });

  test('writes the files shown', () => {
    const files = readdirSync(dist(), { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => statSync(join(dist(), file)).isFile()).sort()).toEqual(
      block('output: files').trim().split('\n'),
    );
  });

  test("writes the vault's policy as shown", () => {
    expect(readFileSync(join(dist(), 'network-policies/vault.yaml'), 'utf8')).toBe(
      block('output: network-policies/vault.yaml'),
    );
  });

  test('writes the egress table as shown', () => {
    expect(readFileSync(join(dist(), 'EGRESS.md'), 'utf8')).toContain(block('output: EGRESS.md'));
  });

  test('lets everybody reach what is shown', () => {
    const from = parsePeer('ws-payments/');
    const analysis = analyse(loadManifests(['dist']));
    expect([...reachAs('text', analysis, () => reach(analysis, { from }))].join('')).toBe(block('output: reach'));
  });

  test('is explained as shown', () => {
    const [from, to] = [parsePeer('ws-payments/agent'), parsePeer('api.stripe.com')];
    const analysis = analyse(loadManifests(['dist']), interestOf(from, to));
    const explanation = explain(analysis, { from, to, port: parsePort('tcp/443') });
    expect([...explainText(explanation)].join('')).toBe(block('output: explain'));
  });
});

test('refuses what the README says, in those words', () => {
  const environments = join(folder, 'environments');
  cpSync(join(ROOT, 'environments'), environments, { recursive: true });
  const shown = block('output: refusal');
  const line = Number(/prod\.yaml:(\d+):/.exec(shown)?.[1]);
  const entry = ['dialect:', '  kind: cilium', '  version: "1.19"', 'portarium:', '  workspaces:', '    - id: ws-a'];
  const text = [
    ...entry,
    '      owner: team-a',
    '      tools: none',
    '      MachineExecutionPolicyV1:',
    '        egressAllowlist:',
    '          # anybody',
    '          - host: "*.com"',
    '            purpose: everything',
  ];
  expect(text[line - 1]).toContain('*.com');
  writeFileSync(join(environments, 'prod.yaml'), `${text.join('\n')}\n`);
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const cwd = process.cwd();
  process.chdir(folder);
  try {
    run({ programs: [portarium], environments: 'environments', environment: 'prod', outdir: join(folder, 'refused') });
    expect.unreachable();
  } catch (error) {
    printFindings((error as FindingsError).findings);
  } finally {
    process.chdir(cwd);
  }
  const printed = write.mock.calls.map(([chunk]) => String(chunk)).join('');
  write.mockRestore();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
  expect(printed.replaceAll(/\u001b\[\d+m/g, '')).toBe(shown);
});
