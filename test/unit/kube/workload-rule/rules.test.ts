import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PodSpec } from '../../../../lib/kube/pod';
import { WORKLOAD_RULES } from '../../../../lib/kube/workload-rule';
import { EXAMPLE_CONTAINER, EXAMPLE_POD, type WorkloadRule } from '../../../../lib/kube/workload-rule/rule';
import { celRequests, type EvaluateCel } from './cel';

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

/** Containers and pods that say anything of what rules ask about. */
const flag = fc.option(fc.boolean(), { nil: undefined });
const id = fc.option(fc.constantFrom(0, 1000, 9_999, 10_000, 65_532), { nil: undefined });
const profile = fc.option(
  fc.record({ type: fc.constantFrom('RuntimeDefault', 'Localhost', 'Unconfined') }),
  { nil: undefined },
);
const shared = { runAsNonRoot: flag, runAsUser: id, runAsGroup: id, seccompProfile: profile, appArmorProfile: profile };
const capabilities = fc.subarray(['ALL', 'NET_RAW', 'NET_BIND_SERVICE']);
const containerSecurity = fc.record(
  {
    ...shared,
    privileged: flag,
    allowPrivilegeEscalation: flag,
    readOnlyRootFilesystem: flag,
    procMount: fc.constantFrom('Default', 'Unmasked'),
    capabilities: fc.record({ drop: capabilities, add: capabilities }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);
const limits = fc
  .subarray(['cpu', 'memory', 'ephemeral-storage'])
  .map((names) => Object.fromEntries(names.map((name) => [name, '1'])));
const image = fc
  .tuple(
    fc.constantFrom('', 'library/', 'registry.example.com/', 'registry.example.com.evil.org/', 'localhost/', 'r:1/x/'),
    fc.constantFrom('', ':1', ':latest', ':LATEST'),
    fc.constantFrom('', '@sha256:abc', `@sha256:${'a'.repeat(64)}`),
  )
  .map(([registry, tag, digest]) => `${registry}agent${tag}${digest}`);
const container = fc.record(
  {
    name: fc.constantFrom('a', 'b'),
    image,
    securityContext: containerSecurity,
    resources: fc.record({ limits, requests: limits }, { requiredKeys: [] }),
    ports: fc.array(fc.record({ containerPort: fc.constant(80), hostPort: fc.constantFrom(0, 80) }), { maxLength: 2 }),
    env: fc.array(
      fc.constantFrom(
        { name: 'A', value: 'a' },
        { name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
        { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      ),
      { maxLength: 2 },
    ),
    envFrom: fc.array(fc.constantFrom({ secretRef: { name: 's' } }, { configMapRef: { name: 'c' } }), { maxLength: 2 }),
    volumeMounts: fc.array(
      fc.record({ name: fc.constantFrom('v', 'w'), mountPath: fc.constantFrom('/tmp', '/data') }),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: ['name'] },
);
const mode = fc.constantFrom(0o400, 0o440, 0o444);
const volume = fc.oneof(
  fc.record({ name: fc.constantFrom('v', 'w'), hostPath: fc.constant({ path: '/' }) }),
  fc.record({
    name: fc.constantFrom('v', 'w'),
    emptyDir: fc.record({ medium: fc.constantFrom('', 'Memory'), sizeLimit: fc.constant('1Mi') }, { requiredKeys: [] }),
  }),
  fc.record({
    name: fc.constantFrom('v', 'w'),
    secret: fc.record(
      { defaultMode: mode, items: fc.array(fc.record({ key: fc.constant('a'), mode }), { maxLength: 2 }) },
      { requiredKeys: [] },
    ),
  }),
  fc.record({
    name: fc.constantFrom('v', 'w'),
    projected: fc.record(
      {
        defaultMode: mode,
        sources: fc.array(
          fc.oneof(
            fc.constant({ secret: { name: 's' } }),
            fc.constant({ configMap: { name: 's' } }),
            fc.record({
              serviceAccountToken: fc.record(
                { audience: fc.constantFrom('', 'a'), expirationSeconds: fc.constantFrom(600, 3600, 3601) },
                { requiredKeys: [] },
              ),
            }),
          ),
          { maxLength: 2 },
        ),
      },
      { requiredKeys: [] },
    ),
  }),
);
const podSpec = fc.record(
  {
    containers: fc.array(container, { minLength: 1, maxLength: 2 }),
    initContainers: fc.array(container, { maxLength: 1 }),
    ephemeralContainers: fc.array(container, { maxLength: 1 }),
    volumes: fc.array(volume, { maxLength: 2 }),
    securityContext: fc.record({ ...shared, fsGroup: id }, { requiredKeys: [] }),
    automountServiceAccountToken: flag,
    hostNetwork: flag,
    hostPID: flag,
    hostIPC: flag,
  },
  { requiredKeys: ['containers'] },
);

/** JSON has no undefined. */
const asJson = (value: unknown) => JSON.parse(JSON.stringify(value));

/** A pod that is wrong in nothing but some fields. */
const nearlyGood = podSpec.chain((any) =>
  fc.subarray(Object.keys(any)).map((keys) => {
    const some = Object.fromEntries(keys.map((key) => [key, any[key as keyof typeof any]]));
    return { ...EXAMPLE_POD, ...some };
  }),
);

test('what a rule finds, and what it says in CEL, are the same for any pod', () => {
  fc.assert(
    fc.property(fc.oneof(podSpec, nearlyGood), (any) => {
      const spec = asJson(any) as PodSpec;
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
