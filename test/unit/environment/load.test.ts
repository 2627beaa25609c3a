import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadEnvironments } from '../../../lib/environment';
import { allowlist, refused, settings, temporaryFolder, writeFolder } from './refusal';

const root = temporaryFolder();
const folder = join(root, 'environments');

describe('loading', () => {
  test('gives all environments by name, each with its file', () => {
    writeFolder(folder, { 'prod.yaml': settings(), 'dev.yml': 'dialect: { kind: kubernetes }\n' });
    const { environments, findings } = loadEnvironments(folder);
    expect(environments.map(({ name, file }) => [name, file])).toEqual([
      ['dev', join(folder, 'dev.yml')],
      ['prod', join(folder, 'prod.yaml')],
    ]);
    expect(findings).toEqual([]);
  });

  test('gives the one that is asked for, and looks at no other', () => {
    writeFolder(folder, { 'prod.yaml': settings(), 'dev.yaml': 'broken: [' });
    const { environments, findings } = loadEnvironments(folder, 'prod');
    expect(environments.map(({ name }) => name)).toEqual(['prod']);
    expect(findings).toEqual([]);
  });

  test('gives the good environments beside the findings of the bad ones', () => {
    writeFolder(folder, { 'prod.yaml': settings(), 'dev.yaml': 'broken: [' });
    const { environments, findings } = loadEnvironments(folder);
    expect(environments.map(({ name }) => name)).toEqual(['prod']);
    expect(findings.length).toBeGreaterThan(0);
  });

  test('reads ten thousand workspaces', () => {
    const workspace = (index: number) =>
      `    - { id: ws-${index}, tools: none, MachineExecutionPolicyV1: { egressAllowlist: [{ host: h${index}.example.com, purpose: testing }] } }`;
    const workspaces = Array.from({ length: 10_000 }, (_, index) => workspace(index)).join('\n');
    writeFolder(folder, { 'prod.yaml': `dialect: { kind: kubernetes }\nportarium:\n  workspaces:\n${workspaces}\n` });
    const [environment] = loadEnvironments(folder).environments;
    expect(environment?.portarium?.workspaces).toHaveLength(10_000);
  });
});

describe('whatever a file holds', () => {
  const keys = [
    ...['dialect', 'kind', 'version', 'cluster', 'dns', 'labels', 'port', 'portarium', 'ports', 'spire', 'selectors'],
    ...['vault', 'workspaces', 'id', 'tools', 'MachineExecutionPolicyV1', 'egressAllowlist', 'host', 'displays'],
    ...['cidr', 'except', 'from', 'to', 'purpose', 'other', '__proto__', 'constructor'],
  ];
  const words = [
    'none',
    'cilium',
    'kubernetes',
    '1.19',
    'ws-a',
    'a:b',
    'api.example.com',
    '*',
    '10.0.0.0/8',
    '::/0',
    '',
  ];
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium' },
      fc.constantFrom(null, true, 0, 443, 65536, 1.5, ...words),
      fc.string(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 4 }),
    ),
  }));
  const entry = fc.record(
    { host: value, displays: value, cidr: value, except: value, ports: value, protocol: value, purpose: value },
    { requiredKeys: [] },
  );
  const workspace = fc.record(
    {
      id: value,
      tools: value,
      namespace: value,
      MachineExecutionPolicyV1: fc.record({ egressAllowlist: fc.oneof(value, fc.array(entry)) }),
    },
    { requiredKeys: [] },
  );
  const file = fc.record({
    dialect: fc.oneof(value, fc.constant({ kind: 'kubernetes' })),
    portarium: fc.oneof(value, fc.record({ workspaces: fc.array(fc.oneof(value, workspace)) })),
  });

  /** Loads one file, and says whether it became an environment or findings; never both, never neither. */
  function load(text: string): void {
    writeFolder(folder, { 'prod.yaml': text });
    const { environments, findings } = loadEnvironments(folder);
    expect(environments).toHaveLength(findings.length === 0 ? 1 : 0);
    for (const { where, message, fix } of findings) {
      expect(where).toMatchObject({ file: join(folder, 'prod.yaml') });
      expect(message).not.toMatch(/undefined|\[object/);
      expect(fix).not.toMatch(/undefined|\[object/);
    }
  }

  test('it becomes an environment or findings, and nothing is thrown', () => {
    fc.assert(fc.property(fc.oneof(file, value), (data) => load(JSON.stringify(data))));
  });

  test('even if it is hardly YAML', () => {
    const token = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '-',
      '? ',
      '[',
      '{',
      ']',
      '}',
      ',',
      '"',
      "'",
      '*',
      '&a',
      '!',
      '|',
      '>',
      '#',
      '%',
      '\t',
      '---',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 40 }), (tokens) => load(tokens.join(''))),
      { numRuns: 500 },
    );
  });
});

describe('all findings come out of one run', () => {
  test('of several files', () => {
    const { errors, exitCode } = refused(root, {
      files: {
        'a.yaml': 'dialect: { kind: kubernets }\n',
        'b.yaml': 'dialect: [\n',
        'c.yaml': settings({ id: 'A' }),
        'd.yaml': settings(),
      },
    });
    expect(errors.map((error) => error.split(':')[0])).toEqual(['a.yaml', 'b.yaml', 'c.yaml']);
    expect(exitCode).toBe(1);
  });

  test('of settings and of constructs', () => {
    const { errors } = refused(root, {
      files: {
        'dev.yaml': allowlist('{ host: api.example.com, purpose: testing }').replace(
          'kind: cilium\n  version: "1.19"',
          'kind: kubernetes',
        ),
        'prod.yaml': settings({ id: 'A' }),
      },
    });
    expect(errors).toHaveLength(2);
    expect(errors[0]).toContain("prod.yaml:6:11: error: workspace id 'A'");
    expect(errors[1]).toContain('dev.yaml: portarium/ws-a/execution-plane: error:');
  });
});

describe('an edge that the dialect of an environment cannot express', () => {
  test('names the edge, its construct, the settings file and the ways out', () => {
    const files = {
      'dev.yaml': allowlist('{ host: api.example.com, purpose: testing }').replace(
        'kind: cilium\n  version: "1.19"',
        'kind: kubernetes',
      ),
    };
    const { errors, exitCode } = refused(root, { files });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(
      /^dev\.yaml: portarium\/ws-a\/execution-plane: error: ws-a\/execution-plane → api\.example\.com:/,
    );
    expect(errors[0]).toMatch(/; use the cilium dialect, .*cidr.* \(fqdn-not-expressible\)$/);
    expect(exitCode).toBe(1);
  });
});
