import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatFinding } from '../../../../lib/finding';
import {
  loweredPins,
  lowPins,
  type PinnedVersions,
  readPinnedVersions,
} from '../../../../lib/governance/doctor/pinned-versions';
import { temporaryFolder } from '../../environment/refusal';

const folder = temporaryFolder();
const SUM = 'a'.repeat(64);

function readText(text: string) {
  const file = join(folder, 'tool-versions.json');
  writeFileSync(file, text);
  return readPinnedVersions(file);
}

function pinned(tools: object): PinnedVersions {
  const read = readText(JSON.stringify({ tools }, undefined, 2));
  if ('findings' in read) throw new Error(read.findings.map(formatFinding).join('\n'));
  return read;
}

describe('a file of pinned versions', () => {
  test.each([
    ['{ "tools": { "kubectl": { "version": "1.33" } } }', /1:38: error: '1.33' is not a version; write all three/],
    ['{ "tools": { "kubectl": { "version": "v1.33.2" } } }', /'v1.33.2' is not a version/],
    ['{ "tools": { "kubectl": { "version": 1 } } }', /'tools.kubectl.version' is 1; write text, in quotes/],
    ['{ "tools": { "kubectl": {} } }', /the key 'version' is missing/],
    [
      '{ "tools": { "kubctl": { "version": "1.33.2" } } }',
      /1:14: error: the key 'kubctl' is unknown; did you mean 'kubectl'\?/,
    ],
    ['{ "tools": { "opa": { "version": "1.20.2", "sha": {} } } }', /1:44: error: the key 'sha' is unknown/],
    ['{ "tools": { "opa": { "version": "1.20.2", "sha256": { "linux-x64": "A" } } } }', /'A' is no SHA-256/],
    ['{ "tools": { "opa": { "version": "1.20.2" },\n "opa": { "version": "1.0.0" } } }', /2:2: error: .*'opa'/],
    ['{ "tools": [] }', /'tools' is a list/],
    ['{}', /the key 'tools' is missing/],
    ['', /the file is empty/],
    ['{ "tools": {', /error: /],
  ])('%s is refused', (text, message) => {
    const read = readText(text);
    expect('findings' in read && read.findings.map(formatFinding).join('\n')).toMatch(message);
  });

  test('that is not there is a finding', () => {
    const read = readPinnedVersions(join(folder, 'missing.json'));
    expect('findings' in read && read.findings.map(({ rule }) => rule)).toEqual(['file-unreadable']);
  });
});

test('a pin below what is needed is found with its line', () => {
  const found = lowPins(pinned({ kubectl: { version: '1.33.2' }, opa: { version: '0.70.0' } }));
  expect(found.map(({ rule, where }) => [rule, where])).toEqual([
    ['tool-pin-low', { file: join(folder, 'tool-versions.json'), line: 7, column: 18 }],
  ]);
});

describe('a change of pins', () => {
  const before = { kubectl: { version: '1.33.2' }, opa: { version: '1.20.2', sha256: { 'linux-x64': SUM } } };

  test.each<[string, object, readonly RegExp[]]>([
    ['of nothing', before, []],
    [
      'that raises a version, with another sum',
      { ...before, opa: { version: '1.21.0', sha256: { 'linux-x64': 'b'.repeat(64) } } },
      [],
    ],
    ['that adds a tool', { ...before, kyverno: { version: '1.19.0' } }, []],
    [
      'that lowers a version',
      { ...before, kubectl: { version: '1.33.1' } },
      [/kubectl goes back from 1.33.2 to 1.33.1/],
    ],
    ['that removes a tool', { opa: before.opa }, [/kubectl was pinned to 1.33.2, and is not any more/]],
    ['that removes a sum', { ...before, opa: { version: '1.21.0' } }, [/SHA-256 of opa for linux-x64 is gone/]],
    [
      'of the sum alone',
      { ...before, opa: { version: '1.20.2', sha256: { 'linux-x64': 'b'.repeat(64) } } },
      [/SHA-256 of opa 1.20.2 is another/],
    ],
  ])('%s', (_, now, messages) => {
    const found = loweredPins(pinned(now), pinned(before));
    expect(found.map(({ message }) => message)).toEqual(messages.map((message) => expect.stringMatching(message)));
    expect(found.every(({ severity }) => severity === 'error')).toBe(true);
  });
});
