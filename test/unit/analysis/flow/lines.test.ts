import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LONGEST_LINE, readLines } from '../../../../lib/analysis/flow/lines';

async function linesOf(...chunks: readonly Buffer[]): Promise<readonly (readonly [number, string | undefined])[]> {
  const lines: [number, string | undefined][] = [];
  await readLines(Readable.from(chunks), { onLine: (line, number) => lines.push([number, line]) });
  return lines;
}

test('wherever chunks end, lines are the same', async () => {
  const line = fc.string({ unit: 'binary' }).map((text) => text.replaceAll(/[\n\ufeff]/g, ''));
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1 }), fc.array(fc.nat()), async (lines, cuts) => {
      const bytes = Buffer.from(lines.join('\n'));
      const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), 0, bytes.length])].sort(
        (a, b) => a - b,
      );
      const chunks = ends.slice(1).map((end, index) => bytes.subarray(ends[index], end));
      const read = (await linesOf(...chunks)).map(([, text]) => text);
      // What follows the last line's end is no line.
      expect(read).toEqual(
        bytes
          .toString()
          .split('\n')
          .slice(0, lines.at(-1) === '' ? -1 : undefined),
      );
    }),
    { numRuns: 50 },
  );
});

test('a line may end at the end of the file, and a file may start with a byte order mark', async () => {
  expect(await linesOf(Buffer.from('\ufeffa\r\nb'))).toEqual([
    [1, 'a\r'],
    [2, 'b'],
  ]);
  expect(await linesOf(Buffer.from('\ufeffa'))).toEqual([[1, 'a']]);
});

test('a line that is too long is named and not held', async () => {
  const long = Buffer.alloc(LONGEST_LINE + 1, 'x');
  const expected = [
    [1, 'a'],
    [2, undefined],
    [3, 'b'],
  ];
  expect(await linesOf(Buffer.from('a\n'), long, Buffer.from('\nb\n'))).toEqual(expected);
  expect(await linesOf(Buffer.from('a\n'), long, long, long, Buffer.from('x\nb\n'))).toEqual(expected);
  expect(await linesOf(Buffer.from('a\n'), long, long)).toEqual(expected.slice(0, 2));
});
