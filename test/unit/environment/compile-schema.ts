import { createRequire } from 'node:module';

export type Validate = ((value: unknown) => boolean) & { errors?: readonly unknown[] | null };

/** ajv, which comes with cdk8s-cli. */
export function compileSchema(schema: unknown): Validate {
  const fromCdk8s = createRequire(createRequire(__filename).resolve('cdk8s-cli/package.json'));
  const { default: Ajv } = fromCdk8s('ajv') as { default: new () => { compile(of: unknown): Validate } };
  return new Ajv().compile(schema);
}
