import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { main } from '../../../lib/cli/main';
import { driftSchema } from '../../../lib/governance/drift/drift-schema';
import { compiled, published } from '../analysis/format/published-schema';
import { temporaryFolder, writeFolder } from '../environment/refusal';
import { fakeApiServer } from '../governance/drift/cluster/fake-api-server';
import { kubeconfig } from '../governance/drift/cluster/kubeconfig';
import { CILIUM_POLICY, NAMESPACE, NETWORK_POLICY } from '../governance/drift/objects';
import { caughtStreams } from './streams';

const folder = temporaryFolder();
const [RENDERED, EXPORTED] = [join(folder, 'rendered'), join(folder, 'exported')];
const CONFIG = join(folder, 'config');
const caught = caughtStreams();
const BACKDOOR = { ...NETWORK_POLICY, metadata: { name: 'backdoor', namespace: 'ws-a' } };
const OPENED = { ...CILIUM_POLICY, spec: { ...CILIUM_POLICY.spec, egress: [{}] } };

beforeEach(() => {
  writeFolder(RENDERED, {
    'all.yaml': [NAMESPACE, NETWORK_POLICY, CILIUM_POLICY].map((one) => stringify(one)).join('---\n'),
  });
  exported(NAMESPACE, NETWORK_POLICY, CILIUM_POLICY);
});

/** As `kubectl get … -o yaml` writes it. */
function exported(...items: readonly object[]): void {
  writeFolder(EXPORTED, { 'list.yaml': stringify({ apiVersion: 'v1', kind: 'List', items }) });
}

async function drift(...args: readonly string[]) {
  Object.assign(caught, { stdout: '', stderr: '' });
  process.exitCode = undefined;
  await main(['node', 'portcullis', 'drift', ...args]);
  return { code: process.exitCode ?? 0, ...caught };
}

describe('with exported objects', () => {
  test('that are as they were rendered', async () => {
    expect(await drift(RENDERED, '--against', EXPORTED)).toMatchObject({
      code: 0,
      stdout: `3 objects compared with ${EXPORTED}: no drift\n`,
    });
  });

  test('that are not', async () => {
    exported(NAMESPACE, BACKDOOR, OPENED);
    const { code, stdout } = await drift(RENDERED, '--against', EXPORTED);
    expect(code).toBe(2);
    expect(stdout).toContain('unmanaged  NetworkPolicy ws-a/backdoor\n');
    expect(stdout).toContain('spec.egress[0].toFQDNs: [{"matchName":"api.example.com"}] was removed');
    expect(stdout).toMatch(/missing +NetworkPolicy ws-a\/agent\n +rendered by .*all\.yaml:\d+\n/);
    expect(stdout).toMatch(/: 1 unmanaged, 1 changed, 1 missing\n$/);
  });

  test('as data, which keeps to its schema', async () => {
    exported(NAMESPACE, BACKDOOR, OPENED);
    const { code, stdout } = await drift(RENDERED, '--against', EXPORTED, '--format', 'json');
    const data = JSON.parse(stdout);
    const valid = compiled(published(driftSchema));
    expect(valid(data), JSON.stringify(valid.errors)).toBe(true);
    expect(code).toBe(2);
    expect(data.drifts.map(({ kind }: { kind: string }) => kind)).toEqual(['unmanaged', 'changed', 'missing']);
    expect(data.drifts[1].changes).toContainEqual({
      path: 'spec.egress[1]',
      rendered: expect.stringContaining('vault'),
    });
  });

  test.each(['sarif', 'junit', 'github', 'markdown'])('as %s', async (format) => {
    exported(NAMESPACE, BACKDOOR, OPENED);
    const { code, stdout } = await drift(RENDERED, '--against', EXPORTED, '--format', format);
    expect(code).toBe(2);
    for (const rule of ['drift-unmanaged', 'drift-changed', 'drift-missing']) expect(stdout).toContain(rule);
  });

  test('what others answer for is left to them, and told', async () => {
    exported(NAMESPACE, NETWORK_POLICY, CILIUM_POLICY, BACKDOOR);
    const excepted = await drift(
      RENDERED,
      '--against',
      EXPORTED,
      '--except',
      'NetworkPolicy/ws-a/back*',
      '--format',
      'json',
    );
    expect(excepted.code).toBe(0);
    expect(excepted.stdout).toContain('NetworkPolicy/ws-a/back* is not compared: --except names it');
  });

  test('keys that tools add', async () => {
    const labelled = { ...NAMESPACE, metadata: { ...NAMESPACE.metadata, annotations: { 'tool.example/by': 'us' } } };
    exported(labelled, NETWORK_POLICY, CILIUM_POLICY);
    const told = await drift(RENDERED, '--against', EXPORTED);
    expect(told.code).toBe(2);
    expect(told.stdout).toContain('if a tool of yours adds tool.example/by: --ignore-metadata');
    expect((await drift(RENDERED, '--against', EXPORTED, '--ignore-metadata', 'tool.example/')).code).toBe(0);
  });

  test('a Secret that was changed is not shown', async () => {
    const secret = (data: object) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'ws-a' },
      data,
    });
    writeFolder(RENDERED, { 'all.yaml': stringify(secret({ key: 'b25l' })) });
    exported(secret({ key: 'dHdv' }));
    for (const format of ['text', 'json', 'sarif']) {
      const { code, stdout } = await drift(RENDERED, '--against', EXPORTED, '--format', format);
      expect(code).toBe(2);
      expect(stdout).not.toMatch(/b25l|dHdv/);
    }
  });
});

