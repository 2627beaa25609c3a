import { describe, expect, test } from 'vitest';
import {
  delegateNameProblem,
  taskNameProblem,
  vaultNameProblem,
} from '../../../lib/model/authorization/authorization-name';
import { pinnedImageProblem } from '../../../lib/model/pinned-image';
import { toolNameProblem } from '../../../lib/model/tool';
import { BREAKING_NAMES } from '../model/authorization/breaking-names';
import { refused, settings, temporaryFolder } from './refusal';

const root = temporaryFolder();
const IMAGE = `registry.example.com/opa@sha256:${'0'.repeat(64)}`;

/** What is said about the grants of the only workspace, in flow style in line 9. */
function errors(grants: string, image = IMAGE): readonly string[] {
  const text = settings({ authorization: grants }).replace(
    'portarium:\n',
    `portarium:\n  authorization: { image: "${image}" }\n`,
  );
  return refused(root, { files: text }).errors;
}

describe.each([
  ['task', taskNameProblem, (name: string) => `{ tasks: [{ task: ${name}, capabilities: none, purpose: x }] }`],
  ['vault', vaultNameProblem, (name: string) => `{ vaults: [{ vault: ${name}, purpose: x }] }`],
  [
    'delegate',
    delegateNameProblem,
    (name: string) => `{ delegations: [{ to: ${name}, capabilities: ["a:b"], purpose: x }] }`,
  ],
  ['capability', toolNameProblem, (name: string) => `{ tasks: [{ task: x, capabilities: [${name}], purpose: x }] }`],
] as const)('a %s', (_, problem, grants) => {
  test.each(BREAKING_NAMES.filter((name) => problem(name) !== undefined))('is refused when it is called %j', (name) => {
    const [first = '', ...others] = errors(grants(JSON.stringify(name)));
    expect(others).toEqual([]);
    expect(first).toMatch(/^prod\.yaml:10:\d+: error: .* \(invalid-value\)$/s);
    expect(first).toContain(problem(name)?.fix);
  });
});

test.each(['opa', 'registry.example.com/opa:1.20.2', `opa@sha256:${'0'.repeat(64)}`])(
  'image %s is refused',
  (image) => {
    expect(errors('{ vaults: [{ vault: a, purpose: x }] }', image)).toEqual([
      expect.stringContaining(pinnedImageProblem(image)?.message as string),
    ]);
  },
);

test.each([
  ['an empty list of tasks', '{ tasks: [] }', 'empty-allowlist'],
  ['an empty list of capabilities', '{ tasks: [{ task: a, capabilities: [], purpose: x }] }', 'empty-allowlist'],
  ['a delegation of none', '{ delegations: [{ to: a, capabilities: none, purpose: x }] }', ''],
  ['a grant without a purpose', '{ vaults: [{ vault: a }] }', ''],
  ['a purpose that says nothing', '{ vaults: [{ vault: a, purpose: "-" }] }', 'invalid-value'],
  ['an unknown kind of grant', '{ everything: true }', ''],
  ['a workspace that is none', '{ reads: [{ workspace: "a/b", purpose: x }] }', 'invalid-value'],
  ['a workspace that nobody declared', '{ messages: [{ workspace: ws-z, purpose: x }] }', 'unknown-agent'],
  [
    'a tool that the workspace has not',
    '{ tasks: [{ task: a, capabilities: ["a:b"], purpose: x }] }',
    'capability-not-held',
  ],
])('%s is refused', (_, grants, rule) => {
  const found = errors(grants);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(rule === '' ? 'prod.yaml:10' : `(${rule})`);
});
