import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Environment } from '../../../../lib/environment';
import { loadEnvironments } from '../../../../lib/environment';
import { profileOf, profiles } from '../../../../lib/program/profile/profile';

const FOLDER = resolve(__dirname, '../../../../environments');
const committed = (name: string) => loadEnvironments(FOLDER, name).environments[0] as Environment;
const PROD = committed('prod');

/** prod with some of its tools switched, and without some of its settings. */
function prod(
  tools: Partial<Environment['tools']>,
  without: readonly ('admission' | 'registries')[] = [],
): Environment {
  const portarium = Object.fromEntries(
    Object.entries(PROD.portarium ?? {}).filter(([key]) => !without.includes(key as never)),
  ) as unknown as NonNullable<Environment['portarium']>;
  return { ...PROD, portarium, tools: { ...PROD.tools, ...tools } };
}

const row = (environment: Environment, control: RegExp) =>
  profileOf(environment).rows.find(({ control: name }) => control.test(name));

test('every environment for clusters has a matrix without an empty cell, and nothing is wrong with it', () => {
  const all = profiles(FOLDER);
  expect(all.map(({ environment }) => environment)).toEqual(['dev', 'prod']);
  for (const { rows, findings } of all) {
    expect(findings).toEqual([]);
    expect(rows.length).toBeGreaterThan(15);
    for (const cell of rows.flatMap((one) => Object.values(one)))
      expect(cell).toMatch(/^(?!nothing$|undefined)\S.*\S$/);
  }
});

test('what the documents promise by name is there', () => {
  const names = profileOf(PROD).rows.map(({ control }) => control);
  expect(names).toEqual(
    expect.arrayContaining([
      ...['Container hardening', 'Secrets only as files', 'Token validation', 'Orchestrator policy'],
      ...[
        'Task authorization',
        'Communication scope',
        'Secret access',
        'Delegation approval',
        'Cross-namespace access',
      ],
      ...['Resource limits', 'No host mounts', 'Approved images only', 'No privileged containers', 'Distroless images'],
    ]),
  );
});

describe.each([
  ['opa', /^Task authorization$/, /^OPA decides/, /^Orchestrator's built-in policy/],
  [
    'kyverno',
    /^Resource limits$/,
    /^Refuses what breaks the rule$/,
    /^ValidatingAdmissionPolicy of the API server; Resource/,
  ],
  [
    'kyverno',
    /^Distroless/,
    /^Refuses images whose signed provenance/,
    /^Only approved registries; Container hardening/,
  ],
  ['kyverno', /^Nobody but the deployer/, /^Guards of/, /^ValidatingAdmissionPolicy/],
  ['cilium', /^Egress/, /^CiliumNetworkPolicy/, /^NetworkPolicy, by address$/],
  ['spire', /^Identity/, /^SPIFFE/, /^Tokens for the control plane alone; guarded/],
] as const)('%s and %s', (tool, control, on, off) => {
  test('holds it when it is on', () => {
    expect(row(prod({ [tool]: true }), control)).toMatchObject({ state: 'on', heldBy: expect.stringMatching(on) });
  });

  test('leaves it to something else when it is off', () => {
    const found = row(prod({ [tool]: false }), control);
    expect(found).toMatchObject({ state: 'off', heldBy: expect.stringMatching(off) });
    expect(found?.whenOff).toBe(found?.heldBy);
  });
});

test('what is always on has no switch', () => {
  for (const tools of [{}, { opa: false, kyverno: false, cilium: false, spire: false }]) {
    expect(row(prod(tools), /^Container hardening$/)).toMatchObject({ state: 'always', whenOff: 'Cannot be off' });
  }
});

test.each([
  [{}, ['admission'], ['Nobody but the deployer changes policies, or claims trusted labels']],
  [{ kyverno: false }, ['registries'], ['Approved images only', 'Distroless images']],
] as const)('%j without %j is held by nothing, which is an error', (tools, without, controls) => {
  const { findings } = profileOf(prod(tools, without));
  const errors = findings.filter(({ rule }) => rule === 'unheld-control');
  expect(errors.map(({ message }) => /'(.*)'/.exec(message)?.[1])).toEqual(controls);
  for (const { severity, where } of errors) {
    expect(severity).toBe('error');
    expect(where).toEqual({ file: PROD.file });
  }
});

test('rules that only warn hold nothing', () => {
  const { admission } = PROD.portarium ?? {};
  if (admission === undefined) throw new Error('prod has admission');
  const portarium = {
    ...(PROD.portarium as NonNullable<Environment['portarium']>),
    admission: { ...admission, mode: 'audit' as const },
  };
  const rules = profileOf({ ...PROD, portarium }).findings.map(({ rule }) => rule);
  expect(rules).toEqual(['unheld-control']);
});

test.each(['envoy', 'falco'] as const)('%s counts as off, and says so', (tool) => {
  const { rows, findings } = profileOf(prod({ [tool]: true }));
  expect(rows.find((one) => one.tool === tool)?.state).toBe('off');
  expect(findings).toMatchObject([{ rule: 'tool-not-rendered', severity: 'warning' }]);
});
