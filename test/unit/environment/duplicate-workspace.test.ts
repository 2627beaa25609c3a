import { expect, test } from 'vitest';
import { refused, temporaryFolder } from './refusal';

const root = temporaryFolder();

function withWorkspaces(...workspaces: readonly string[]): readonly string[] {
  const list = workspaces.map((workspace) => `    - ${workspace}\n`).join('');
  const files = `dialect: { kind: kubernetes }\nportarium:\n  workspaces:\n${list}`;
  return refused(root, { files }).errors;
}

function workspace(id: string): string {
  return `{ id: ${id}, tools: none, MachineExecutionPolicyV1: { egressAllowlist: none } }`;
}

test('an id that is taken names the line of the other', () => {
  expect(withWorkspaces(workspace('ws-a'), workspace('ws-b'), workspace('ws-a'), workspace('"ws-a"'))).toEqual([
    "prod.yaml:6:13: error: the workspace id 'ws-a' is already taken by line 4; give each workspace an id of its own (duplicate-workspace)",
    "prod.yaml:7:13: error: the workspace id 'ws-a' is already taken by line 4; give each workspace an id of its own (duplicate-workspace)",
  ]);
});

test('it is found beside other errors', () => {
  const errors = withWorkspaces('{ id: ws-a }', 'null', '{ id: ws-a, tools: [] }');
  expect(errors).toContain(
    "prod.yaml:6:13: error: the workspace id 'ws-a' is already taken by line 4; give each workspace an id of its own (duplicate-workspace)",
  );
  expect(errors.length).toBeGreaterThan(4);
});

test('what is no id is not taken', () => {
  const errors = withWorkspaces('{ id: null }', '{ id: null }', '{}', '{}', 'x', 'x');
  expect(errors.filter((error) => error.includes('duplicate'))).toEqual([]);
});
