import { describe, expect, test } from 'vitest';
import { type Problem, printable } from '../../../lib/finding';
import { cidrProblem } from '../../../lib/model/cidr';
import { hostProblem } from '../../../lib/model/host';
import { allowlist, refused, settings, temporaryFolder } from './refusal';

const root = temporaryFolder();

/** What is said about one egress entry, which stands in line 10. */
function entryErrors(entry: string): readonly string[] {
  const { errors, exitCode } = refused(root, { files: allowlist(entry) });
  expect(exitCode).toBe(1);
  return errors;
}

/** What is said about a workspace with these keys, whose id stands in line 6, the tools in 7, the rest from 8. */
function workspaceErrors(keys: Readonly<Record<string, string | undefined>>): readonly string[] {
  return refused(root, { files: settings(keys) }).errors;
}

/** The words of the model, so that a file and a construct are refused alike. */
function inWords(problem: Problem | undefined): string {
  expect(problem, 'the model refuses it').toBeDefined();
  return printable(`${problem?.message}; ${problem?.fix} (invalid-value)`);
}

describe('a host that is refused', () => {
  test.each([
    '',
    ' ',
    '*',
    '**',
    'all',
    'any',
    '*.com',
    '*x.example.com',
    '169.254.169.254',
    '2852039166',
    'fd00:ec2::254',
    'https://user:pw@x.example.com/path',
    'api.example.com:8443',
    'аpi.example.com',
    'xn--pple-43d.com',
    'metadata.google.internal',
    'vault.vault.svc.cluster.local',
    'localhost',
  ])("'%s'", (host) => {
    const errors = entryErrors(`{ host: "${host}", purpose: testing }`);
    expect(errors).toEqual([`prod.yaml:10:21: error: ${inWords(hostProblem(host))}`]);
  });

  test("punycode that is not what 'displays' says", () => {
    const errors = entryErrors('{ host: xn--bcher-kva.example.com, displays: bücher.example.net, purpose: testing }');
    expect(errors).toEqual([
      `prod.yaml:10:21: error: ${inWords(hostProblem('xn--bcher-kva.example.com', 'bücher.example.net'))}`,
    ]);
  });
});

describe('a range of addresses that is refused', () => {
  test.each([
    '0.0.0.0/0',
    '::/0',
    '128.0.0.0/1',
    '::ffff:169.254.169.254/128',
    '169.254.169.254/32',
    'fd00:ec2::254/128',
    '127.0.0.0/8',
    '203.0.113.7',
    '203.0.113.7/24',
    'none',
    '',
  ])("'%s'", (cidr) => {
    const errors = entryErrors(`{ cidr: "${cidr}", purpose: testing }`);
    expect(errors).toEqual([`prod.yaml:10:21: error: ${inWords(cidrProblem(cidr))}`]);
  });

  test('each bad exception is named where it stands', () => {
    expect(
      entryErrors('{ cidr: 10.0.0.0/8, except: [10.1.0.0/16, 11.0.0.0/16, 10.0.0.0/8, x], purpose: testing }'),
    ).toEqual([
      "prod.yaml:10:55: error: exception '11.0.0.0/16' is not strictly inside 10.0.0.0/8; name a smaller range inside 10.0.0.0/8 (invalid-value)",
      "prod.yaml:10:68: error: exception '10.0.0.0/8' is not strictly inside 10.0.0.0/8; name a smaller range inside 10.0.0.0/8 (invalid-value)",
      "prod.yaml:10:80: error: exception 'x' is not a CIDR; name a range inside 10.0.0.0/8 (invalid-value)",
    ]);
  });

  test('exceptions that leave nothing are named together', () => {
    expect(entryErrors('{ cidr: 10.0.0.0/8, except: [10.0.0.0/9, 10.128.0.0/9], purpose: testing }')).toEqual([
      'prod.yaml:10:41: error: the exceptions leave no address of 10.0.0.0/8; name fewer of them, or remove the range (invalid-value)',
    ]);
  });
});

