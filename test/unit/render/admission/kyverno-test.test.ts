import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../lib/kube/object';
import { WORKLOAD_RULES } from '../../../../lib/kube/workload-rule/index';
import { EXAMPLE_GUARD_OPTIONS } from '../../../../lib/render/admission/guard';
import { GUARDS } from '../../../../lib/render/admission/index';
import { type KyvernoTestOptions, kyvernoTest, kyvernoTestFiles } from '../../../../lib/render/admission/kyverno-test';

interface Index {
  readonly metadata: { readonly name: string };
  readonly policies: readonly string[];
  readonly resources: readonly [string];
  readonly variables: string;
  readonly userinfo: string;
  readonly results: readonly {
    readonly policy: string;
    readonly kind: string;
    readonly resources: readonly [string];
    readonly result: 'pass' | 'fail';
    readonly operation?: string;
  }[];
}

const OPTIONS: KyvernoTestOptions = {
  ...EXAMPLE_GUARD_OPTIONS,
  namespaces: ['shop'],
  engine: 'kyverno',
  policyFile: '../policies.yaml',
};
const NATIVE: KyvernoTestOptions = { ...OPTIONS, engine: 'kubernetes' };

function indexes(options: KyvernoTestOptions): readonly Index[] {
  return kyvernoTest(options)['kyverno-test.yaml'] as readonly Index[];
}

/** Every object of every test. */
function objects(options: KyvernoTestOptions): readonly KubeObject[] {
  const files = kyvernoTest(options);
  return indexes(options).flatMap(({ resources: [file] }) => files[file] as readonly KubeObject[]);
}

function users(options: KyvernoTestOptions): Readonly<Record<string, unknown>> {
  const files = kyvernoTest(options);
  const all = Object.keys(files).filter((name) => name.endsWith('.user'));
  return Object.fromEntries(all.map((name) => [name, (files[name] as readonly { userInfo: unknown }[])[0]?.userInfo]));
}

describe.each([
  ['Kyverno', OPTIONS],
  ['the API server', NATIVE],
])('for %s', (_, options) => {
  test('every test names files that there are, each object once, and nothing else', () => {
    const files = kyvernoTest(options);
    expect(indexes(options).length).toBeGreaterThan(2);
    for (const { policies, resources, variables, userinfo, results } of indexes(options)) {
      expect(policies).toEqual(['../policies.yaml']);
      for (const name of [variables, userinfo]) expect(files[name]).toHaveLength(1);
      const found = (files[resources[0]] as readonly KubeObject[]).map(
        ({ kind, metadata }) => `${kind} ${metadata.name}`,
      );
      expect(new Set(found).size).toBe(found.length);
      expect(results.map(({ kind, resources: [name] }) => `${kind} ${name}`)).toEqual(found);
    }
  });

  test('every rule and guard has examples that pass and that fail', () => {
    const results = indexes(options).flatMap((index) => index.results);
    // The CLI asks for no tokens.
    const ids = [...WORKLOAD_RULES, ...GUARDS].map(({ id }) => id).filter((id) => id !== 'guard-tokens');
    for (const id of ids) {
      const own = results.filter(({ policy }) => policy === `portcullis-${id}`);
      expect([...new Set(own.map(({ result }) => result))].sort(), id).toEqual(['fail', 'pass']);
    }
  });

  test('only the file that the CLI looks for is taken for a manifest', () => {
    const names = kyvernoTestFiles(options.engine);
    expect(names).toEqual(Object.keys(kyvernoTest(options)));
    expect(names.filter((name) => /\.(?:ya?ml|json)$/.test(name))).toEqual(['kyverno-test.yaml']);
  });

  test('which files there are does not depend on what is declared', () => {
    const bare = { ...options, namespaces: ['a', 'b'], trustedLabels: [], trustedServiceAccounts: [] };
    expect(Object.keys(kyvernoTest(bare))).toEqual(kyvernoTestFiles(options.engine));
    expect(Object.values(kyvernoTest(bare)).every((documents) => documents.length > 0)).toBe(true);
  });
});

test('every example of a rule about workloads is a pod that a tenant creates', () => {
  const examples = WORKLOAD_RULES.flatMap(({ id, examples: { good, bad } }) => [
    ...Object.keys(good).map((name) => `${id}-good-${name}`),
    ...Object.keys(bad).map((name) => `${id}-bad-${name}`),
  ]);
  const [index] = indexes(OPTIONS).filter(({ userinfo }) => userinfo === 'tenant-create.user');
  const names = index?.results.map(({ resources: [name] }) => name);
  expect(names).toEqual(expect.arrayContaining(examples));
});

test('policies of the API server are asked about nothing that is removed, and Kyverno about no namespace', () => {
  const removed = indexes(OPTIONS).flatMap(({ results }) => results.filter(({ operation }) => operation === 'DELETE'));
  expect(new Set(removed.map(({ kind }) => kind))).toEqual(new Set(['NetworkPolicy']));
  expect(kyvernoTestFiles('kubernetes').filter((name) => name.includes('delete'))).toEqual([]);
});

test('examples have the names of the program', () => {
  const options: KyvernoTestOptions = {
    ...OPTIONS,
    namespaces: ['other', 'ws-a'],
    registries: ['ghcr.io/ours/', 'ghcr.io/theirs/'],
    trustedLabels: ['agents.example/workspace'],
    trustedServiceAccounts: ['elsewhere/one', 'ws-a/runner'],
  };
  const all = objects(options);
  expect(new Set(all.map(({ kind, metadata }) => (kind === 'Namespace' ? metadata.name : metadata.namespace)))).toEqual(
    new Set(['ws-a']),
  );
  const text = JSON.stringify(all);
  expect(text).toContain('"labels":{"agents.example/workspace":"agent"}');
  expect(text).toContain('"serviceAccountName":"runner"');
  expect(text).toContain('"image":"ghcr.io/ours/agent:1.2.3"');
  expect(text).not.toMatch(/shop|registry\.example\.com|"labels":\{"app"/);
});

test('with approved registries there is an image from elsewhere', () => {
  const bad = (options: KyvernoTestOptions) => JSON.stringify(objects(options)).includes('registry.invalid/');
  expect(bad({ ...OPTIONS, registries: ['ghcr.io/ours/'] })).toBe(true);
  expect(bad(OPTIONS)).toBe(false);
});

test('where no identity is issued, no example is about one', () => {
  const accounts = (options: KyvernoTestOptions) => JSON.stringify(objects(options)).includes('serviceAccountName');
  expect(accounts(OPTIONS)).toBe(true);
  expect(accounts({ ...OPTIONS, trustedServiceAccounts: [] })).toBe(false);
});

test.each([
  [
    { users: ['ci'], groups: ['g'] },
    { username: 'ci', groups: ['system:authenticated'] },
  ],
  [{ groups: ['g'] }, { username: 'deployer', groups: ['system:authenticated', 'g'] }],
  [{ serviceAccounts: ['ns/cd'] }, { username: 'system:serviceaccount:ns:cd', groups: ['system:authenticated'] }],
])('the deployer %j sends its requests', (deployer, expected) => {
  const found = users({ ...OPTIONS, deployer });
  expect(found['deployer-create.user']).toEqual(expected);
  expect(found['tenant-create.user']).toEqual({ username: 'tenant', groups: ['system:authenticated'] });
});
