// Writes the JSON Schema of environment files beside the code that checks them, so that editors complete them.
// Usage: node scripts/write-schema.mjs [folder of the build, dist by default]
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toJsonSchema } from '@valibot/to-json-schema';

const build = resolve(process.argv[2] ?? fileURLToPath(new URL('../dist', import.meta.url)));
const folder = join(build, 'lib/environment');
const { environmentSchema } = createRequire(import.meta.url)(join(folder, 'schema.js'));
// Checks by functions of the model have no form in JSON Schema; loading the file runs them.
const schema = toJsonSchema(environmentSchema, { errorMode: 'ignore' });
const titled = { $schema: schema.$schema, title: 'Portcullis environment', ...schema };
writeFileSync(join(folder, 'environment.schema.json'), `${JSON.stringify(titled, undefined, 2)}\n`);