describe('with a cluster', () => {
  test('that is as it was rendered, but for a policy', async () => {
    const { url } = await fakeApiServer([NAMESPACE, NETWORK_POLICY, BACKDOOR]);
    const rendered = join(RENDERED, 'kubernetes.yaml');
    writeFileSync(rendered, [NAMESPACE, NETWORK_POLICY].map((one) => stringify(one)).join('---\n'));
    const { code, stdout } = await drift(rendered, '--kubeconfig', kubeconfig(CONFIG, url));
    expect(code).toBe(2);
    expect(stdout).toMatch(/unmanaged .*backdoor\n/);
    expect(stdout).toMatch(/2 objects compared with cluster 'test': 1 unmanaged\n$/);
  });

  test('that hides something is no success', async () => {
    const answers = { '/api/v1/namespaces/ws-a/pods': { status: 403 } };
    const { url } = await fakeApiServer([NAMESPACE, NETWORK_POLICY, CILIUM_POLICY], { answers });
    const rendered = join(RENDERED, 'namespace.yaml');
    writeFileSync(rendered, stringify(NAMESPACE));
    const args = [rendered, '--except', 'NetworkPolicy/ws-a/agent', '--kubeconfig', kubeconfig(CONFIG, url)];
    const text = await drift(...args);
    expect(text).toMatchObject({ code: 1 });
    expect(text.stderr).toContain('{apiGroups: [""], resources: ["pods"], verbs: ["list"]}');
    const sarif = await drift(...args, '--format', 'sarif');
    expect(sarif.code).toBe(1);
    expect(sarif.stdout).toContain('drift-forbidden');
  });

  test('that cannot be reached says so, and nothing else', async () => {
    const { code, stdout, stderr } = await drift(RENDERED, '--kubeconfig', kubeconfig(CONFIG, 'http://127.0.0.1:1'));
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('nobody listens there');
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(readdirSync(RENDERED)).toEqual(['all.yaml']);
  });
});

describe('what cannot be done', () => {
  test.each<[name: string, args: readonly string[], said: RegExp]>([
    ['nothing to compare', [], /missing required argument 'path'/],
    [
      'a path that leads nowhere',
      [join(folder, 'none'), '--against', 'exported'],
      /there is no such file or directory/,
    ],
    [
      'an export that leads nowhere',
      ['rendered', '--against', join(folder, 'none')],
      /there is no such file or directory/,
    ],
    ['standard input twice', ['-', '--against', '-'], /standard input can be only one of the two/],
    ['both a file and a cluster', ['rendered', '--against', 'exported', '--context', 'c'], /needs no cluster/],
    [
      'an exception that names nothing',
      ['rendered', '--against', 'exported', '--except', 'backdoor'],
      /'backdoor' names no object/,
    ],
    ['no time', ['rendered', '--timeout', '0'], /whole number of seconds from 1/],
    ['a format that is none', ['rendered', '--format', 'xml'], /Allowed choices are text, json, sarif/],
  ])('%s', async (_, args, said) => {
    const full = args.map((arg) => ({ rendered: RENDERED, exported: EXPORTED })[arg] ?? arg);
    const { code, stdout, stderr } = await drift(...full);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(said);
  });

  test('an export without objects', async () => {
    writeFolder(EXPORTED, { 'list.yaml': 'apiVersion: v1\nkind: List\nitems: []\n' });
    const { code, stderr } = await drift(RENDERED, '--against', EXPORTED);
    expect(code).toBe(3);
    expect(stderr).toContain('there are no manifests in');
  });

  test('an export that is no YAML', async () => {
    writeFolder(EXPORTED, { 'list.yaml': 'a: [\n' });
    const { code, stdout, stderr } = await drift(RENDERED, '--against', EXPORTED);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /list\.yaml\n\s+2:1 +error: the YAML cannot be read|list\.yaml.*\n.*error: the YAML cannot be read/,
    );
    expect(existsSync(EXPORTED)).toBe(true);
  });
});
