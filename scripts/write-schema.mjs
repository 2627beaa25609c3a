// Writes JSON Schemas beside the code: of environment files, so that editors complete them, and of what the commands
// print with --format json. Usage: node scripts/write-schema.mjs [folder of the build, dist by default]
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toJsonSchema } from '@valibot/to-json-schema';

const build = resolve(process.argv[2] ?? fileURLToPath(new URL('../dist', import.meta.url)));
const require = createRequire(import.meta.url);
const { inEditors } = require(join(build, 'lib/environment/check.js'));

/**
 * Writes `<name>.schema.json` beside a module that holds a valibot schema.
 * @param target draft-07 is what editors read; what people write for machines themselves can be newer
 */
function write(module, schema, name, title, target) {
  const file = join(build, 'lib', module);
  // Checks by functions of the model have no form in JSON Schema, but for what they say for editors; loading the file
  // runs them.
  const overrideAction = ({ valibotAction, jsonSchema }) => {
    const editors = inEditors(valibotAction);
    return editors === undefined ? undefined : { ...jsonSchema, ...editors };
  };
  const { $schema, ...rest } = toJsonSchema(require(file)[schema], { errorMode: 'ignore', target, overrideAction });
  const text = `${JSON.stringify({ $schema, title, ...rest }, undefined, 2)}\n`;
  writeFileSync(join(dirname(file), `${name}.schema.json`), text);
}

write('environment/schema.js', 'environmentSchema', 'environment', 'Portcullis environment', 'draft-07');

write(
  'governance/doctor/pinned-versions.js',
  'pinnedVersionsSchema',
  'tool-versions',
  'Pinned versions of tools',
  'draft-07',
);

/** What commands print with `--format json` or `--json`: the module, its schema, and the command. */
const OUTPUTS = [
  ['program/run-schema.js', 'synthSchema', 'synth', '--json'],
  ['analysis/format/json-schema.js', 'reachSchema', 'reach'],
  ['analysis/format/json-schema.js', 'explainSchema', 'explain'],
  ['analysis/format/json-schema.js', 'diffSchema', 'diff'],
  ['analysis/format/json-schema.js', 'checkSchema', 'check'],
  ['analysis/format/identity-schema.js', 'identitySchema', 'verify identity'],
  ['analysis/format/replay-schema.js', 'replaySchema', 'replay'],
  ['governance/learn/learn-schema.js', 'learnSchema', 'learn'],
  ['governance/rollout/plan-schema.js', 'planSchema', 'rollout plan'],
  ['governance/compliance/compliance-schema.js', 'complianceSchema', 'compliance'],
  ['governance/policy/policy-schema.js', 'policySchema', 'policy'],
  ['governance/flow-report/flow-report-schema.js', 'flowReportSchema', 'report'],
  ['program/fleet-schema.js', 'fleetSchema', 'fleet plan'],
  ['governance/drift/drift-schema.js', 'driftSchema', 'drift'],
  ['governance/lock/check-schema.js', 'lockCheckSchema', 'lock --check'],
  ['program/profile/profile-schema.js', 'profileSchema', 'profile'],
  ['governance/doctor/doctor-schema.js', 'doctorSchema', 'doctor'],
];
for (const [module, schema, command, option = '--format json'] of OUTPUTS) {
  const name = command.replaceAll(/[ -]+/g, '-');
  write(module, schema, name, `portcullis ${command} ${option}`, 'draft-2020-12');
}
