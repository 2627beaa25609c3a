import { parentPort, workerData } from 'node:worker_threads';
import type { FileBatch, FileReply, FileStep, FileThreadData } from './file-thread';
import { FileStage } from './staged-file';

/** What runs in the thread of FileThread. */
const { rooms, progress, replies } = workerData as FileThreadData;
const buffers = rooms.map((room) => Buffer.from(room));
const open = new Map<number, FileStage>();

parentPort?.on('message', ({ room, steps }: FileBatch) => {
  const done: FileReply[] = [];
  for (const step of steps) {
    const reply = replyTo(step, buffers[room] as Buffer);
    if (reply !== undefined) done.push(reply);
  }
  replies.postMessage(done);
  Atomics.add(progress, 0, 1);
  Atomics.notify(progress, 0);
});

function replyTo(step: FileStep, room: Buffer): FileReply | undefined {
  const { file } = step;
  try {
    if ('path' in step) {
      open.set(file, new FileStage(step.path, step.existing));
      return undefined;
    }
    const stage = open.get(file);
    // After an error nothing more is done about a file.
    if (stage === undefined) return undefined;
    if ('start' in step) {
      stage.write(room.subarray(step.start, step.end));
      return undefined;
    }
    const reply = step.finish ? { file, staged: stage.finish() } : undefined;
    close(file);
    return reply;
  } catch (error) {
    close(file);
    const { message, code, syscall, path } = error as NodeJS.ErrnoException;
    return { file, error: { name: 'Error', message, ...definedFields({ code, syscall, path }) } };
  }
}

function close(file: number): void {
  open.get(file)?.close();
  open.delete(file);
}

function definedFields<T extends object>(fields: T) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
