import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { InvalidValueError } from '../../../lib/finding';
import { emitDocument } from '../../../lib/synth/yaml';

/** Texts that some YAML reader takes for something else, and pieces that break a careless writer. */
const HOSTILE = [
  ...'yes no on off y n Yes NO On OFF Y N true false True FALSE null Null NULL ~ nil none undefined'.split(' '),
  ...'.inf -.inf +.Inf .nan .NaN Infinity NaN 0 -0 +0 00 01 0o14 014 0x1F 0X1f 0b101 1_000 _1 1_ +1 -1 1. .5'.split(
    ' ',
  ),
  ...'1e3 1E3 1e+3 -1.5e-7 1e400 e5 E-1 1.0 0. 12:30:45 1:2 190:20:30.15 9007199254740993 18446744073709551616'.split(
    ' ',
  ),
  ...'2001-12-14 2001-12-14t21:59:43Z 20011214 = << < > >- | |- |2 & * &a *a ! !!str !!binary % @ @a ` `a'.split(' '),
  ...'" "" \' \'\' it\'s \\ \\n \\" # : a: :a - -- -a ? --- ... { } {} [ ] [] [a] , $(A) a: b,c'.split(' '),
  ...'10.0.0.1 10.0.0.0/8 0.0.0.0/0 169.254.169.254/32 ::1 ::/0 fd00::/8 2001:db8::/32 a:b/12 1:2/3 fe80::1%eth0'.split(
    ' ',
  ),
  ...['', ' ', '  ', '\t', '\n', '\r', '\r\n', '\n\n', ' \n', '\n ', '\t\n', '\n\t', ' a', 'a ', '\ta', 'a\t', 'a\tb'],
  ...['\na', 'a\n', 'a\n\n', 'a\n\n\n', '\n\na\n\n', 'a\nb', 'a\n\nb', ' a\nb', 'a\n b', 'a \nb', 'a\n\tb', 'a\n \nb'],
  ...['a\n#b', '#a\nb', '- a\nb: c', 'a\n---\nb', '\n---\n', '\n...\n', '...\na', 'a\r\nb', '|\n', '%YAML 1.2\n---\n'],
  ...[' #', '# ', 'a #b', 'a# b', ': ', ' :', 'a: b', 'a : b', '- ', '- a', '? ', '? a', '--- a', '! a', ', ', 'a, b'],
  ...['%YAML 1.2', '{a: b}', '{{ .A }}', '2001-12-14 21:59:43.10 -5', '"a" b', "'a' b", 'a -b', 'a - b', 'a ?b'],
  ...'\0\u0001\u0007\b\v\f\u001b\u001f\u007f\u0080\u0085\u009f\u00a0\u2028\u2029\u200b\ufeff\ufffd\ufffe\uffff',
  ...'éß漢字\u{1f600}\u{10ffff}',
  ...['x'.repeat(81), 'word '.repeat(30), ' x'.repeat(60), `${'x'.repeat(100)}\n${'y '.repeat(60)}\n`],
  ...['__proto__', 'constructor', 'toString', 'length'],
  ...[999, 1000, 1001, 1022, 1023, 1024, 1025, 3000].flatMap((length) => ['k', '-', 'é'].map((c) => c.repeat(length))),
];

const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...HOSTILE, 'a'), { maxLength: 4 }).map((all) => all.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...' \n\t\ra#:-'), maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...'0123456789abefinoxyEINY_+-.:/'), maxLength: 8 }) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.constantFrom(...`aZ_/ 0.@%+=,;()'*$-:#&!?[]{}|>"\`\\`), maxLength: 9 }),
  },
);

const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -100, max: 70_000 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 1e21, 1e20, -1e21, 1e-7, 123456789012345680000, 5e-324, Number.MAX_VALUE, 0.1, 2 ** 53 - 1),
);

