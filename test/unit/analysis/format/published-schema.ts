import { createRequire } from 'node:module';
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';

export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

export type Validate = ((value: unknown) => boolean) & { errors?: readonly unknown[] | null };

/** As scripts/write-schema.mjs writes it. */
export function published(schema: v.GenericSchema): JsonSchema {
  return toJsonSchema(schema, { errorMode: 'ignore', target: 'draft-2020-12' }) as JsonSchema;
}

/** By ajv, which comes with cdk8s-cli: what the commands print is held against the schemas as others read them. */
export function compiled(schema: JsonSchema): Validate {
  const fromCdk8s = createRequire(createRequire(__filename).resolve('cdk8s-cli/package.json'));
  const { default: Ajv } = fromCdk8s('ajv/dist/2020') as {
    default: new (options: object) => { compile(of: unknown): Validate };
  };
  return new Ajv({ strict: true, allowUnionTypes: false }).compile(schema);
}

/** Every schema in a schema, by its path. */
export function walk(schema: JsonSchema, path = ''): readonly (readonly [string, JsonSchema])[] {
  const inside = [
    ...Object.entries(schema.properties ?? {}).map(([key, of]) => [`${path}.${key}`, of] as const),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map((of, index) => [`${path}|${index}`, of] as const),
    ...(schema.items === undefined ? [] : [[`${path}[]`, schema.items] as const]),
  ];
  return [[path, schema], ...inside.flatMap(([at, of]) => walk(of, at))];
}
