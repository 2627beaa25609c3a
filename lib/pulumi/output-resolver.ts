import { randomUUID } from 'node:crypto';
import type { Output } from '@pulumi/pulumi';
import type { App, ResolutionContext } from 'cdk8s';
import { isOutput } from '../synth/output';
import { ResolverOfValues } from '../synth/resolver';

/**
 * Lets Outputs through cdk8s, which knows plain data only: while an object is rendered a text stands for each Output,
 * and afterwards the Output takes its place again, with its secretness and its dependencies.
 */
export class OutputResolver extends ResolverOfValues {
  /** Nobody can guess it, and so nobody can draw the Output of another object into theirs by writing the text. */
  private readonly prefix = `pulumi-output-${randomUUID()}-`;
  private readonly outputs: Output<unknown>[] = [];
  private readonly numbers = new Map<Output<unknown>, number>();

  resolve(context: ResolutionContext): void {
    if (isOutput(context.value)) context.replaceValue(this.placeholder(context.value));
  }

  /** Works with an app in whose objects texts stand for the Outputs. */
  within<Result>(app: App, work: () => Result): Result {
    app.resolvers.unshift(this);
    try {
      return work();
    } finally {
      app.resolvers.splice(app.resolvers.indexOf(this), 1);
    }
  }

  /** The same data with the Outputs in their places; the same object if there are none. */
  restore<Data>(data: Data): Data {
    return this.outputs.length === 0 ? data : (this.restored(data) as Data);
  }

  /** Paths of the fields that Outputs stand in: `spec.template.spec.containers.0.image`. */
  fields(data: unknown, path: readonly string[] = []): readonly string[] {
    if (this.outputs.length === 0) return [];
    if (typeof data === 'string') return data.startsWith(this.prefix) ? [path.join('.')] : [];
    if (typeof data !== 'object' || data === null) return [];
    return Object.entries(data).flatMap(([key, value]) => this.fields(value, [...path, key]));
  }

  private placeholder(output: Output<unknown>): string {
    const number = this.numbers.get(output) ?? this.outputs.push(output) - 1;
    this.numbers.set(output, number);
    return `${this.prefix}${number}`;
  }

  private restored(data: unknown): unknown {
    if (typeof data === 'string') {
      return data.startsWith(this.prefix) ? this.outputs[Number(data.slice(this.prefix.length))] : data;
    }
    if (Array.isArray(data)) return data.map((item) => this.restored(item));
    if (typeof data !== 'object' || data === null) return data;
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, this.restored(value)]));
  }
}