const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(text, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

/** What readers of YAML 1.1 and 1.2, with and without merge keys, find in a stream. */
function readings(stream: string): unknown[][] {
  return (['1.1', '1.2'] as const).flatMap((version) =>
    [false, true].map((merge) =>
      parseAllDocuments(stream, { version, merge, strict: true, uniqueKeys: true }).map((document) => {
        const problem = document.errors[0] ?? document.warnings[0];
        if (problem !== undefined) throw new Error(`YAML ${version}: ${problem.message}\n${stream}`);
        return document.toJS();
      }),
    ),
  );
}

function expectToReadBack(values: readonly unknown[]): void {
  const stream = values.map(emitDocument).join('---\n');
  for (const reading of readings(stream)) {
    if (!isDeepStrictEqual(reading, values)) {
      throw new Error(`${JSON.stringify(values)} was read as ${JSON.stringify(reading)} from\n${stream}`);
    }
  }
}

describe('what was emitted reads back as it was', () => {
  test('any JSON-like data', () => {
    fc.assert(
      fc.property(tree, (value) => expectToReadBack([value])),
      { numRuns: 1500 },
    );
  });

  test('several documents in one file', () => {
    fc.assert(
      fc.property(fc.array(tree, { minLength: 2, maxLength: 4 }), (values) => expectToReadBack(values)),
      { numRuns: 200 },
    );
  });

  test.each(
    HOSTILE.map((value) => [
      value.length > 40 ? `${value.length} × ${value.slice(0, 5)}` : JSON.stringify(value),
      value,
    ]),
  )('%s as a value and as a key, at every depth', (_, value) => {
    const named = { [value]: value };
    expectToReadBack([value, [value], named, { a: { ...named, b: [named, [[named]], [value, value]] } }, [[named]]]);
  });

  test('keys beyond the limit of YAML readers, below each other', () => {
    const long = 'key '.repeat(400);
    expectToReadBack([{ [long]: { [long]: [{ [long]: 1, [`${long}b`]: [] }], [`${long}c`]: { [long]: {} } } }]);
  });

  test('objects without a prototype', () => {
    const map = Object.assign(Object.create(null) as object, { a: Object.create(null) as object });
    expect(emitDocument(map)).toBe('a: {}\n');
  });
});

describe('it reads well', () => {
  test.each([
    ['keys keep their order', { b: 1, a: 2 }, 'b: 1\na: 2\n'],
    ['lists are indented below their key', { a: [1, { b: 2, c: [3] }] }, 'a:\n  - 1\n  - b: 2\n    c:\n      - 3\n'],
    ['lists of lists', { a: [[1, 2], []] }, 'a:\n  - - 1\n    - 2\n  - []\n'],
    ['empty maps and lists', { a: {}, b: [], c: [{}] }, 'a: {}\nb: []\nc:\n  - {}\n'],
    ['fields that are undefined are left out', { a: undefined, b: { c: undefined } }, 'b: {}\n'],
    ['items that are undefined are null, as in JSON', [undefined, null], '- null\n- null\n'],
    [
      'names, images and addresses stay without quotes',
      { a: 'ghcr.io/x/y:1.2', b: '10.0.0.0/8' },
      'a: ghcr.io/x/y:1.2\nb: 10.0.0.0/8\n',
    ],
    ['words that mean something are quoted', ['no', 'true', '1'], '- "no"\n- "true"\n- "1"\n'],
    ['a bigint is a number', { a: 12345678901234567890n }, 'a: 12345678901234567890\n'],
    ['a scalar', 'a\nb\n', '|\n  a\n  b\n'],
  ])('%s', (_, value, expected) => {
    expect(emitDocument(value)).toBe(expected);
  });

  test.each([
    ['', '|-'],
    ['\n', '|'],
    ['\n\n', '|+'],
    ['\n\n\n', '|+'],
  ])('lines that end with %j are a literal block', (end, header) => {
    const line = fc.stringMatching(/^[!-~][ -~]{0,20}$/).map((value) => value.trimEnd());
    const lines = fc.array(fc.oneof(line, fc.constant('')), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(lines, (all) => {
        fc.pre(all[0] !== '' && all.at(-1) !== '');
        const value = all.join('\n') + end;
        const emitted = emitDocument({ a: value, b: [value] });
        expect(emitted.split('\n')[0]).toBe(`a: ${header}`);
        expect(emitted).toContain(`  - ${header}\n`);
        expectToReadBack([{ a: value, b: [value] }]);
      }),
      { numRuns: 200 },
    );
  });
});

class Instance {
  readonly field = 1;
}

describe('what JSON has no form for is refused with its path', () => {
  test.each<[string, unknown, string]>([
    ['a function', { spec: { run: () => 1 } }, '$.spec.run is a function'],
    ['a function in a list', { spec: [1, [() => 1]] }, '$.spec[1][0] is a function'],
    ['a symbol', { a: Symbol('x') }, '$.a is a symbol'],
    ['NaN', { a: [Number.NaN] }, '$.a[0] is NaN'],
    ['Infinity', { a: Number.NEGATIVE_INFINITY }, '$.a is -Infinity'],
    ['a class instance', { a: { b: new Instance() } }, '$.a.b is a Instance'],
    ['a class instance without fields', { a: new (class Empty {})() }, '$.a is a Empty'],
    ['a date', { a: [new Date(0)] }, '$.a[0] is a Date'],
    ['a map', { a: new Map([['b', 1]]) }, '$.a is a Map'],
    ['a set', { a: new Set() }, '$.a is a Set'],
    ['a boxed text', { a: Object('b') }, '$.a is a String'],
    ['half of a surrogate pair', { a: [{ b: 'x\ud83d' }] }, '$.a[0].b is text that is not valid Unicode'],
    ['half of a surrogate pair in a list', ['\udc00'], '$[0] is text that is not valid Unicode'],
    [
      'half of a surrogate pair in a text of several lines',
      { a: 'x\n\ud83d\n' },
      '$.a is text that is not valid Unicode',
    ],
    ['half of a surrogate pair in a key', { a: { '\ud83d': 1 } }, '$.a.\ud83d is text that is not valid Unicode'],
    ['nothing', undefined, '$ is undefined'],
    ['a function alone', () => 1, '$ is a function'],
    ['a class instance alone', new Instance(), '$ is a Instance'],
  ])('%s', (_, value, message) => {
    expect(() => emitDocument(value)).toThrow(InvalidValueError);
    expect(() => emitDocument(value)).toThrow(message);
  });
});
