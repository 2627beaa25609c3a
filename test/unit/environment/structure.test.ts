import { describe, expect, test } from 'vitest';
import { environmentSchema } from '../../../lib/environment/schema';
import { refusing, settings, temporaryFolder } from './refusal';

const errorsOf = refusing(temporaryFolder());

/** Settings of Portarium from line 3 on. */
function portarium(text: string): string {
  return `dialect: { kind: cilium, version: "1.19" }\nportarium:\n  workspaces: []\n  ${text}\n`;
}

describe('an unknown key', () => {
  test.each([
    [
      'at the top',
      'dialect: { kind: kubernetes }\nprofil: strict\n',
      '2:1',
      'profil',
      'profile',
      Object.keys(environmentSchema.entries).join(', '),
    ],
    [
      'of a dialect',
      'dialect: { kind: cilium, version: "1.19", versoin: 1 }\n',
      '1:43',
      'versoin',
      undefined,
      'kind, version',
    ],
    [
      'of a stack of its own',
      'dialect: { kind: kubernetes }\nclawdstrike: { gateway: { namespace: a, lables: { a: b } } }\n',
      '2:41',
      'lables',
      'labels',
      'namespace, labels',
    ],
    [
      'of the cluster',
      'dialect: { kind: kubernetes }\ncluster: { searchdomains: [] }\n',
      '2:12',
      'searchdomains',
      'searchDomains',
      'domain, searchDomains, dns, kubernetes',
    ],
    [
      'of its DNS',
      'dialect: { kind: kubernetes }\ncluster: { dns: { ports: 53 } }\n',
      '2:19',
      'ports',
      'port',
      'namespace, labels, port',
    ],
    [
      'of Portarium',
      portarium('namespace: {}'),
      '4:3',
      'namespace',
      'namespaces',
      'namespaces, ports, labels, selectors, manageControlPlane, identity, authorization, stage, rollout, egressPolicy, observability, registries, admission, orchestrator, workspaces',
    ],
    [
      'of its namespaces',
      portarium('namespaces: { agent: a }'),
      '4:17',
      'agent',
      'agents',
      'agents, system, spire, vault, temporal, telemetry, authorization',
    ],
    [
      'of its ports',
      portarium('ports: { valt: 1 }'),
      '4:12',
      'valt',
      'vault',
      'controlPlaneApi, controlPlane, spire, vault, temporal, telemetry',
    ],
    [
      'of its labels',
      portarium('labels: { workspce: a }'),
      '4:13',
      'workspce',
      'workspace',
      'app, component, workspace',
    ],
    [
      'of its selectors',
      portarium('selectors: { tempral: { a: b } }'),
      '4:16',
      'tempral',
      'temporal',
      'spire, vault, temporal, telemetry',
    ],
    [
      'of a workspace',
      settings({ egressAllowlist: 'none' }),
      '9:7',
      'egressAllowlist',
      undefined,
      'id, owner, isolation, namespace, stage, tools, quota, MachineExecutionPolicyV1, authorization',
    ],
    [
      'of a machine execution policy',
      settings({ MachineExecutionPolicyV1: '{ egressAllowlist: none, egressallowlist: none }' }),
      '8:58',
      'egressallowlist',
      undefined,
      'egressAllowlist',
    ],
  ])('%s', (_, text, place, key, meant, known) => {
    const hint = meant === undefined ? '' : `; did you mean '${meant}'?`;
    const use = known.includes(',') ? `use one of ${known}` : `use ${known}`;
    expect(errorsOf(text)).toEqual([
      `prod.yaml:${place}: error: the key '${key}' is unknown${hint}; ${use} (unknown-key)`,
    ]);
  });

  test('each one of a map', () => {
    const places = errorsOf(portarium('namespaces: { agent: a, systm: b, zzz: c }')).map(
      (error) => error.split(' is ')[0],
    );
    expect(places).toEqual([
      "prod.yaml:4:17: error: the key 'agent'",
      "prod.yaml:4:27: error: the key 'systm'",
      "prod.yaml:4:37: error: the key 'zzz'",
    ]);
  });

  test('that was meant to be a required one is not reported as missing too', () => {
    expect(errorsOf(settings({ MachineExecutionPolicyV1: undefined, MachineExecutionPolicy: '{}' }))).toEqual([
      "prod.yaml:8:7: error: the key 'MachineExecutionPolicy' is unknown; did you mean 'MachineExecutionPolicyV1'?; use one of id, owner, isolation, namespace, stage, tools, quota, MachineExecutionPolicyV1, authorization (unknown-key)",
    ]);
  });

  test.each(['toString', 'constructor', '__proto__', 'hasOwnProperty', '<<', ''])(
    "named '%s' is no exception",
    (key) => {
      const [error, ...others] = errorsOf(`dialect: { kind: kubernetes }\n"${key}": { a: b }\n`);
      expect(error).toContain(`prod.yaml:2:1: error: the key '${key}' is unknown;`);
      expect(others).toEqual([]);
    },
  );

  test('cannot write to the terminal', () => {
    const [error] = errorsOf('dialect: { kind: kubernetes }\n"\\e[2Jx\\n": 1\n');
    expect(error).toContain("the key '\\u{1b}[2Jx\\u{a}' is unknown");
  });

  test('is found among ten thousands', () => {
    const text = Array.from({ length: 20_000 }, (_, index) => `key${index}: 1\n`).join('');
    const errors = errorsOf(`${text}dialect: { kind: kubernetes }\n`);
    expect(errors).toHaveLength(20_000);
    expect(errors.at(-1)).toContain('prod.yaml:20000:1:');
  });
});

describe('a selector', () => {
  test.each(['__proto__', 'prototype', 'constructor'])('with the key %s, which would be left out', (key) => {
    expect(errorsOf(portarium(`selectors: { vault: { app: vault, ${key}: x } }`))).toContain(
      `prod.yaml:4:37: error: the key '${key}' cannot be used; use another key (unknown-key)`,
    );
  });
});

describe('a list where a map should be', () => {
  const fix = "write a map: 'key: value', without '-' (invalid-value)";
  test.each([
    ['the file', '- dialect: { kind: kubernetes }\n', '1:1', 'the file'],
    ['a dialect', 'dialect: [kubernetes]\n', '1:10', "'dialect'"],
    ['an optional map', 'dialect: { kind: kubernetes }\ncluster: []\n', '2:10', "'cluster'"],
    ['a selector', portarium('selectors: { vault: [a, b] }'), '4:23', "'portarium.selectors.vault'"],
    [
      'a workspace',
      'dialect: { kind: kubernetes }\nportarium:\n  workspaces:\n    - []\n',
      '4:7',
      "'portarium.workspaces.0'",
    ],
    [
      'a machine execution policy',
      settings({ MachineExecutionPolicyV1: '[none]' }),
      '8:33',
      "'portarium.workspaces.0.MachineExecutionPolicyV1'",
    ],
    [
      'an egress entry',
      settings({ MachineExecutionPolicyV1: '{ egressAllowlist: [[]] }' }),
      '8:53',
      "'portarium.workspaces.0.MachineExecutionPolicyV1.egressAllowlist.0'",
    ],
  ])('%s', (_, text, place, what) => {
    expect(errorsOf(text)).toEqual([`prod.yaml:${place}: error: ${what} is a list; ${fix}`]);
  });
});
