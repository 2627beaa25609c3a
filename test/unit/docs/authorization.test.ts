import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { program } from '../../../apps/portarium';
import { loadEnvironments } from '../../../lib/environment';
import { run } from '../../../lib/program/run';
import { DECISIONS } from '../../../lib/render/authorization/decision/decisions';
import { settings, snapshot, temporaryFolder, writeFolder } from '../environment/refusal';

const ROOT = resolve(__dirname, '../../..');
const PAGE = readFileSync(join(ROOT, 'docs/authorization.md'), 'utf8');
const folder = temporaryFolder();

function blocks(mark: string): readonly string[] {
  return [...PAGE.matchAll(new RegExp(`<!-- ${mark} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text]) => text as string,
  );
}

/** The files that production has, below its folder. */
function rendered(): readonly string[] {
  const outdir = join(folder, 'out');
  run({ programs: [program], environments: join(ROOT, 'environments'), environment: 'prod', outdir });
  return snapshot(join(outdir, 'prod/portarium'))
    .map((line) => line.split(/[\s]/)[0] as string)
    .filter((file) => file.startsWith('authorization/') && !file.endsWith('/'));
}

test('the settings shown are taken', () => {
  const [portarium = ''] = blocks('settings: portarium');
  const [workspace = ''] = blocks('settings: workspace');
  const file = parse(settings()) as { portarium: { workspaces: object[] } };
  Object.assign(file.portarium, parse(portarium));
  file.portarium.workspaces = [
    { ...file.portarium.workspaces[0], ...(parse(workspace) as object) },
    ...(parse(settings({ id: 'ws-support' })) as typeof file).portarium.workspaces,
  ];
  const environments = join(folder, 'environments');
  writeFolder(environments, { 'prod.yaml': stringify(file) });
  expect(loadEnvironments(environments).findings).toEqual([]);
  run({ programs: [program], environments, outdir: join(folder, 'shown') });
});

describe('the table of questions', () => {
  const rows = [...PAGE.matchAll(/^\| `(\w+)` \| (.*) \| (.*) \|$/gm)].map(([, name, input, codes]) => ({
    name,
    input: words(input),
    codes: words(codes),
  }));

  test('has every question, its input and its reasons', () => {
    const expected = DECISIONS.map(({ name, input, rego }) => ({
      name,
      input: input.required,
      codes: [...new Set([...rego.matchAll(/:= "([a-z-]+)"/g)].map(([, code]) => code as string))]
        .filter((code) => !['granted', 'own-namespace', 'unknown-agent', 'malformed-input'].includes(code))
        .sort(),
    }));
    expect(rows).toEqual(expected);
  });
});

function words(text = ''): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word as string);
}

test('the files shown are those that are rendered', () => {
  const names = DECISIONS.map((decision) => decision.package);
  const shown = (blocks('files')[0] ?? '').trim().split('\n');
  const schemas = new Set(rendered().filter((file) => /^authorization\/schemas\/\w+\.json$/.test(file)));
  const expanded = shown.flatMap((file) => {
    if (file.includes('<question>')) return names.map((name) => file.replace('<question>', name));
    return file.includes('<schema>') ? [...schemas] : [file];
  });
  expect([...rendered()].sort()).toEqual(expanded.sort());
});
