import { Presets, SingleBar } from 'cli-progress';

/** Work that is over sooner than this needs no bar. */
const PATIENCE_MS = 400;

/** A progress line on a terminal; nothing when the output goes elsewhere. */
export class Progress {
  private bar: SingleBar | undefined;
  private readonly started = Date.now();

  /** @param doing what is done, and to what, as in `rendering` and `objects` */
  constructor(
    private readonly enabled: boolean,
    private readonly doing: string,
    private readonly what: string,
  ) {}

  /** Says how far the work is. The bar appears once the work has taken a moment. */
  update(done: number, total: number): void {
    if (!this.enabled || Date.now() - this.started < PATIENCE_MS) return;
    if (this.bar === undefined) {
      const format = `${this.doing} {bar} {value}/{total} ${this.what}, {eta_formatted} left`;
      this.bar = new SingleBar(
        {
          format,
          stream: process.stderr,
          barsize: 25,
          clearOnComplete: true,
          // The work is synchronous, so the bar cannot wait for a timer to redraw itself.
          synchronousUpdate: true,
          // Nor can anything be put back when somebody interrupts it: the terminal is left as it is.
          linewrap: true,
        },
        Presets.shades_classic,
      );
      this.bar.start(total, done);
    }
    this.bar.update(done);
  }

  stop(): void {
    this.bar?.stop();
  }
}

/** Does synchronous work that says how far it is, with a progress line where somebody looks on. */
export function withProgress<Result>(
  doing: string,
  what: string,
  work: (onProgress: (done: number, total: number) => void) => Result,
): Result {
  const progress = new Progress(process.stderr.isTTY === true, doing, what);
  try {
    return work((done, total) => progress.update(done, total));
  } finally {
    progress.stop();
  }
}

/** The same for work that waits, as reading does. A total of 0 means that nobody knows how much there is. */
export async function whileProgress<Result>(
  doing: string,
  what: string,
  work: (onProgress: (done: number, total: number) => void) => Promise<Result>,
): Promise<Result> {
  const progress = new Progress(process.stderr.isTTY === true, doing, what);
  try {
    return await work((done, total) => progress.update(done, Math.max(done, total)));
  } finally {
    progress.stop();
  }
}
