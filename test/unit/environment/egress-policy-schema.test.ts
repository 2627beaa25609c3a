import { expect, test } from 'vitest';
import { loadEnvironments } from '../../../lib/environment';
import { refused, settings, temporaryFolder, writeFolder } from './refusal';

const root = temporaryFolder();

/** A file that says this about the egress policy, in line 5. */
const file = (said: string) => settings().replace('portarium:', `portarium:\n  egressPolicy: ${said}`);

test('what is said reaches the stack, and nothing else', () => {
  writeFolder(`${root}/fine`, { 'prod.yaml': file('{ log: 2, logFormat: json, failOnBlocked: true }') });
  const { environments, findings } = loadEnvironments(`${root}/fine`);
  expect(findings).toEqual([]);
  expect(environments[0]?.portarium?.egressPolicy).toEqual({ log: 2, logFormat: 'json', failOnBlocked: true });
});

test.each([
  ['{ enforce: 1 }', /prod\.yaml:\d+:\d+: error: /],
  ['{ log: 3 }', /prod\.yaml:\d+:\d+: error: /],
  ['{ logFormat: xml }', /error: .*xml/],
  ['{ allowlist: [openai] }', /the key 'allowlist' is unknown/],
])('%s is refused', (said, message) => {
  expect(refused(root, { files: file(said) }).errors.join('\n')).toMatch(message);
});
