import type { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

/** Characters that are written together. */
const BATCH = 1 << 16;

/**
 * Writes pieces of text as they come, no faster than somebody reads them, and stops when nobody does any more
 * (`portcullis reach … | head`).
 */
export async function writeChunks(chunks: Iterable<string>, stream: Writable = process.stdout): Promise<void> {
  let batch = '';
  for (const chunk of chunks) {
    batch += chunk;
    if (batch.length < BATCH) continue;
    const written = await write(batch, stream);
    if (!written) return;
    batch = '';
  }
  if (batch !== '') await write(batch, stream);
}

/** @returns false once the stream takes nothing any more */
async function write(text: string, stream: Writable): Promise<boolean> {
  if (stream.write(text)) await setImmediate();
  else await drained(stream);
  // A pipe that broke says so only after the write.
  return !stream.destroyed && stream.errored === null;
}

function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const event of ['drain', 'close', 'error']) stream.off(event, done);
      resolve();
    };
    for (const event of ['drain', 'close', 'error']) stream.on(event, done);
  });
}
