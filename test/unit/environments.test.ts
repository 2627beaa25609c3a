import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadEnvironments } from '../../lib/environment';
import { builtPackage, ROOT } from './cli/build';
import { compileSchema, type Validate } from './environment/compile-schema';
import { allowlist, settings } from './environment/refusal';

const FOLDER = join(ROOT, 'environments');
const FILES = readdirSync(FOLDER);
const SCHEMA = 'lib/environment/environment.schema.json';

test('there is one for each profile and dialect', () => {
  expect(FILES).toEqual(['dev.yaml', 'prod.yaml', 'reference.yaml']);
});

test.each(FILES)('%s has no findings', (file) => {
  const { environments, findings } = loadEnvironments(FOLDER, file.replace('.yaml', ''));
  expect(findings).toEqual([]);
  expect(environments).toHaveLength(1);
});

test.each(FILES)('%s says where its schema is, for editors', (file) => {
  const [, path = ''] = /^# yaml-language-server: \$schema=(.*)\n/.exec(readFileSync(join(FOLDER, file), 'utf8')) ?? [];
  expect(relative(ROOT, resolve(FOLDER, path))).toBe(`dist/${SCHEMA}`);
});

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly const?: unknown;
}

/** Every schema in a schema, by its path. */
function walk(schema: JsonSchema, path = ''): readonly (readonly [string, JsonSchema])[] {
  const inside = [
    ...Object.entries(schema.properties ?? {}).map(([key, of]) => [`${path}.${key}`, of] as const),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map((of, index) => [`${path}|${index}`, of] as const),
    ...(schema.items === undefined ? [] : [[`${path}[]`, schema.items] as const]),
  ];
  return [[path, schema], ...inside.flatMap(([at, of]) => walk(of, at))];
}

describe('the published JSON Schema', () => {
  const build = builtPackage();
  let schema: JsonSchema;
  let validate: Validate;

  beforeAll(() => {
    execFileSync(process.execPath, [join(ROOT, 'scripts/write-schema.mjs'), build.dist]);
    schema = JSON.parse(readFileSync(join(build.dist, SCHEMA), 'utf8'));
    validate = compileSchema(schema);
  });

  function isValid(text: string): boolean {
    return validate(parse(text));
  }

  test.each(FILES)('accepts %s', (file) => {
    expect(validate(parse(readFileSync(join(FOLDER, file), 'utf8'))), JSON.stringify(validate.errors)).toBe(true);
  });

  test('accepts what the tests take for valid', () => {
    expect(isValid(settings())).toBe(true);
    expect(isValid(allowlist('{ cidr: 203.0.113.0/24, ports: [1, { from: 2, to: 3 }], purpose: testing }'))).toBe(true);
  });

  test.each([
    ['the longest id', settings({ id: 'a'.repeat(63) })],
    ['an id of digits', settings({ id: '"1"' })],
    ['the first and the last port', allowlist('{ cidr: 203.0.113.0/24, ports: [1, 65535], purpose: testing }')],
  ])('accepts %s, as loading does', (_, text) => {
    expect(isValid(text), JSON.stringify(validate.errors)).toBe(true);
  });

  test.each([
    ['an unknown key at the top', `${settings()}other: 1\n`],
    ['an unknown key of a workspace', settings({ other: '1' })],
    ['an unknown key of an entry', allowlist('{ host: a.example.com, purpose: testing, other: 1 }')],
    [
      'an unknown key of a port range',
      allowlist('{ host: a.example.com, purpose: x, ports: [{ from: 1, to: 2, by: 3 }] }'),
    ],
    ['an unknown key of a dialect', 'dialect: { kind: kubernetes, version: "1.19" }'],
    ['a missing key', settings({ tools: undefined })],
    ['a missing purpose', allowlist('{ host: a.example.com }')],
    ['another word than none', settings({ tools: 'all' })],
    ['a number for text', settings({ id: '12' })],
    ['an unknown version', 'dialect: { kind: cilium, version: "1.2" }'],
    ['port 0', allowlist('{ host: a.example.com, ports: [0], purpose: testing }')],
    ['port 65536', allowlist('{ host: a.example.com, ports: [65536], purpose: testing }')],
    ['half a port', allowlist('{ host: a.example.com, ports: [1.5], purpose: testing }')],
    ['a range from port 0', allowlist('{ host: a.example.com, ports: [{ from: 0, to: 3 }], purpose: testing }')],
    ['no ports', allowlist('{ host: a.example.com, ports: [], purpose: testing }')],
    ['an empty purpose', allowlist('{ host: a.example.com, purpose: "" }')],
    ['an empty allowlist', settings({ MachineExecutionPolicyV1: '{ egressAllowlist: [] }' })],
    ['an empty list of tools', settings({ tools: '[]' })],
    ['an empty owner', settings({ owner: '""' })],
    ['an id with capitals', settings({ id: 'WS-A' })],
    ['an id that is too long', settings({ id: 'a'.repeat(64) })],
    ['a selector of every pod', settings().replace('portarium:', 'portarium:\n  selectors: { vault: {} }')],
  ])('refuses %s', (_, text) => {
    expect(isValid(text)).toBe(false);
  });

  test('names itself and its dialect', () => {
    expect(schema).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      title: 'Portcullis environment',
    });
  });

  test('describes every key', () => {
    const keys = walk(schema).filter(([path]) => /\.\w+$/.test(path));
    expect(keys.length).toBeGreaterThan(50);
    expect(keys.filter(([, { description }]) => !description).map(([path]) => path)).toEqual([]);
  });

  test('takes no unknown key in any map', () => {
    const maps = walk(schema).filter(([, { type }]) => type === 'object');
    expect(maps.length).toBeGreaterThan(12);
    // Labels have keys of the user's own, and texts as values.
    const open = maps.filter(
      ([path]) => /labels$|selector/i.test(path) && !/^\.portarium\.(labels|selectors)$/.test(path),
    );
    expect(open.map(([path]) => path)).toContain('.portarium.selectors.vault');
    for (const [path, { additionalProperties }] of maps) {
      const expected = open.some(([label]) => label === path) ? { type: 'string' } : false;
      expect(additionalProperties, path).toEqual(expected);
    }
  });

  test.each(['.tools', '.MachineExecutionPolicyV1.egressAllowlist'])("takes 'none' or a list for %s", (key) => {
    const found = walk(schema).find(([path]) => path === `.portarium.workspaces[]${key}`)?.[1];
    expect(found?.anyOf?.map(({ const: only, type }) => only ?? type)).toEqual(['none', 'array']);
  });
});
