import { describe, expect, test } from 'vitest';
import { refusing, settings, temporaryFolder } from './refusal';

const errorsOf = refusing(temporaryFolder());

/** Portarium settings in line 2, in flow style. */
function portarium(text: string): string {
  return `dialect: { kind: cilium, version: "1.19" }\nportarium: { workspaces: [], ${text} }\n`;
}

describe('a missing key', () => {
  test.each([
    ['dialect', 'portarium: { workspaces: [] }\n', "1:1: error: the key 'dialect' is missing; add 'dialect'"],
    [
      'the kind of a dialect',
      'dialect: {}\n',
      "1:10: error: the key 'kind' is missing in 'dialect'; add 'kind': 'kubernetes' or 'cilium'",
    ],
    [
      'the version of Cilium',
      'dialect: { kind: cilium }\n',
      "1:10: error: the key 'version' is missing in 'dialect'; add 'version'",
    ],
    [
      'the workspaces',
      'dialect: { kind: kubernetes }\nportarium: {}\n',
      "2:12: error: the key 'workspaces' is missing in 'portarium'; add 'workspaces'",
    ],
    [
      'the id of a workspace',
      settings({ id: undefined }),
      "6:7: error: the key 'id' is missing in 'portarium.workspaces.0'; add 'id'",
    ],
    [
      'an egress allowlist',
      settings({ MachineExecutionPolicyV1: '{}' }),
      "8:33: error: the key 'egressAllowlist' is missing in 'portarium.workspaces.0.MachineExecutionPolicyV1'; add 'egressAllowlist'",
    ],
  ])('%s', (_, text, error) => {
    expect(errorsOf(text)).toEqual([`prod.yaml:${error} (missing-key)`]);
  });

  test('each one of a map', () => {
    const places = errorsOf('dialect: { kind: kubernetes }\nportarium:\n  workspaces: [{}]\n').map(
      (e) => e.split(' is ')[0],
    );
    expect(places).toEqual([
      "prod.yaml:3:16: error: the key 'id'",
      "prod.yaml:3:16: error: the key 'tools'",
      "prod.yaml:3:16: error: the key 'MachineExecutionPolicyV1'",
    ]);
  });
});

describe('a value of the wrong type', () => {
  test.each([
    [
      'a number for text',
      settings({ id: '12' }),
      "6:11: error: 'portarium.workspaces.0.id' is 12; write text, in quotes",
    ],
    [
      'true for text',
      settings({ owner: 'true' }),
      "9:14: error: 'portarium.workspaces.0.owner' is true; write text, in quotes",
    ],
    [
      'nothing for text',
      settings({ owner: '' }),
      "9:14: error: 'portarium.workspaces.0.owner' has no value; write text",
    ],
    ['null for a map', 'dialect:\n', "1:9: error: 'dialect' has no value; write a map"],
    ['text for a map', 'dialect: kubernetes\n', "1:10: error: 'dialect' is 'kubernetes'; write a map"],
    ['text for the file', 'kubernetes\n', "1:1: error: the file is 'kubernetes'; write settings as 'key: value'"],
    [
      'null for a workspace',
      'dialect: { kind: kubernetes }\nportarium: { workspaces: [null] }\n',
      "2:27: error: 'portarium.workspaces.0' has no value; write a map",
    ],
    [
      'a map for a list',
      'dialect: { kind: kubernetes }\nportarium: { workspaces: { a: b } }\n',
      "2:26: error: 'portarium.workspaces' is a map; write a list",
    ],
    [
      'text for a list',
      'dialect: { kind: kubernetes }\ncluster: { searchDomains: a.internal }\n',
      "2:27: error: 'cluster.searchDomains' is 'a.internal'; write a list",
    ],
    [
      'text for true or false',
      portarium('manageControlPlane: yes'),
      "2:50: error: 'portarium.manageControlPlane' is 'yes'; write true or false",
    ],
    [
      'a quoted number',
      portarium('ports: { vault: "8200" }'),
      "2:46: error: 'portarium.ports.vault' is '8200'; write a number, without quotes",
    ],
    ['no number', portarium('ports: { vault: .nan }'), "2:46: error: 'portarium.ports.vault' is NaN; write a number"],
    [
      'a word for none or a list',
      settings({ tools: 'foo' }),
      "7:14: error: 'portarium.workspaces.0.tools' is 'foo'; write 'none' or a list",
    ],
    [
      'a typing error for none',
      settings({ tools: 'None' }),
      "7:14: error: 'portarium.workspaces.0.tools' is 'None'; did you mean 'none'?; write 'none' or a list",
    ],
    [
      'nothing for none or a list',
      settings({ tools: '' }),
      "7:14: error: 'portarium.workspaces.0.tools' has no value; write 'none' or a list",
    ],
    [
      'a map for none or a list',
      settings({ tools: '{ a: b }' }),
      "7:14: error: 'portarium.workspaces.0.tools' is a map; write 'none' or a list",
    ],
    [
      'a word for none or a number',
      portarium('ports: { spire: all }'),
      "2:46: error: 'portarium.ports.spire' is 'all'; write 'none' or a number",
    ],
    [
      'another kind',
      'dialect: { kind: Cilium, version: "1.19" }\n',
      "1:18: error: 'dialect.kind' is 'Cilium'; did you mean 'cilium'?; write 'kubernetes' or 'cilium'",
    ],
    [
      'a version without quotes',
      'dialect: { kind: cilium, version: 1.20 }\n',
      "1:35: error: 'dialect.version' is 1.2; write '1.18', '1.19', '1.20' or '1.21', in quotes",
    ],
    [
      'another version',
      'dialect: { kind: cilium, version: "1.1" }\n',
      "1:35: error: 'dialect.version' is '1.1'; write '1.18', '1.19', '1.20' or '1.21'",
    ],
    [
      'a named port',
      'dialect: { kind: kubernetes }\ncluster: { dns: { port: dns } }\n',
      "2:25: error: 'cluster.dns.port' is 'dns'; write a number",
    ],
  ])('%s', (_, text, error) => {
    expect(errorsOf(text)).toEqual([`prod.yaml:${error} (invalid-value)`]);
  });

  test('a long one is cut', () => {
    const [error = ''] = errorsOf(`dialect: ${'x'.repeat(100_000)}\n`);
    expect(error.length).toBeLessThan(500);
  });
});

