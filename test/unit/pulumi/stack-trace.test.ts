import { afterEach, describe, expect, test, vi } from 'vitest';
import { withoutStackTraces } from '../../../lib/pulumi/stack-trace';

const LIMIT = Error.stackTraceLimit;

afterEach(() => {
  vi.unstubAllEnvs();
});

function frames(): number {
  return (new Error('x').stack ?? '').split('\n').length - 1;
}

describe('without stack traces', () => {
  test('errors that are made have none, and later ones do again', () => {
    expect(withoutStackTraces(frames)).toBe(0);
    expect(Error.stackTraceLimit).toBe(LIMIT);
    expect(frames()).toBeGreaterThan(0);
  });

  test('an error that is thrown says where it was asked for', () => {
    const fail = () =>
      withoutStackTraces(() => {
        throw new TypeError('no such resource');
      });
    expect(fail).toThrow(
      expect.objectContaining({ message: 'no such resource', stack: expect.stringContaining('stack-trace.test.ts') }),
    );
    expect(Error.stackTraceLimit).toBe(LIMIT);
  });

  test('those who look for leaked promises keep them', () => {
    vi.stubEnv('PULUMI_DEBUG_PROMISE_LEAKS', '1');
    expect(withoutStackTraces(frames)).toBeGreaterThan(0);
  });
});
