import type { ApiObject, App, IResolver, ResolutionContext } from 'cdk8s';
import type { Problem } from '../finding';

/**
 * True for a Pulumi Output, which holds a value that is known only while Pulumi runs. Outputs mark themselves, so that
 * nobody has to load Pulumi to know one.
 */
export function isOutput(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (value as { __pulumiOutput?: unknown }).__pulumiOutput === true;
}

/** True for an Output, and for a text into which one was put as if it were a text. */
export function holdsOutput(value: unknown): boolean {
  return isOutput(value) || (typeof value === 'string' && writtenOutputProblem(value) !== undefined);
}

/** What is wrong with an Output in a place where the value has to be known. */
export function outputProblem(what: string): Problem {
  return {
    message: `${what} is an Output of Pulumi, which is not known before Pulumi runs`,
    fix: 'give it a value that the program knows',
  };
}

const WRITTEN_OUTPUT = /Calling \[to(?:String|JSON)\] on an \[Output<T>\]/;

/** What is wrong with a text into which an Output was put as if it were a text, for which Pulumi writes a warning. */
export function writtenOutputProblem(text: string): Problem | undefined {
  if (!text.includes('[Output<T>]') || !WRITTEN_OUTPUT.test(text)) return undefined;
  return {
    message: 'a text holds an Output of Pulumi, of which only a warning of Pulumi would be rendered',
    fix: 'use pulumi.interpolate, or apply() of the Output',
  };
}

/** What is wrong with an object that holds Outputs where nobody can resolve them; undefined if it holds none. */
export function unresolvedOutputProblem(object: ApiObject, app: App): Problem | undefined {
  const finder = new OutputFinder();
  app.resolvers.unshift(finder);
  try {
    object.toJson();
  } catch {
    // The same error that made somebody ask.
  } finally {
    app.resolvers.splice(app.resolvers.indexOf(finder), 1);
  }
  const { found } = finder;
  if (found.length === 0) return undefined;
  const [verb, fields] = found.length === 1 ? ['is', 'field'] : ['are', 'fields'];
  return {
    message: `${fields} ${found.join(', ')} ${verb} known only while Pulumi runs (${found.length === 1 ? 'an Output' : 'Outputs'})`,
    fix: 'run the program with `pulumi up` (portcullis/pulumi), or give values that are known',
  };
}

/** Notes where Outputs are. */
class OutputFinder implements IResolver {
  readonly found: string[] = [];

  resolve(context: ResolutionContext): void {
    if (!isOutput(context.value)) return;
    const path = context.key.join('.');
    if (!this.found.includes(path)) this.found.push(path);
    context.replaceValue('(output)');
  }
}
