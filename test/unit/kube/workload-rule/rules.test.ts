import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PodSpec } from '../../../../lib/kube/pod';
import { WORKLOAD_RULES } from '../../../../lib/kube/workload-rule/index';
import { EXAMPLE_CONTAINER, EXAMPLE_POD, type WorkloadRule } from '../../../../lib/kube/workload-rule/rule';
import { celRequests, type EvaluateCel } from './cel';
import { POD_SPECS } from './pod-specs';

let evaluate: EvaluateCel;

beforeAll(async () => {
  evaluate = await celRequests();
});

const SETTINGS = { registries: ['registry.example.com/', 'registry.example.com:5000/'] };

const annotated = (spec: PodSpec, annotations: Readonly<Record<string, string>> = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'example', annotations },
  spec,
});

function inCel(rule: WorkloadRule, spec: PodSpec, annotations?: Readonly<Record<string, string>>): boolean {
  const object = annotated(spec, annotations);
  return rule.validations(SETTINGS).every(({ expression }) => evaluate(expression, { object }) === true);
}

const found = (rule: WorkloadRule, spec: PodSpec, annotations?: Readonly<Record<string, string>>) => [
  ...rule.find({ spec, annotations }, SETTINGS),
];

test('rules are in the order of their ids', () => {
  const ids = WORKLOAD_RULES.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort());
});

test.each(WORKLOAD_RULES)('$id finds nothing in a pod that is wrong in nothing', (rule) => {
  expect(found(rule, EXAMPLE_POD)).toEqual([]);
  expect(inCel(rule, EXAMPLE_POD)).toBe(true);
});

describe.each(WORKLOAD_RULES)('$id', (rule) => {
  test.each(Object.entries(rule.examples.good))('takes %s', (_, spec) => {
    expect(found(rule, spec)).toEqual([]);
    expect(inCel(rule, spec)).toBe(true);
  });

  test.each(Object.entries(rule.examples.bad))('refuses %s, and says what to do', (_, spec) => {
    const violations = found(rule, spec);
    expect(violations.length).toBeGreaterThan(0);
    for (const { message, fix } of violations) {
      expect(message).toMatch(/^\S.*\S$/s);
      expect(fix).toMatch(/^\S.*\S$/s);
    }
    expect(inCel(rule, spec)).toBe(false);
  });

  test('points at what is there', () => {
    for (const spec of Object.values(rule.examples.bad)) {
      for (const { path } of found(rule, spec)) {
        expect(path[0], `${path}`).toMatch(/^[a-z]\w+$/i);
      }
    }
  });
});

test('what a rule finds, and what it says in CEL, are the same for any pod', () => {
  fc.assert(
    fc.property(POD_SPECS, (spec) => {
      for (const rule of WORKLOAD_RULES) {
        expect([rule.id, inCel(rule, spec)]).toEqual([rule.id, found(rule, spec).length === 0]);
      }
    }),
    { numRuns: 150 },
  );
});

test('AppArmor is also switched off by the annotation of releases before 1.30', () => {
  const rule = WORKLOAD_RULES.find((one) => one.id === 'container-hardening') as WorkloadRule;
  const of = (name: string, value: string) => ({ [`container.apparmor.security.beta.kubernetes.io/${name}`]: value });
  expect(inCel(rule, EXAMPLE_POD, of('main', 'unconfined'))).toBe(false);
  expect(found(rule, EXAMPLE_POD, of('main', 'unconfined'))).toHaveLength(1);
  for (const fine of [of('main', 'runtime/default'), of('other', 'unconfined')]) {
    expect(inCel(rule, EXAMPLE_POD, fine)).toBe(true);
    expect(found(rule, EXAMPLE_POD, fine)).toEqual([]);
  }
});

describe('registries', () => {
  const rule = WORKLOAD_RULES.find((one) => one.id === 'image-registry') as WorkloadRule;
  const withImage = (image: string) => ({ ...EXAMPLE_POD, containers: [{ ...EXAMPLE_CONTAINER, image }] });

  test.each([
    ['registry.example.com/agent:1', true],
    ['registry.example.com:5000/a/b/agent:1', true],
    ['registry.example.com.evil.org/agent:1', false],
    ['docker.io/registry.example.com/agent:1', false],
    ['agent:1', false],
  ])('%s: %s', (image, fine) => {
    expect(found(rule, withImage(image)).length === 0).toBe(fine);
    expect(inCel(rule, withImage(image))).toBe(fine);
  });

  test('any that is named will do where none is approved', () => {
    expect([...rule.find({ spec: withImage('anywhere.example.org/agent:1') }, {})]).toEqual([]);
    expect([...rule.find({ spec: withImage('agent:1') }, {})]).toHaveLength(1);
    expect(rule.validations({})).toHaveLength(1);
  });
});

test.each(WORKLOAD_RULES)('$id takes what has the wrong shape for absent', (rule) => {
  for (const spec of [
    { containers: 'none', volumes: 'none', securityContext: 'none' },
    { containers: ['a', null], volumes: [null, 'b'], securityContext: null },
    { containers: [{ securityContext: 'a', resources: 'b', env: 'c', ports: 'd' }], volumes: [{ secret: 'x' }] },
  ]) {
    expect(() => found(rule, spec as unknown as PodSpec)).not.toThrow();
  }
});
