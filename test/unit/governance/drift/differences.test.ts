import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differences, formatPath } from '../../../../lib/governance/drift/differences';
import { CILIUM_POLICY, type Data, driftOf, NAMESPACE, NETWORK_POLICY } from './objects';

describe('lists', () => {
  test.each<[name: string, rendered: readonly unknown[], live: readonly unknown[], changes: unknown]>([
    ['one more in front', [1, 2], [0, 1, 2], [{ path: [0], live: 0 }]],
    ['one more behind', [1, 2], [1, 2, 3], [{ path: [2], live: 3 }]],
    ['one more between', [1, 2], [1, 5, 2], [{ path: [1], live: 5 }]],
    ['one less', [1, 2, 3], [1, 3], [{ path: [1], rendered: 2 }]],
    ['one changed', [1, 2, 3], [1, 5, 3], [{ path: [1], rendered: 2, live: 5 }]],
    ['the same twice', [1, 1], [1], [{ path: [1], rendered: 1 }]],
    ['none left', [1], [], [{ path: [0], rendered: 1 }]],
    [
      'another order',
      [1, 2],
      [2, 1],
      [
        { path: [0], rendered: 1, live: 2 },
        { path: [1], rendered: 2, live: 1 },
      ],
    ],
  ])('%s', (_, rendered, live, changes) => {
    expect(differences(rendered, live)).toEqual(changes);
  });
});

test.each([
  [['spec', 'egress', 1, 'toPorts'], 'spec.egress[1].toPorts'],
  [['metadata', 'labels', 'a.b/c'], 'metadata.labels["a.b/c"]'],
  [['data', 'x"y'], 'data["x\\"y"]'],
])('a path is written as people write it', (path, text) => {
  expect(formatPath(path)).toBe(text);
});

/** Where a value stands in an object, and what may be put there instead. */
interface Mutation {
  readonly name: string;
  readonly apply: (object: Data) => void;
}

/** Every single change of the spec of a policy: a value, a key less, a key more, an item less, an item more. */
function mutations(value: unknown, path: readonly (string | number)[]): readonly Mutation[] {
  const parent = (object: Data) => path.slice(0, -1).reduce<unknown>((one, key) => (one as Data)[key], object) as Data;
  const last = path.at(-1) as string;
  const set = (name: string, to: unknown): Mutation => ({
    name: `${name} ${path.join('.')}`,
    apply: (object) => {
      parent(object)[last] = to;
    },
  });
  if (Array.isArray(value)) {
    return [
      set('one more in', [...value, structuredClone(value[0]) ?? {}]),
      ...value.map((_, index) => set(`without ${index} of`, value.toSpliced(index, 1))),
      ...value.flatMap((item, index) => mutations(item, [...path, index])),
    ];
  }
  if (typeof value === 'object' && value !== null) {
    return [
      set('one key more in', { ...value, added: 'x' }),
      ...Object.keys(value).map((key) => {
        const { [key]: _, ...rest } = value as Data;
        return set(`without ${key} of`, rest);
      }),
      ...Object.entries(value).flatMap(([key, item]) => mutations(item, [...path, key])),
    ];
  }
  return [set('another value at', typeof value === 'number' ? value + 1 : `${value}x`)];
}

/** What a server gives back if it is missing. */
const DEFAULTED = [
  'without protocol of spec.egress.0.ports.0',
  'without podSelector of spec',
  'without policyTypes of spec',
];

describe.each([NETWORK_POLICY, CILIUM_POLICY])('a $kind', (policy) => {
  const all = mutations(policy.spec, ['spec']).filter(
    ({ name }) => policy.kind !== 'NetworkPolicy' || !DEFAULTED.includes(name),
  );

  test.each(all)('is not as it was rendered with $name', ({ apply }) => {
    const live = structuredClone(policy) as Data;
    apply(live);
    expect(driftOf([policy], [live])).toHaveLength(1);
  });

  test('has changes to try', () => {
    expect(all.length).toBeGreaterThan(20);
  });
});

const metadata = fc.record(
  {
    uid: fc.uuid(),
    resourceVersion: fc.nat().map(String),
    generation: fc.nat(),
    creationTimestamp: fc.constant('2026-01-01T00:00:00Z'),
    managedFields: fc.array(fc.record({ manager: fc.string() })),
  },
  { requiredKeys: [] },
);

test('what servers add to any object never counts', () => {
  const objects = fc.constantFrom<Data>(NETWORK_POLICY, CILIUM_POLICY, NAMESPACE);
  fc.assert(
    fc.property(objects, metadata, fc.option(fc.jsonValue(), { nil: undefined }), (object, added, status) => {
      const live = {
        ...object,
        metadata: { ...(object.metadata as Data), ...added },
        ...(status === undefined ? {} : { status }),
      };
      expect(driftOf([object], [live])).toEqual([]);
    }),
  );
});

test('data has no differences from itself, and differences from all else', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      const [a, b] = [JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other))];
      expect(differences(a, structuredClone(a))).toEqual([]);
      expect(differences(a, b).length === 0).toBe(isEqual(a, b));
    }),
  );
});

function isEqual(one: unknown, other: unknown): boolean {
  try {
    expect(one).toEqual(other);
    return true;
  } catch {
    return false;
  }
}
