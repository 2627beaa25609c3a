import * as v from 'valibot';
import { expect, test } from 'vitest';
import { checked, inEditors } from '../../../lib/environment/check';
import { port } from '../../../lib/environment/value-schema';

test('a check has words for editors where they can be told', () => {
  const pipe = (schema: unknown) => (schema as { readonly pipe: readonly unknown[] }).pipe.map(inEditors);
  expect(pipe(port)).toEqual([undefined, { type: 'integer', minimum: 1, maximum: 65_535 }]);
  expect(pipe(checked(v.string(), () => undefined))).toEqual([undefined, undefined]);
});
