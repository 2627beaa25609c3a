import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Flow } from '../../../../lib/analysis/flow/flow';
import { type Recording, readFlows } from '../../../../lib/analysis/flow/read-flows';
import { FindingsError } from '../../../../lib/finding';
import { flow, line, pod, remotePod } from './flows';

const good = (port: number) => line(flow(pod('shop', 'web'), remotePod('shop', 'api'), port));
const reply = line(flow(remotePod('shop', 'api'), pod('shop', 'web'), 51_234, { is_reply: true }));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-flows-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(
  files: readonly string[],
  stdin?: Readable,
): Promise<Recording & { readonly ports: readonly number[] }> {
  const flows: Flow[] = [];
  const recording = await readFlows(files, {
    onFlow: (one) => flows.push(one),
    ...(stdin === undefined ? {} : { stdin }),
  });
  return { ...recording, ports: flows.map(({ port }) => port) };
}

/** In blocks of so many bytes. */
function* blocks(text: string, size: number): Generator<Buffer> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

test.each([1, 7, 500, 1300, 1_000_000])('replies are counted wherever blocks end (%i)', async (size) => {
  const text = `${reply}\n${good(1)}\n\n${reply}\r\n${reply.slice(0, -9)}\n${good(2)}\n${reply}`;
  const { lines, skipped, ports } = await read(['-'], Readable.from(blocks(text, size)));
  expect(ports).toEqual([1, 2]);
  expect(lines).toBe(6);
  expect(skipped).toEqual([
    { kind: 'truncated', count: 1, first: { file: '-', line: 5 }, isLoss: true },
    { kind: 'reply', count: 3, first: { file: '-', line: 1 }, isLoss: false },
  ]);
});

test('names in other scripts come through whole', async () => {
  const named = line(
    flow(
      pod('shop', 'web', { labels: ['k8s:app=wéb', 'k8s:io.kubernetes.pod.namespace=shop'] }),
      remotePod('shop', 'api'),
      80,
    ),
  );
  for (const size of [1, 2, 3, 100_000]) {
    const found: Flow[] = [];
    await readFlows(['-'], {
      onFlow: (one) => found.push(one),
      stdin: Readable.from(blocks(`${good(1)}\n${named}\n`, size)),
    });
    expect(found[1]?.source.kind === 'pods' && found[1].source.labels.get('app')).toBe('wéb');
  }
});

test('files follow one another, and each has its own lines', async () => {
  const [one, two] = [join(folder, 'one.json'), join(folder, 'two.json')];
  writeFileSync(one, `${good(1)}\n${good(2)}`);
  writeFileSync(two, `garbage\n${good(3)}\n`);
  const { ports, skipped } = await read([one, two]);
  expect(ports).toEqual([1, 2, 3]);
  expect(skipped).toEqual([{ kind: 'garbage', count: 1, first: { file: two, line: 1 }, isLoss: true }]);
});

test('a file larger than a block is read to its end, and progress is told', async () => {
  const file = join(folder, 'large.json');
  const ports = Array.from({ length: 2000 }, (_, index) => index + 1);
  const text = ports.map((port) => `${good(port)}\n`).join('');
  writeFileSync(file, text);
  const flows: number[] = [];
  const told: (readonly [number, number])[] = [];
  await readFlows([file], { onFlow: ({ port }) => flows.push(port), onProgress: (...progress) => told.push(progress) });
  expect(flows).toEqual(ports);
  expect(told.length).toBeGreaterThan(1);
  expect(told.at(-1)).toEqual([text.length, text.length]);
});

test.each([
  ['is not there', 'nowhere.json', undefined],
  ['is a folder', '.', undefined],
  ['is compressed', 'flows.json.gz', Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0x0a, 0x00])],
])('a file that %s is a finding', async (_, name, content) => {
  const file = join(folder, name);
  if (content !== undefined) writeFileSync(file, content);
  await expect(read([file])).rejects.toThrow(FindingsError);
});

test('what a listener throws is no fault of the file', async () => {
  const file = join(folder, 'one-more.json');
  writeFileSync(file, `${good(1)}\n`);
  const onFlow = () => {
    throw new TypeError('a mistake');
  };
  await expect(readFlows([file], { onFlow })).rejects.toThrow(TypeError);
});
