import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Labels,
  labelKeyProblem,
  labels,
  labelsKey,
  labelValueProblem,
  objectLabelsProblem,
} from '../../../lib/model/label';
import { expectProblem, expectReadable, problemOf, type Refused } from './refusal';

const KEYS = ['app', 'App_1.x-y', 'a', 'app.kubernetes.io/name', 'portarium.dev/workspace', `x/${'a'.repeat(63)}`];
const VALUES = ['', 'a', 'ws-production', 'v1.2_3-x', 'A', 'a'.repeat(63)];

test.each(KEYS)('%j is a label key', (key) => expect(labelKeyProblem(key)).toBeUndefined());
test.each(VALUES)('%j is a label value', (value) => expect(labelValueProblem(value)).toBeUndefined());

describe('refuses a key that Kubernetes refuses', () => {
  test.each<Refused>([
    ...[
      '',
      '-app',
      'app-',
      '_app',
      'app name',
      'app\n',
      'äpp',
      'a'.repeat(64),
      'example.com/',
      'a/b/c',
      '/',
      'k8s:app',
    ].map((key): Refused => [key, /label key .* is refused by Kubernetes/, /name or prefix\/name/]),
    ['/app', /prefix of label key '\/app' '' is not a DNS subdomain/, /lower-case/],
    ['Example.com/app', /prefix of label key .* is not a DNS subdomain/, /lower-case/],
    ['example..com/app', /prefix of label key .* is not a DNS subdomain/, /every part/],
    ['example.com./app', /prefix of label key .* is not a DNS subdomain/, /every part/],
    ['exa mple/app', /prefix of label key .* is not a DNS subdomain/, /lower-case/],
    [`${'a'.repeat(254)}/app`, /prefix of label key .* has 254 characters/, /253 characters at most/],
  ])('%j', (key, message, fix) => {
    expectProblem(labelKeyProblem(key), message, fix);
    expect(problemOf(() => labels({ app: 'x', [key]: 'y' }))).toEqual(labelKeyProblem(key));
  });
});

describe('refuses a value that Kubernetes refuses', () => {
  test.each<Refused>([
    ['a'.repeat(64), /has 64 characters/, /63 characters at most/],
    ...['-a', 'a-', '.a', 'a b', 'a/b', 'a\n', '*', 'ä', 'a\u200b'].map(
      (value): Refused => [value, /is refused by Kubernetes/, /start and end with a letter or digit/],
    ),
  ])('%j', (value, message, fix) => {
    expectProblem(labelValueProblem(value), message, fix);
    expectProblem(
      problemOf(() => labels({ app: value })),
      /^value of label 'app'/,
      fix,
    );
  });
});

test.each([5, true, null, {}])('refuses %j, which is no text', (value) => {
  const given = value as unknown as string;
  expectProblem(labelValueProblem(given), /^label value is .*, which is no text/, /write text/);
  const labelled = [{ app: given }, { app: 'x', tier: given }];
  for (const set of labelled)
    expectProblem(
      problemOf(() => labels(set)),
      /^value of label '\w+' is /,
      /write text/,
    );
});

describe('an object of anybody', () => {
  test.each<Labels>([{}, { app: 'x' }, { 'io.cilium.k8s.policy.cluster': 'c', 'a.b/c': '' }])('may carry %j', (set) => {
    expect(objectLabelsProblem(set)).toBeUndefined();
  });

  test.each([
    [{ app: 'x', tier: 'b ad' }, /value of label 'tier' 'b ad' is refused/],
    [{ 'b ad': 'x' }, /label key 'b ad' is refused/],
    [{ 'Example.com/x': 'x' }, /prefix of label key/],
    [{ app: 5 as unknown as string }, /value of label 'app' is 5/],
  ])('may not carry %j', (set, message) => {
    expectProblem(objectLabelsProblem(set), message, /./);
  });
});

