import { createHash } from 'node:crypto';
import type { Authorization } from '../../model/authorization/authorization';
import { closed, document, TEXT } from './decision/decision';
import { DECISIONS } from './decision/decisions';
import { FACT_SCHEMAS, factParts } from './facts';
import { HTTP_API_REGO } from './http-api';

/** A file below a folder. */
export interface TextFile {
  /** `portcullis/policy/data.json`. */
  readonly path: string;
  readonly text: string;
}

/** A bundle as OPA reads it from a folder: rules, facts and manifest. */
export interface Bundle {
  /** `sha256:…` of every rule and fact; answers and logs carry it. */
  readonly version: string;
  readonly files: readonly TextFile[];
}

/**
 * Rules and facts as a bundle. The rules are constant; every name stands in `data.json` files, where OPA compares it and
 * never reads it as a rule. A file of data is found below the folders of its own name, so `facts/part-1/data.json` is
 * `data.portcullis.facts["part-1"]`.
 *
 * `roots` confines the bundle to our packages: it cannot bring settings of OPA itself along, such as masks of its logs.
 * @see docs/docs/management-bundles/index.md of OPA 1.20.2 (Bundle File Format)
 */
export function authorizationBundle(authorization: Authorization): Bundle {
  const files: readonly TextFile[] = [
    ...DECISIONS.map(({ package: name, rego }) => ({ path: `portcullis/${name}/policy.rego`, text: rego })),
    { path: 'system/authz/policy.rego', text: HTTP_API_REGO },
    ...factParts(authorization).map((text, index) => ({ path: `portcullis/facts/part-${index + 1}/data.json`, text })),
  ];
  const version = versionOf(files);
  const manifest = { revision: version, roots: ['portcullis', 'system/authz'], rego_version: 1 };
  return {
    version,
    files: [
      { path: '.manifest', text: json(manifest) },
      { path: 'portcullis/policy/data.json', text: json({ version }) },
      ...files,
    ],
  };
}

/** The schemas that `opa check --strict --schema` holds the rules against; rules name them by their paths. */
export function schemaFiles(): readonly TextFile[] {
  return [
    ...Object.entries(FACT_SCHEMAS).map(([name, schema]) => ({ path: `${name}.json`, text: json(schema) })),
    { path: 'policy.json', text: json(document('Version of the policies', closed({ version: TEXT }))) },
    ...DECISIONS.map(({ package: name, input }) => ({ path: `input/${name}.json`, text: json(input) })),
  ];
}

function versionOf(files: readonly TextFile[]): string {
  const hash = createHash('sha256');
  for (const { path, text } of files) hash.update(JSON.stringify([path, text]));
  return `sha256:${hash.digest('hex')}`;
}

/** Indented, since reviewers read it. */
function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
