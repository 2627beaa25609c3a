import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Progress } from '../../../lib/cli/progress';
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
    const progress = new Progress(true);
    progress.update(1, 10);
    expect(caught.stderr).toBe('');
    vi.advanceTimersByTime(1000);
    progress.update(5, 10);
    expect(caught.stderr).toContain('5/10 objects');
    progress.stop();
    expect(caught.stdout).toBe('');
  });

  test('is not shown for work that is soon done', () => {
    const progress = new Progress(true);
    progress.update(10, 10);
    progress.stop();
    expect(caught.stderr).toBe('');
  });

  test('is not shown where nobody looks', () => {
    const progress = new Progress(false);
    vi.advanceTimersByTime(1000);
    progress.update(5, 10);
    progress.stop();
    expect(caught.stderr).toBe('');
  });
});
