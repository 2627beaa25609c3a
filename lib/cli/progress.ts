import { Presets, SingleBar } from 'cli-progress';

/** Work that is over sooner than this needs no bar. */
const PATIENCE_MS = 400;

/** A progress line on a terminal; nothing when the output goes elsewhere. */
export class Progress {
  private bar: SingleBar | undefined;
  private readonly started = Date.now();

  constructor(private readonly enabled: boolean) {}

  /** Says how far the work is. The bar appears once the work has taken a moment. */
  update(done: number, total: number): void {
    if (!this.enabled || Date.now() - this.started < PATIENCE_MS) return;
    if (this.bar === undefined) {
      const format = 'rendering {bar} {value}/{total} objects, {eta_formatted} left';
      // Rendering is synchronous, so the bar cannot wait for a timer to redraw itself.
      this.bar = new SingleBar(
        { format, stream: process.stderr, clearOnComplete: true, synchronousUpdate: true, hideCursor: true },
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
