import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WORKLOAD_RULES } from '../../lib/kube/workload-rule/index';
import { EXAMPLE_GUARD_OPTIONS, type GuardedRequest } from '../../lib/render/admission/guard';
import { admissionPolicies, GUARDS } from '../../lib/render/admission/index';
import { hasTool, run } from './support';
import { row } from './table/row';

interface Case extends GuardedRequest {
  readonly policy: string;
  readonly example: string;
  readonly allowed: boolean;
}

const OPTIONS = {
  ...EXAMPLE_GUARD_OPTIONS,
  deployer: { users: ['ci'], groups: ['deployers'] },
  registries: ['registry.example.com/', 'registry.example.com:5000/'],
  exemptions: [{ rule: 'host-path', namespace: 'elsewhere', name: 'logs' }],
};

/** The examples of every rule, as pods that somebody creates, and of every guard. */
const CASES: readonly Case[] = [
  ...WORKLOAD_RULES.flatMap(({ id, examples }) =>
    both(examples).map(
      ([example, spec, allowed]): Case => ({
        ...{ policy: `portcullis-${id}`, example, allowed, operation: 'CREATE', username: 'tenant', namespace: 'shop' },
        object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'example', namespace: 'shop' }, spec },
      }),
    ),
  ),
  ...GUARDS.flatMap(({ id, examples }) =>
    both(examples).map(
      ([example, request, allowed]): Case => ({ ...request, policy: `portcullis-${id}`, example, allowed }),
    ),
  ),
];

function both<Example>(examples: {
  readonly good: Readonly<Record<string, Example>>;
  readonly bad: Readonly<Record<string, Example>>;
}): readonly (readonly [string, Example, boolean])[] {
  return [
    ...Object.entries(examples.good).map(([name, example]) => [`good ${name}`, example, true] as const),
    ...Object.entries(examples.bad).map(([name, example]) => [`bad ${name}`, example, false] as const),
  ];
}

describe.skipIf(!hasTool('admission-policy'))('the API server', () => {
  const counted = row(
    'admission-policy',
    'lets in and refuses the examples of every admission policy, as 1.30, 1.33 and 1.36',
  );
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'portcullis-admission-'));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(['1.30', '1.33', '1.36'])(
    'lets in and refuses what the examples say, with the expressions of %s',
    (version) => {
      counted.cases(CASES.length);
      const file = path.join(folder, `${version}.json`);
      writeFileSync(
        file,
        JSON.stringify({ kubernetes: version, policies: admissionPolicies(OPTIONS), requests: CASES }),
      );
      const { code, stdout, stderr } = run('admission-policy', [file]);
      expect([code, stderr]).toEqual([0, '']);
      const verdicts = JSON.parse(stdout) as readonly { allowed: boolean; errors: readonly string[] }[];
      const expected = CASES.map(({ policy, example, allowed }) => ({ policy, example, allowed, errors: [] }));
      const found = verdicts.map((verdict, index) => ({
        policy: CASES[index]?.policy,
        example: CASES[index]?.example,
        ...verdict,
      }));
      expect(found).toEqual(expected);
    },
  );

  it('refuses what is no expression', () => {
    const file = path.join(folder, 'broken.json');
    const policies = [{ name: 'broken', conditions: [], variables: [], validations: [{ expression: 'object.(' }] }];
    writeFileSync(file, JSON.stringify({ kubernetes: '1.33', policies, requests: [] }));
    const { code, stderr } = run('admission-policy', [file]);
    expect(code).toBe(1);
    expect(stderr).toContain('broken');
  });
});
