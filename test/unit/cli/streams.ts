import { afterEach, beforeEach, vi } from 'vitest';

/** What was written to the two streams, as text. */
export interface Streams {
  stdout: string;
  stderr: string;
}

/** Catches what each test of the calling file writes, and undoes the exit code that it sets. */
export function caughtStreams(): Streams {
  const caught: Streams = { stdout: '', stderr: '' };
  beforeEach(() => {
    for (const name of ['stdout', 'stderr'] as const) {
      caught[name] = '';
      vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
        caught[name] += chunk;
        return true;
      });
    }
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });
  return caught;
}
