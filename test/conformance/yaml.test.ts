import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emitDocument } from '../../lib/synth/yaml';
import { hasTool, run } from './support';
import { row } from './table/row';

// Scalars that some YAML reader takes for something else than a string, and pieces that break a careless writer.
const hostile = [
  ...['', ' ', '  ', '\t', '\n', '\r', '\r\n', '\n\n', ' \n', '\n ', '\t\n', '\n\t'],
  ...'yes no on off y n Yes NO On OFF Y N true false True FALSE null Null NULL ~ nil none undefined'.split(' '),
  ...'.inf -.inf +.Inf .nan .NaN Infinity 0 -0 +0 00 01 0o14 014 0x1F 0X1f 0b101 1_000 _1 1_ +1 -1 1. .5'.split(' '),
  ...'1e3 1E3 1e+3 -1.5e-7 1e400 1.0 0. 12:30:45 1:2 190:20:30.15 9007199254740993 18446744073709551616'.split(' '),
  ...'2001-12-14 2001-12-14t21:59:43Z 20011214 = << < > >- | |- |2 & * &a *a ! !!str % @ @a ` `a'.split(' '),
  ...'" "" \' \'\' it\'s \\ \\n \\" # : a: :a - -- -a ? --- ... { } {} [ ] [] [a] , $(A)'.split(' '),
  ...[' #', '# ', 'a #b', 'a# b', ': ', ' :', 'a: b', '- ', '- a', '? ', '? a', '--- ', '--- a', '! a', ', ', 'a, b'],
  ...['\n---\n', '\n...\n', '%YAML 1.2', '{a: b}', '{{ .A }}', '2001-12-14 21:59:43.10 -5'],
  ...'\0\u0001\u0007\b\v\f\u001b\u001f\u007f\u0080\u0085\u009f\u00a0\u2028\u2029\u200b\ufeff\ufffd\ufffe\uffff',
  ...'éß漢字\u{1f600}\u{10ffff}',
  ...['x'.repeat(79), 'x'.repeat(81), 'word '.repeat(30), ' x'.repeat(60), `${'x'.repeat(100)}\n${'y '.repeat(60)}\n`],
  ...['__proto__', 'constructor', 'apiVersion', 'name', 'length'],
];

const hostileString = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...hostile) },
  {
    weight: 4,
    arbitrary: fc.array(fc.constantFrom(...hostile, 'a', 'b'), { maxLength: 5 }).map((all) => all.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\r', 'a', '#', ':', '-'), maxLength: 12 }),
  },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...'0123456789abefinoxyEINY_+-.:/'), maxLength: 8 }) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.constantFrom(...`aZ_/ 0.@%+=,;()'*$-:#&!?[]{}|>"\`\\`), maxLength: 10 }),
  },
);

const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -100, max: 70_000 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
  fc.constantFrom(0, -0, 1e21, 1e20, 123456789012345680000, 5e-324, 1.7976931348623157e308, 0.1, 1e-7, 2 ** 53 - 1),
);

const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    hostileString,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(hostileString, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

const configMapKey = fc.oneof(
  fc.constantFrom('yes', 'no', 'on', 'null', '1', '01', '0x1F', '1e3', '1_000', '-', '--', '---', '.', '...', '.inf'),
  fc.string({ unit: fc.constantFrom(...'abyn019._-'), minLength: 1, maxLength: 12 }),
);

const body = fc.oneof(
  fc.record({
    apiVersion: fc.constant('v1'),
    kind: fc.constant('ConfigMap'),
    data: fc.dictionary(configMapKey, hostileString, { maxKeys: 6, noNullPrototype: true }),
  }),
  fc.record({ apiVersion: fc.constant('example.com/v1'), kind: fc.constant('Anything'), spec: tree }),
);

interface Emitted {
  readonly metadata: { readonly name: string; readonly annotations?: Record<string, string> };
}

/** What JSON keeps of a value; it has no negative zero. */
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe.skipIf(!hasTool('kubectl'))('kubectl', () => {
  const counted = row('kubectl', 'reads random objects as our YAML writer was given them');
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'emit-document-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Emits the objects into one file and returns what kubectl reads there. */
  const roundTrip = (objects: readonly Emitted[]): unknown[] => {
    const file = path.join(folder, 'objects.yaml');
    writeFileSync(file, objects.map((object) => emitDocument(object)).join('---\n'));
    const result = run('kubectl', ['annotate', '--local', '--filename', file, '--output', 'json', 'read=yes']);
    if (result.code !== 0 || result.stderr !== '') {
      throw new Error(`kubectl ended with ${result.code}: ${result.stderr}`);
    }
    // One indented JSON text after the other: only the brace that ends a text stands alone in the first column.
    const texts = result.stdout.split(/^\}$/m).slice(0, -1);
    return texts.map((text) => {
      const object = JSON.parse(`${text}}`) as Emitted;
      const { annotations, ...metadata } = object.metadata;
      expect(annotations).toEqual({ read: 'yes' });
      return json({ ...object, metadata });
    });
  };

  it('reads what emitDocument wrote', () => {
    let cases = 0;
    fc.assert(
      fc.property(fc.array(body, { minLength: 1, maxLength: 500, size: 'max' }), (bodies) => {
        cases += bodies.length;
        const objects = bodies.map((object, i) => ({ ...object, metadata: { name: `object-${i}` } }));
        const read = roundTrip(objects);
        expect(read).toHaveLength(objects.length);
        const different = objects.findIndex((object, i) => !isDeepStrictEqual(read[i], json(object)));
        if (different >= 0) {
          throw new Error(`${JSON.stringify(objects[different])} was read as ${JSON.stringify(read[different])}`);
        }
      }),
      { numRuns: 40, unbiased: true, interruptAfterTimeLimit: 90_000, markInterruptAsFailure: true },
    );
    expect(cases).toBeGreaterThan(1000);
    counted.cases(cases);
  });

  it('reads every hostile string as the value and as the key it was', () => {
    // A key of more than 1024 characters needs another notation.
    const long = [999, 1000, 1001, 1022, 1023, 1024, 1025, 3000].flatMap((length) =>
      ['k', '-', 'é'].map((unit) => unit.repeat(length)),
    );
    const objects = [...hostile, ...long, '\0'.repeat(200)].map((text, i) => ({
      apiVersion: 'example.com/v1',
      kind: 'Anything',
      metadata: { name: `object-${i}` },
      spec: { value: text, list: [text, [text]], map: { [text]: text, nested: [{ [text]: { [text]: text } }] } },
    }));
    const survives = (some: typeof objects): boolean => {
      try {
        return isDeepStrictEqual(roundTrip(some), some.map(json));
      } catch {
        return false;
      }
    };
    counted.cases(objects.length);
    // One call of kubectl for all of them; one for each only to name those that are to blame.
    const changed = survives(objects) ? [] : objects.filter((object) => !survives([object]));
    expect(
      changed.map(({ spec: { value } }) => `${JSON.stringify(value.slice(0, 40))}, ${value.length} characters`),
    ).toEqual([]);
  });
});
