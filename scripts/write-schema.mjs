// Writes JSON Schemas beside the code: of environment files, so that editors complete them, and of what the commands
// print with --format json. Usage: node scripts/write-schema.mjs [folder of the build, dist by default]
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toJsonSchema } from '@valibot/to-json-schema';

const build = resolve(process.argv[2] ?? fileURLToPath(new URL('../dist', import.meta.url)));
const require = createRequire(import.meta.url);

/** Writes `<name>.schema.json` beside a module that holds a valibot schema. */
function write(module, schema, name, title) {
  const file = join(build, 'lib', module);
  // Checks by functions of the model have no form in JSON Schema; loading the file runs them.
  const { $schema, ...rest } = toJsonSchema(require(file)[schema], { errorMode: 'ignore' });
  const text = `${JSON.stringify({ $schema, title, ...rest }, undefined, 2)}\n`;
  writeFileSync(join(dirname(file), `${name}.schema.json`), text);
}

write('environment/schema.js', 'environmentSchema', 'environment', 'Portcullis environment');
for (const command of ['reach', 'explain', 'diff', 'check']) {
  write('analysis/format/json-schema.js', `${command}Schema`, command, `portcullis ${command} --format json`);
}