// In a selector of Cilium they would replace the namespace that the peer names.
test.each([
  'io.kubernetes.pod.namespace',
  'io.cilium.k8s.namespace.labels.team',
  'io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name',
  'io.cilium.k8s.policy.cluster',
  'io.cilium.k8s.policy.serviceaccount',
])('refuses %j, which no pod carries', (key) => {
  expectProblem(labelKeyProblem(key), /is derived by Cilium and carried by no pod/, /name the namespace itself/);
  expect(problemOf(() => labels({ app: 'x', [key]: 'kube-system' }))).toEqual(labelKeyProblem(key));
});

describe('labels', () => {
  test('refuses an empty set, which would select everything', () => {
    expectProblem(
      problemOf(() => labels({})),
      /an empty selector selects every pod/,
      /name at least one label/,
    );
  });

  test('copies and freezes', () => {
    const given = { app: 'agent' };
    const made = labels(given);
    given.app = 'vault';
    expect(made).toEqual({ app: 'agent' });
    expect(Object.isFrozen(made)).toBe(true);
  });

  test('does not take what a prototype holds', () => {
    expect(problemOf(() => labels(Object.create({ app: 'agent' })))?.message).toMatch(/no labels/);
    expect(problemOf(() => labels(JSON.parse('{"__proto__":"x"}')))?.message).toMatch(/refused by Kubernetes/);
  });
});

/** The rules of the API server in other words than lib/model uses. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const isName = (text: string) =>
  text.length > 0 &&
  text.length < 64 &&
  [...text].every((character) => `${LETTERS}-_.`.includes(character)) &&
  LETTERS.includes(text.charAt(0)) &&
  LETTERS.includes(text.slice(-1));
const isSubdomain = (text: string) =>
  text.length < 254 &&
  text.split('.').every((part) => /^[a-z0-9]/.test(part) && /[a-z0-9]$/.test(part) && !/[^-a-z0-9]/.test(part));
const isKey = (text: string) => {
  const parts = text.split('/');
  if (parts.length > 2 || !isName(parts.at(-1) ?? '')) return false;
  return parts.length === 1 || isSubdomain(parts[0] ?? '');
};

const name = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,8}[A-Za-z0-9])?$/),
  fc.stringMatching(/^[-A-Za-z0-9_./]{0,66}$/),
  fc.string({ maxLength: 6 }),
);
const key = fc.oneof(
  name,
  fc.tuple(fc.oneof(fc.domain(), name), name).map(([prefix, rest]) => `${prefix}/${rest}`),
);

test('labels accepts exactly what the API server accepts', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(key, name), { minLength: 1, maxLength: 4 }), (entries) => {
      const record = Object.fromEntries(entries);
      const accepted = Object.entries(record).every(([one, value]) => isKey(one) && (value === '' || isName(value)));
      const problem = problemOf(() => labels(record));
      expect(problem === undefined).toBe(accepted);
      if (problem !== undefined) expectReadable(problem);
    }),
    { numRuns: 3000 },
  );
});

const set = fc.dictionary(fc.constantFrom('app', 'b', 'c/d', 'e.f/g'), fc.constantFrom('', 'a', 'b', 'a.b'), {
  minKeys: 1,
});

describe('labelsKey', () => {
  test('does not depend on the order of writing', () => {
    fc.assert(
      fc.property(set, fc.infiniteStream(fc.nat()), (record, order) => {
        const shuffled = Object.entries(record)
          .map((entry) => ({ entry, at: order.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ entry }) => entry);
        expect(labelsKey(labels(Object.fromEntries(shuffled)))).toBe(labelsKey(labels(record)));
      }),
    );
  });

  test('tells different sets apart', () => {
    fc.assert(
      fc.property(set, set, (one, other) => {
        const equal = JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
        expect(labelsKey(one) === labelsKey(other)).toBe(equal);
      }),
      { numRuns: 1000 },
    );
  });
});
