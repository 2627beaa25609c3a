import { expect, test } from 'vitest';
import type { ChangeGroup, ChangeKind, ChangeTag, Difference } from '../../../../lib/analysis/answer/difference';
import { failing, parseFailOn } from '../../../../lib/analysis/answer/fail-on';

const END = { kind: 'workloads', namespaces: ['shop'], workloads: 1 } as const;

function difference(...groups: readonly (readonly [ChangeKind, ...ChangeTag[]])[]): Difference {
  const side = { dialect: { kind: 'kubernetes' }, workloads: 1, policies: 1, findings: [] } as const;
  return {
    before: side,
    after: side,
    groups: groups.map(
      ([kind, ...tags]): ChangeGroup => ({ kind, tags, from: END, to: END, segments: [], pairs: 1, examples: [] }),
    ),
    appeared: [],
    disappeared: [],
  };
}

test.each([
  ['added', true],
  ['added-world', true],
  ['added-metadata', false],
  ['lost-auth', true],
  ['lost-auth-api-server', false],
  ['removed', false],
  ['removed, added-world', true],
  ['any', true],
])('%s of an added connection to the world and lost authentication: %s', (words, fails) => {
  const found = failing(difference(['added', 'world'], ['lost-auth', 'cross-namespace']), parseFailOn(words));
  expect(found.length > 0).toBe(fails);
});

test('any is nothing where nothing changes', () => {
  expect(failing(difference(), parseFailOn('any'))).toEqual([]);
});

test.each([
  ['aded-world', /'aded-world' is no kind of change; did you mean 'added-world'\?/],
  ['', /is no kind of change/],
  ['added,', /'' is no kind of change/],
  ['world', /is no kind of change/],
  ['everything', /; write added, widened, .* or any, and behind it -world, .* if that matters/],
])('%j is refused', (words, message) => {
  expect(() => parseFailOn(words)).toThrow(message);
});