describe('a value that the model refuses', () => {
  const label = "use letters, digits, '-', '_' and '.', and start and end with a letter or digit";
  test.each([
    [
      'a label value',
      portarium('selectors: { vault: { app: "bad value!" } }'),
      `2:57: error: label value 'bad value!' is refused by Kubernetes; ${label}`,
    ],
    [
      'a label key of a selector',
      portarium('selectors: { vault: { "k k": x } }'),
      "2:52: error: label key 'k k' is refused by Kubernetes; write name or prefix/name, the name at most 63 letters, digits, '-', '_' and '.'",
    ],
    [
      'a label key',
      portarium('labels: { app: -x }'),
      "2:45: error: label key '-x' is refused by Kubernetes; write name or prefix/name, the name at most 63 letters, digits, '-', '_' and '.'",
    ],
    [
      'a label value that is too long',
      portarium(`selectors: { vault: { app: ${'a'.repeat(64)} } }`),
      `2:57: error: label value '${'a'.repeat(64)}' has 64 characters; shorten it to 63 characters at most`,
    ],
    [
      'an empty selector',
      portarium('selectors: { vault: {} }'),
      '2:50: error: an empty selector selects every pod; name a label, or remove the key',
    ],
    [
      'a namespace',
      portarium('namespaces: { vault: Vault }'),
      "2:51: error: namespace 'Vault' is not a DNS label; use lower-case letters, digits and '-', and start and end with a letter or digit",
    ],
    [
      'a search domain',
      'dialect: { kind: kubernetes }\ncluster: { searchDomains: [a_b] }\n',
      "2:28: error: domain 'a_b' is not a DNS subdomain; use lower-case letters, digits, '-' and '.', and start and end every part with a letter or digit",
    ],
    [
      'a port',
      portarium('ports: { telemetry: [4317, 0] }'),
      '2:57: error: 0 is not a port; use a whole number from 1 to 65535',
    ],
  ])('%s', (_, text, error) => {
    expect(errorsOf(text)).toEqual([`prod.yaml:${error} (invalid-value)`]);
  });

  test.each(['telemetry', 'controlPlane'])('an empty list of ports of %s', (service) => {
    const [error, ...others] = errorsOf(portarium(`ports: { ${service}: [] }`));
    expect(error).toMatch(/is empty, which could be a mistake; name a port, or remove the key \(empty-allowlist\)$/);
    expect(others).toEqual([]);
  });
});