describe('ports that are refused', () => {
  test.each([
    ['[0]', 63, '0 is not a port; use a whole number from 1 to 65535 (invalid-value)'],
    ['[65536]', 63, '65536 is not a port; use a whole number from 1 to 65535 (invalid-value)'],
    ['[44.3]', 63, '44.3 is not a port; use a whole number from 1 to 65535 (invalid-value)'],
    ['[{ from: 9, to: 3 }]', 63, 'the port range 9-3 is turned round; write 3-9 (invalid-value)'],
    ['[{ from: 0, to: 3 }]', 71, '0 is not a port; use a whole number from 1 to 65535 (invalid-value)'],
    [
      '[]',
      62,
      'the list of ports is empty, which could be a mistake; name a port, or remove the key (empty-allowlist)',
    ],
  ])('%s', (ports, column, message) => {
    const errors = entryErrors(`{ purpose: testing, cidr: 203.0.113.0/24, ports: ${ports} }`);
    expect(errors).toEqual([`prod.yaml:10:${column}: error: ${message}`]);
  });
});

describe('an entry that does not say enough, or too much', () => {
  test.each([
    [
      '{ host: a.example.com }',
      "10:13: error: the key 'purpose' is missing in 'portarium.workspaces.0.MachineExecutionPolicyV1.egressAllowlist.0'; add 'purpose' (missing-key)",
    ],
    ['{ host: a.example.com, purpose: "" }', '10:45: error: the purpose is empty; say why (invalid-value)'],
    ['{ host: a.example.com, purpose: " \\t" }', '10:45: error: the purpose is empty; say why (invalid-value)'],
    ['{ purpose: testing }', '10:13: error: the entry names neither host nor cidr; name one of them (invalid-value)'],
    [
      '{ host: a.example.com, cidr: 203.0.113.0/24, purpose: testing }',
      '10:21: error: the entry names both host and cidr; make it two entries (invalid-value)',
    ],
    [
      '{ host: a.example.com, except: [203.0.113.0/24], purpose: testing }',
      '10:44: error: except is for ranges of addresses; remove except (invalid-value)',
    ],
    [
      '{ cidr: 203.0.113.0/24, displays: x, purpose: testing }',
      '10:47: error: displays is for hosts; remove displays (invalid-value)',
    ],
    [
      '{ host: a.example.com, displays: a.example.com, purpose: testing }',
      "10:21: error: 'a.example.com' is plain ASCII and needs no displays; remove displays (invalid-value)",
    ],
    [
      '{ host: a.example.com, protocol: tcp, purpose: testing }',
      "10:46: error: 'portarium.workspaces.0.MachineExecutionPolicyV1.egressAllowlist.0.protocol' is 'tcp'; did you mean 'TCP'?; write 'TCP', 'UDP' or 'SCTP' (invalid-value)",
    ],
  ])('%s', (entry, error) => {
    expect(entryErrors(entry)).toEqual([`prod.yaml:${error}`]);
  });

  test('its host is checked whatever else is wrong with it', () => {
    expect(entryErrors('{ host: "*", prupose: testing, ports: [0] }')).toEqual([
      "prod.yaml:10:21: error: '*' would allow every host; name each host that is needed (invalid-value)",
      "prod.yaml:10:26: error: the key 'prupose' is unknown; did you mean 'purpose'?; use one of host, displays, cidr, except, ports, protocol, purpose (unknown-key)",
      'prod.yaml:10:52: error: 0 is not a port; use a whole number from 1 to 65535 (invalid-value)',
    ]);
  });

  test('its target is checked although an exception has the wrong type', () => {
    expect(entryErrors('{ host: a.example.com, cidr: 203.0.113.0/24, except: 3, purpose: testing }')).toEqual([
      'prod.yaml:10:21: error: the entry names both host and cidr; make it two entries (invalid-value)',
      "prod.yaml:10:66: error: 'portarium.workspaces.0.MachineExecutionPolicyV1.egressAllowlist.0.except' is 3; write a list (invalid-value)",
    ]);
  });
});

