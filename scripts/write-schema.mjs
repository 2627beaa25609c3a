// Writes the JSON Schema of environment files beside the code that checks them, so that editors complete them.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { toJsonSchema } from '@valibot/to-json-schema';

const require = createRequire(import.meta.url);
const { environmentSchema } = require('../dist/lib/environment/schema.js');
// Checks by functions of the model have no form in JSON Schema; loading the file runs them.
const schema = toJsonSchema(environmentSchema, { errorMode: 'ignore' });
const target = fileURLToPath(new URL('../dist/lib/environment/environment.schema.json', import.meta.url));
const titled = { $schema: schema.$schema, title: 'Portcullis environment', ...schema };
writeFileSync(target, `${JSON.stringify(titled, undefined, 2)}\n`);
