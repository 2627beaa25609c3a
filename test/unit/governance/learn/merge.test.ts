import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { FindingsError } from '../../../../lib/finding';
import { mergeInto } from '../../../../lib/governance/learn/merge';
import type { ProposedEntry, WorkspaceProposal } from '../../../../lib/governance/learn/sighting';

const PROD = readFileSync(resolve(__dirname, '../../../../environments/prod.yaml'), 'utf8');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-learn-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function written(text: string): string {
  const file = join(folder, 'prod.yaml');
  writeFileSync(file, text);
  return file;
}

const entry = (host: string, port = 443, more: Partial<ProposedEntry> = {}): ProposedEntry => {
  return {
    host,
    port,
    protocol: 'TCP',
    count: 12,
    first: '2026-03-01T12:00:00Z',
    last: '2026-03-08T01:00:00Z',
    ...more,
  };
};
const production = (...entries: readonly ProposedEntry[]): WorkspaceProposal => ({
  workspace: 'ws-production',
  entries,
});
const PURPOSE = 'Learned from 12 uses from 2026-03-01 to 2026-03-08; say what it is for';

test('entries are added behind the others, and nothing else changes by a byte', () => {
  const file = written(PROD);
  const results = mergeInto(file, [
    production(
      entry('hooks.slack.com'),
      entry('api.github.com', 8443),
      entry('api.github.com', 443),
      entry('api.stripe.com'),
      entry('eu.invoices.example.com'),
    ),
    {
      workspace: 'ws-research',
      entries: [entry('arxiv.org', 853, { protocol: 'UDP', count: 1, last: '2026-03-01T13:00:00Z' })],
    },
  ]);
  expect(results.map(({ workspace, added, known }) => [workspace, added.length, known])).toEqual([
    ['ws-production', 2, 2],
    ['ws-research', 1, 0],
  ]);
  const lines = readFileSync(file, 'utf8').split('\n');
  const before = new Set(PROD.split('\n'));
  expect(lines.filter((line) => !before.has(line))).toEqual(
    [
      '          - host: hooks.slack.com',
      `            purpose: "${PURPOSE}"`,
      '          - host: api.github.com',
      '            ports: [8443, 443]',
      `            purpose: "${PURPOSE.replace('12', '24')}"`,
      '        egressAllowlist:',
      '          - host: arxiv.org',
      '            ports: [853]',
      '            protocol: UDP',
      '            purpose: "Learned from 1 use on 2026-03-01; say what it is for"',
    ].filter((line) => !before.has(line)),
  );
  const { portarium } = parse(readFileSync(file, 'utf8'));
  expect(portarium.workspaces[0].MachineExecutionPolicyV1.egressAllowlist).toHaveLength(4);
  expect(portarium.workspaces[2].MachineExecutionPolicyV1.egressAllowlist[0].host).toBe('arxiv.org');
});

test('merging again changes nothing, not even the time of the file', () => {
  const file = written(PROD);
  const proposals = [production(entry('hooks.slack.com'), entry('hooks.slack.com', 8443))];
  mergeInto(file, proposals);
  const { mtimeNs } = statSync(file, { bigint: true });
  const text = readFileSync(file, 'utf8');
  const more = [production(entry('hooks.slack.com', 443, { count: 999 }), entry('hooks.slack.com', 8443))];
  expect(mergeInto(file, more)).toEqual([{ workspace: 'ws-production', added: [], known: 2 }]);
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(statSync(file, { bigint: true }).mtimeNs).toBe(mtimeNs);
});

const small = (workspace: string, end = '\n') =>
  [
    'dialect: { kind: cilium, version: "1.19" } # one',
    'portarium:',
    '  identity: { trustDomain: portarium.dev }',
    '  workspaces:',
    ...workspace.split('\n').map((line) => `    ${line}`),
    '# the end',
    '',
  ].join(end);
const block = (list: string) =>
  small(`- id: ws-production # two\n  tools: none\n  MachineExecutionPolicyV1:\n    egressAllowlist:${list}`);

