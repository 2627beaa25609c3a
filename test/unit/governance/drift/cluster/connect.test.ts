import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { manifestsOf } from '../../../../../lib/analysis/load/load';
import { exitCodeOf } from '../../../../../lib/cli/exit-code';
import { FindingsError } from '../../../../../lib/finding';
import type { ConnectOptions } from '../../../../../lib/governance/drift/cluster/api-client';
import { connect } from '../../../../../lib/governance/drift/cluster/connect';
import { readCluster } from '../../../../../lib/governance/drift/cluster/read-cluster';
import { temporaryFolder } from '../../../environment/refusal';
import { NAMESPACE } from '../objects';
import { fakeApiServer } from './fake-api-server';
import { kubeconfig } from './kubeconfig';

const folder = temporaryFolder();
const file = join(folder, 'config');

beforeEach(() => {
  // Whoever runs the tests may have a cluster.
  vi.stubEnv('KUBECONFIG', join(folder, 'none'));
  vi.stubEnv('HOME', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** What is said about a cluster that cannot be read. */
async function refusal(options: ConnectOptions): Promise<string> {
  const read = connect(options).then((client) => readCluster(manifestsOf([NAMESPACE]), client));
  const error = await read.then(
    () => expect.fail('it was read'),
    (caught: unknown) => caught,
  );
  if (!(error instanceof FindingsError)) throw error;
  expect(exitCodeOf(error.findings)).toBe(3);
  return error.message;
}

test('a cluster is asked as the user of the context, by GET alone', async () => {
  const { url, requests, authorization } = await fakeApiServer([NAMESPACE]);
  const client = await connect({ kubeconfig: kubeconfig(file, url), context: 'test' });
  const { name, objects, findings } = await readCluster(manifestsOf([NAMESPACE]), client);
  expect({ name, findings }).toEqual({ name: "cluster 'test'", findings: [] });
  expect(objects.map(({ object }) => object)).toEqual([NAMESPACE]);
  expect(requests.every((request) => request.startsWith('GET '))).toBe(true);
  expect(authorization()).toBe('Bearer secret-token');
});

describe('a cluster that cannot be reached', () => {
  test('since nobody listens', async () => {
    expect(await refusal({ kubeconfig: kubeconfig(file, 'http://127.0.0.1:1') })).toMatch(
      /^http:\/\/127\.0\.0\.1:1\/: error: nobody listens there; .*\(cluster-unreachable\)$/,
    );
  });

  test('since its name is none', async () => {
    expect(await refusal({ kubeconfig: kubeconfig(file, 'https://no-such-host.invalid') })).toMatch(
      /the name of the server cannot be resolved; .*\(cluster-unreachable\)$/,
    );
  });

  test('since nobody trusts its certificate', async () => {
    const { url, requests } = await fakeApiServer([], { tls: true });
    expect(await refusal({ kubeconfig: kubeconfig(file, url) })).toMatch(
      /the server cannot prove who it is: .*; check `server` and `certificate-authority`/,
    );
    expect(requests).toEqual([]);
  });

  test('since it speaks no TLS', async () => {
    const { url } = await fakeApiServer([]);
    expect(await refusal({ kubeconfig: kubeconfig(file, url.replace('http', 'https')) })).toMatch(
      /the server cannot prove who it is: .*\(cluster-unreachable\)$/,
    );
  });

  test('since it does not answer', async () => {
    const { url } = await fakeApiServer([], { answers: { '/api/v1': undefined } });
    expect(await refusal({ kubeconfig: kubeconfig(file, url), timeout: 0.05 })).toMatch(
      /there was no answer within 0\.05 s; check the network.*--timeout \(cluster-unreachable\)$/,
    );
  });

  test('since it does not know who asks', async () => {
    const answers = { '/api/v1': { status: 401, body: { message: 'Unauthorized' } } };
    const { url } = await fakeApiServer([], { answers });
    expect(await refusal({ kubeconfig: kubeconfig(file, url) })).toMatch(
      /^GET \/api\/v1: error: the server does not know who asks: Unauthorized; sign in again.*\(cluster-unauthorized\)$/,
    );
  });
});

describe('a kubeconfig that cannot be used', () => {
  test.each<[name: string, content: string, options: ConnectOptions, message: RegExp]>([
    ['is none', '[', {}, /the kubeconfig cannot be read: [^\\]*; check the file/],
    ['is empty', '', {}, /the kubeconfig cannot be read: it is empty, or no kubeconfig;/],
    ['says nothing', '{}', {}, /the kubeconfig has no current context; name one with --context: it has none/],
    ['names a cluster without a server', 'clusters: [{ name: a, cluster: {} }]', {}, /the kubeconfig cannot be read: /],
    [
      'has no such context',
      'contexts: [{ name: prod, context: { cluster: a, user: b } }]',
      { context: 'prd' },
      /there is no context 'prd'; name one with --context: it has 'prod'; did you mean 'prod'\?/,
    ],
    [
      'has a context without a cluster',
      'current-context: prod\ncontexts: [{ name: prod, context: { cluster: a, user: b } }]',
      {},
      /the context 'prod' names no cluster/,
    ],
    [
      'has no address',
      'current-context: p\nclusters: [{ name: a, cluster: { server: "nowhere" } }]\ncontexts: [{ name: p, context: { cluster: a, user: b } }]',
      {},
      /'nowhere' is no address of a server/,
    ],
    [
      'would send credentials without TLS',
      'current-context: p\nclusters: [{ name: a, cluster: { server: "http://127.0.0.1:1" } }]\nusers: [{ name: b, user: { token: t } }]\ncontexts: [{ name: p, context: { cluster: a, user: b } }]',
      {},
      /the credentials cannot be used: HTTP protocol is not allowed/,
    ],
    [
      'has credentials that are not there',
      'current-context: p\nclusters: [{ name: a, cluster: { server: "https://127.0.0.1:1" } }]\nusers: [{ name: b, user: { client-certificate: /nowhere/c.pem, client-key: /nowhere/k.pem } }]\ncontexts: [{ name: p, context: { cluster: a, user: b } }]',
      {},
      /the credentials cannot be used: .*; see what the user of the context needs/,
    ],
  ])('since it %s', async (_, content, options, message) => {
    writeFileSync(file, content);
    const said = await refusal({ kubeconfig: file, ...options });
    expect(said).toMatch(message);
    expect(said).toContain(`${file}: error: `);
    expect(said).toContain('(kubeconfig)');
  });

  test('since it is not there', async () => {
    expect(await refusal({ kubeconfig: join(folder, 'none') })).toMatch(
      /the kubeconfig cannot be read: .*no such file/,
    );
    expect(await refusal({})).toMatch(/none: error: the kubeconfig cannot be read: .*no such file/);
  });

  test('since there is none anywhere', async () => {
    vi.stubEnv('KUBECONFIG', '');
    expect(await refusal({})).toMatch(
      /there is no kubeconfig, and no service account of a pod; name one with --kubeconfig/,
    );
  });
});
