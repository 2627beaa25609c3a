import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Longer lines are no flows; holding them would take as much memory as somebody likes. */
export const LONGEST_LINE = 1 << 20;

const CHUNK = 1 << 18;

/** Hears of each line, without its end; undefined for one that is too long. */
export type OnLine = (line: string | undefined, number: number) => void;

/**
 * Reads lines of a file or a stream in constant memory. The last one need not end. Faster than node:readline, which
 * makes an event of each line and holds a line of any length.
 * @param source path of a file, or a stream of bytes
 * @param onChunk hears after each chunk how many bytes it had
 */
export async function readLines(
  source: string | Readable,
  onLine: OnLine,
  onChunk: (bytes: number) => void = () => {},
): Promise<void> {
  const stream = typeof source === 'string' ? createReadStream(source, { highWaterMark: CHUNK }) : source;
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let number = 0;
  let isTooLong = false;
  const take = (text: string) => {
    let start = number === 0 && text.startsWith('\ufeff') ? 1 : 0;
    for (let end = text.indexOf('\n', start); end >= 0; end = text.indexOf('\n', start)) {
      number++;
      onLine(isTooLong || end - start > LONGEST_LINE ? undefined : text.slice(start, end), number);
      isTooLong = false;
      start = end + 1;
    }
    rest = isTooLong ? '' : text.slice(start);
    if (rest.length > LONGEST_LINE) {
      isTooLong = true;
      rest = '';
    }
  };
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Buffer);
    take(rest + decoder.write(bytes));
    onChunk(bytes.length);
  }
  const last = rest + decoder.end();
  if (isTooLong) onLine(undefined, number + 1);
  else if (last !== '') onLine(number === 0 && last.startsWith('\ufeff') ? last.slice(1) : last, number + 1);
}
