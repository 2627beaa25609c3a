/**
 * Works without stack traces in the errors that are made meanwhile.
 *
 * The SDK writes a stack trace down for each of the two dozen promises that a resource consists of, a tenth of the time
 * that a registration takes. They show leaked promises to those who ask for it with `PULUMI_DEBUG_PROMISE_LEAKS`, and
 * then they stay; all else that they would say is where in this library a resource is registered, of which the error's
 * message has the name. Where the program stands, which the engine is told, the SDK finds out with a limit of its own.
 * @see https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/runtime/debuggable.ts (`debuggablePromise`)
 */
export function withoutStackTraces<Result>(work: () => Result): Result {
  if (process.env.PULUMI_DEBUG_PROMISE_LEAKS) return work();
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } catch (error) {
    // What went wrong is told with the place from which it was asked for.
    Error.stackTraceLimit = limit;
    if (error instanceof Error) Error.captureStackTrace(error, withoutStackTraces);
    throw error;
  } finally {
    Error.stackTraceLimit = limit;
  }
}
