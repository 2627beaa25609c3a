import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDialect } from '../../../../lib/analysis/dialect';
import { accessOf, accessTo, type SetRule } from '../../../../lib/analysis/graph/access';
import { Bits } from '../../../../lib/analysis/graph/bits';
import { ConnectionTable } from '../../../../lib/analysis/graph/connection-table';
import { allPorts } from '../../../../lib/analysis/graph/port-ranges';

const SIZE = 40;

interface Said {
  readonly port: number;
  readonly deny: boolean;
  readonly ends: readonly number[];
  /** Whether the ends come as a set or as a list. */
  readonly asSet: boolean;
}

const rules: fc.Arbitrary<Said[]> = fc.array(
  fc.record({
    port: fc.constantFrom(80, 81),
    deny: fc.boolean(),
    ends: fc.uniqueArray(fc.nat(SIZE - 1)),
    asSet: fc.boolean(),
  }),
  { maxLength: 6 },
);

function compute(said: readonly Said[], isolated: boolean) {
  const table = new ConnectionTable(allPorts(parseDialect('kubernetes')));
  const setRules = said.map(({ port, deny, ends, asSet }): SetRule => {
    const content = table.content({
      effect: deny ? 'deny' : 'allow',
      ranges: [{ protocol: 'TCP', first: port, last: port }],
      forEveryone: false,
      l7: undefined,
      authentication: undefined,
    });
    return { content, peers: asSet ? Bits.of(SIZE, ends) : ends };
  });
  const join = (contents: readonly number[]) => table.join(contents, isolated);
  return { table, setRules, access: accessOf(setRules, SIZE, join, isolated) };
}

test('each end gets what the rules that name it say together, whether they name it as one of a set or of a list', () => {
  fc.assert(
    fc.property(rules, fc.boolean(), (said, isolated) => {
      const { table, setRules, access } = compute(said, isolated);
      expect(access.isolated).toBe(isolated);
      for (let end = 0; end < SIZE; end++) {
        const naming = setRules.filter((_, index) => said[index]?.ends.includes(end) === true);
        const expected = table.join(
          naming.map(({ content }) => content),
          isolated,
        );
        expect(accessTo(access, end) ?? table.nothing).toBe(expected);
      }
    }),
  );
});

test('blocks of many ends neither overlap nor hold ends that are named on their own', () => {
  fc.assert(
    fc.property(rules, fc.boolean(), (said, isolated) => {
      const { few, many } = compute(said, isolated).access;
      const members = [...few.keys(), ...many.flatMap(({ ends }) => ends.members())];
      expect(new Set(members).size).toBe(members.length);
    }),
  );
});

test('ends that nothing is allowed with are in no block', () => {
  const [denied, allowed] = [compute([], true), compute([], false)];
  expect(denied.access.many).toEqual([]);
  expect(accessTo(denied.access, 0)).toBeUndefined();
  expect(accessTo(allowed.access, 0)).toBe(allowed.table.everything);
});
