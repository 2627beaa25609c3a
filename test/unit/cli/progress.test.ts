import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Progress, withProgress } from '../../../lib/cli/progress';
import { caughtStreams } from './streams';

const caught = caughtStreams();
const { isTTY, cursorTo, clearLine, moveCursor } = process.stderr;

beforeEach(() => {
  vi.useFakeTimers();
  const move = () => true;
  Object.assign(process.stderr, { isTTY: true, cursorTo: move, clearLine: move, moveCursor: move });
});

afterEach(() => {
  vi.useRealTimers();
  Object.assign(process.stderr, { isTTY, cursorTo, clearLine, moveCursor });
});

describe('progress', () => {
  test('is shown once the work has taken a moment', () => {
    const progress = new Progress(true, 'rendering', 'objects');
    progress.update(1, 10);
    expect(caught.stderr).toBe('');
    vi.advanceTimersByTime(1000);
    progress.update(5, 10);
    expect(caught.stderr).toMatch(/rendering .* 5\/10 objects/);
    progress.stop();
    expect(caught.stdout).toBe('');
  });

  test('is not shown for work that is soon done', () => {
    const progress = new Progress(true, 'rendering', 'objects');
    progress.update(10, 10);
    progress.stop();
    expect(caught.stderr).toBe('');
  });

  test('is not shown where nobody looks', () => {
    const progress = new Progress(false, 'rendering', 'objects');
    vi.advanceTimersByTime(1000);
    progress.update(5, 10);
    progress.stop();
    expect(caught.stderr).toBe('');
  });

  const work = (onProgress: (done: number, total: number) => void) => {
    vi.advanceTimersByTime(1000);
    onProgress(5, 10);
    return caught.stderr;
  };

  test('is over with the work, also if the work fails', () => {
    expect(withProgress('reading', 'files', work)).toMatch(/reading .* 5\/10 files/);
    const fail = () =>
      withProgress('reading', 'files', (onProgress) => {
        work(onProgress);
        throw new Error('no file');
      });
    expect(fail).toThrow('no file');
    // Each bar puts the cursor back where it began, once.
    expect(caught.stderr.split('\u001b8')).toHaveLength(3);
  });

  test('changes nothing about the terminal that an interrupted run would leave behind', () => {
    withProgress('reading', 'files', work);
    // Modes such as a hidden cursor (?25l) and lines that do not wrap (?7l).
    expect(caught.stderr).not.toContain('\u001b[?');
    const line = caught.stderr.split('\u001b').find((part) => part.includes('reading')) ?? '';
    expect(line.length).toBeLessThan(80);
  });

  test('is not shown where stderr is no terminal', () => {
    Object.assign(process.stderr, { isTTY: false });
    expect(withProgress('reading', 'files', work)).toBe('');
  });
});
