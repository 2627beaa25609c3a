import { workerData } from 'node:worker_threads';
import { RecordReader } from './record-reader';
import { Ring } from './ring';

/** What a thread runs that writes the files of a stage. */
const ring = new Ring(workerData as SharedArrayBuffer);
try {
  if (ring.claim('thread')) new RecordReader(ring).run();
} catch (error) {
  ring.abandon();
  throw error;
}