describe('a workspace that is refused', () => {
  const EMPTY = "which could be a mistake; list what is allowed, or write 'none' (empty-allowlist)";
  const LABEL =
    "is not a DNS label; use lower-case letters, digits and '-', and start and end with a letter or digit (invalid-value)";
  test.each([
    [{ id: 'WS-A' }, `6:11: error: workspace id 'WS-A' ${LABEL}`],
    [{ id: '-a' }, `6:11: error: workspace id '-a' ${LABEL}`],
    [{ id: 'ws.a' }, `6:11: error: workspace id 'ws.a' ${LABEL}`],
    [{ id: '"a\\nb"' }, `6:11: error: workspace id 'a\\u{a}b' ${LABEL}`],
    [
      { id: 'a'.repeat(64) },
      `6:11: error: workspace id '${'a'.repeat(64)}' has 64 characters; shorten it to 63 characters at most (invalid-value)`,
    ],
    [{ owner: '""' }, '9:14: error: the owner is empty; name who answers for it (invalid-value)'],
    [{ owner: '"a\\nb"' }, '9:14: error: the owner has several lines; write it on one line (invalid-value)'],
    [{ namespace: 'A_b' }, `9:18: error: namespace 'A_b' ${LABEL}`],
    [{ tools: '[]' }, `7:14: error: the list of tools is empty, ${EMPTY}`],
    [
      { tools: '["invoice:*"]' },
      "7:15: error: 'invoice:*' would allow more tools than it names; name each tool that is needed (invalid-value)",
    ],
    [
      { tools: '[all]' },
      "7:15: error: 'all' would allow more tools than it names; name each tool that is needed (invalid-value)",
    ],
    [
      { tools: '[none]' },
      "7:15: error: 'none' is not a tool name; write area:verb in lower case, such as 'invoice:read' (invalid-value)",
    ],
    [{ MachineExecutionPolicyV1: '{ egressAllowlist: [] }' }, `8:52: error: the egress allowlist is empty, ${EMPTY}`],
    [
      { tools: undefined },
      "6:7: error: the key 'tools' is missing in 'portarium.workspaces.0'; add 'tools' (missing-key)",
    ],
    [
      { isolation: 'Namespace' },
      "9:18: error: 'portarium.workspaces.0.isolation' is 'Namespace'; did you mean 'namespace'?; write 'namespace' or 'label' (invalid-value)",
    ],
    [
      { stage: 'enforced' },
      "9:14: error: 'portarium.workspaces.0.stage' is 'enforced'; did you mean 'enforce'?; write 'observe', 'enforce' or a map (invalid-value)",
    ],
    [
      { stage: '{ egres: observe }' },
      "9:16: error: the key 'egres' is unknown; did you mean 'egress'?; use one of egress, mtls, tools (unknown-key)",
    ],
    [
      { stage: '{ tools: audit }' },
      "9:23: error: 'portarium.workspaces.0.stage.tools' is 'audit'; write 'observe' or 'enforce' (invalid-value)",
    ],
  ])('%o', (keys, error) => {
    expect(workspaceErrors(keys)).toEqual([`prod.yaml:${error}`]);
  });

  test('for every one of its mistakes, in the order of the file', () => {
    const errors = workspaceErrors({ id: '12', tools: '[all, 3]', owner: '', stage: 'x', namspace: 'a' });
    expect(errors.map((error) => error.replace(/: error:.*\((.*)\)$/, ' $1'))).toEqual([
      'prod.yaml:6:11 invalid-value',
      'prod.yaml:7:15 invalid-value',
      'prod.yaml:7:20 invalid-value',
      'prod.yaml:9:14 invalid-value',
      'prod.yaml:10:14 invalid-value',
      'prod.yaml:11:7 unknown-key',
    ]);
  });
});