describe('however the list is written', () => {
  test.each([
    ['none', block(' none')],
    ['none, with a comment', block(' none # for now')],
    ['quoted', block(' "none"')],
    ['a list on the column of its key', block('\n    - host: a.example.com # old\n      purpose: Old')],
    [
      'a list with comments behind',
      block('\n      - host: a.example.com\n        purpose: Old # why\n      # more to come'),
    ],
    [
      'purposes in several lines',
      block('\n      - host: a.example.com\n        purpose: >-\n          Old\n          and longer'),
    ],
    ['entries between braces', block('\n      - { host: a.example.com, purpose: Old } # one')],
    ['between brackets', block(' [{ host: a.example.com, purpose: Old }]')],
    ['between brackets, with a comma behind', block(' [{ host: a.example.com, purpose: Old },]')],
    ['between brackets, in lines', block(' [\n      { host: a.example.com, purpose: Old },\n    ]')],
    [
      'all between braces',
      small('- { id: ws-production, tools: none, MachineExecutionPolicyV1: { egressAllowlist: none } }'),
    ],
    [
      'with line ends of Windows',
      block('\n      - host: a.example.com\n        purpose: Old').replaceAll('\n', '\r\n'),
    ],
    ['without an end of the last line', block(' none').replace('\n# the end\n', '')],
  ])('%s', (_, text) => {
    const file = written(text);
    mergeInto(file, [production(entry('hooks.slack.com'))]);
    const merged = readFileSync(file, 'utf8');
    const list = parse(merged).portarium.workspaces[0].MachineExecutionPolicyV1.egressAllowlist;
    expect(list.map(({ host }: { host: string }) => host)).toEqual([
      ...(text.includes('a.example.com') ? ['a.example.com'] : []),
      'hooks.slack.com',
    ]);
    for (const comment of text.match(/#.*$/gm) ?? []) expect(merged).toContain(comment);
    expect(merged.includes('\r\n')).toBe(text.includes('\r\n'));
    expect(/(?<!\r)\n/.test(merged) && merged.includes('\r')).toBe(false);
  });
});

test('whatever is merged, the file holds all of it and what it held before', () => {
  const host = fc.stringMatching(/^[a-z]{1,8}\.example\.com$/);
  const port = fc.constantFrom(443, 8443, 5671);
  const entries = fc.uniqueArray(fc.tuple(host, port), { selector: String, maxLength: 6 });
  fc.assert(
    fc.property(entries, entries, (first, second) => {
      const file = written(PROD);
      for (const list of [first, second])
        mergeInto(file, [production(...list.map(([name, number]) => entry(name, number)))]);
      const list: readonly { host?: string; ports?: readonly number[] }[] = parse(readFileSync(file, 'utf8')).portarium
        .workspaces[0].MachineExecutionPolicyV1.egressAllowlist;
      const pairs = list.flatMap(({ host: name, ports = [443] }) => ports.map((number) => `${name} ${number}`));
      expect(pairs.slice(0, 2)).toEqual(['api.stripe.com 443', '*.invoices.example.com 443']);
      expect(pairs.slice(2).sort()).toEqual(
        [...new Set([...first, ...second].map(([name, number]) => `${name} ${number}`))].sort(),
      );
    }),
    { numRuns: 20 },
  );
});

describe('nothing is written unless all of it can be', () => {
  test.each([
    [
      'a file that is not right',
      PROD.replace('owner: team-finance', 'owner: [1'),
      production(entry('a.example.com')),
      'yaml-syntax',
    ],
    [
      'a workspace that is not there',
      PROD,
      { workspace: 'ws-other', entries: [entry('a.example.com')] },
      'learn-workspace',
    ],
    [
      'plain Kubernetes',
      readFileSync(resolve(__dirname, '../../../../environments/dev.yaml'), 'utf8'),
      { workspace: 'ws-sandbox', entries: [entry('a.example.com')] },
      'learn-dialect',
    ],
    [
      'a list that ends in a comment',
      block(' [{ host: a.example.com, purpose: Old } # one\n    ]'),
      production(entry('b.example.com')),
      'learn-merge',
    ],
    ['an entry that cannot be', PROD, production(entry('*.com')), 'schema'],
  ])('%s', (_, text, proposal, rule) => {
    const file = written(text);
    let findings: FindingsError['findings'] = [];
    try {
      mergeInto(file, [
        ...(proposal.workspace === 'ws-production' ? [] : [production(entry('c.example.com'))]),
        proposal,
      ]);
    } catch (error) {
      if (error instanceof FindingsError) findings = error.findings;
      else throw error;
    }
    expect(findings.length).toBeGreaterThan(0);
    if (rule !== 'schema') expect(findings.map((finding) => finding.rule)).toContain(rule);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('a file that is not there', () => {
    expect(() => mergeInto(join(folder, 'nowhere.yaml'), [production(entry('a.example.com'))])).toThrow(FindingsError);
  });
});

test('the file keeps its mode, and a link stays one', () => {
  const file = written(PROD);
  chmodSync(file, 0o640);
  const link = join(folder, 'link.yaml');
  symlinkSync(file, link);
  mergeInto(link, [production(entry('a.example.com'))]);
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(readFileSync(file, 'utf8')).toContain('a.example.com');
  expect(readFileSync(link, 'utf8')).toBe(readFileSync(file, 'utf8'));
});
