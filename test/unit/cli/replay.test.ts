import { writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { beforeAll, describe, expect, test } from 'vitest';
import { replaySchema } from '../../../lib/analysis/format/replay-schema';
import { flow, line, pod, remotePod, request, WORLD } from '../analysis/flow/flows';
import { commandsOnShop } from './shop';

const portcullis = commandsOnShop();

const [web, api] = [pod('shop', 'web'), remotePod('shop', 'api')];
const http = (method: string, path: string) => ({ http: { method, url: `http://api${path}` } });
const allowed = request(web, api, 8080, http('GET', '/v1'));
const refused = request(web, api, 8080, http('DELETE', '/v1'));
const denied = flow(web, api, 9090);
const dropped = flow(web, api, 9090, { verdict: 'DROPPED', drop_reason_desc: 'POLICY_DENIED', is_reply: undefined });
const unclear = flow(web, {}, 443);

const RECORDINGS = {
  'fine.json': [allowed, flow(web, api, 8080, { is_reply: true })],
  'denied.json': [allowed, denied, dropped],
  'refused.json': [refused],
  'unclear.json': [unclear],
  'dropped.json': [allowed, dropped],
  'world.json': [flow(web, WORLD, 443, { IP: { destination: '203.0.113.7' }, destination_names: ['\u001b[2Jevil'] })],
};

// Written beside the folders, by the time that the commands run there.
beforeAll(() => {
  for (const [file, flows] of Object.entries(RECORDINGS))
    writeFileSync(file, flows.map((one) => `${line(one)}\n`).join(''));
  writeFileSync('garbage.json', 'garbage\n\n{"flow":{"time":"2026\n');
  writeFileSync('empty.json', '');
  writeFileSync('flows.json.gz', Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0x0a, 0x00]));
});

const AUTHENTICATED = '1 flow, 2026-03-01T12:00:00Z: 1 would need authentication';

test('prints what would break, with the missing rules', async () => {
  const { code, stdout, stderr } = await portcullis('replay', 'shop', '--flows', 'denied.json');
  expect([code, stderr]).toEqual([1, '']);
  expect(stdout).toBe(`would be denied
  shop/web => shop/api : TCP 9090  2 flows, 1 of them dropped already, 2026-03-01T12:00:00Z
    egress of shop/web: no rule allows it; denied by default in
      shop/shop.yaml:5  NetworkPolicy shop/default-deny
      shop/shop.yaml:10  CiliumNetworkPolicy shop/web
      nearest rules
        shop/shop.yaml:15  CiliumNetworkPolicy shop/web spec.egress[0].toPorts[0]
          allows TCP 8080 to it, not TCP 9090
    ingress of shop/api: no rule allows it; denied by default in
      shop/shop.yaml:5  NetworkPolicy shop/default-deny
      shop/shop.yaml:20  CiliumNetworkPolicy shop/api
      nearest rules
        shop/shop.yaml:26  CiliumNetworkPolicy shop/api spec.ingress[0].toPorts[0]
          allows TCP 8080 from it, not TCP 9090

3 flows, 2026-03-01T12:00:00Z: 2 would be denied (1 went through), 1 would need authentication
--all lists what would pass
`);
});

test('--all lists what would pass, too', async () => {
  const { code, stdout } = await portcullis('replay', 'open', '--flows', 'fine.json', '--all');
  expect(code).toBe(0);
  expect(stdout).toBe(`would pass
  shop/web => shop/api : TCP 8080  1 flow, 2026-03-01T12:00:00Z
    such as GET api/v1

not judged
  1  replies, which pass with what they answer (first at fine.json:2)

1 flow, 2026-03-01T12:00:00Z: 1 would pass
`);
});

test.each([
  ['fine.json', [], 0],
  ['denied.json', [], 1],
  ['refused.json', [], 1],
  ['unclear.json', [], 1],
  // What was dropped before breaks nothing.
  ['dropped.json', [], 0],
  ['denied.json', ['--fail-on', 'refused'], 0],
  ['denied.json', ['--fail-on', 'none'], 0],
  ['denied.json', ['--fail-on', 'refused,denied'], 1],
  ['unclear.json', ['--fail-on', 'denied,refused'], 0],
  ['fine.json', ['--fail-on', 'authentication'], 1],
])('%s with %j exits with %i', async (file, options, code) => {
  expect((await portcullis('replay', 'shop', '--flows', file, ...options)).code).toBe(code);
});

test('several recordings are one', async () => {
  const { stdout } = await portcullis('replay', 'shop', '--flows', 'fine.json', '--flows', 'refused.json');
  expect(stdout).toContain('2 flows');
  expect(stdout).toContain('such as DELETE api/v1\n    only requests that match: http GET /v1\n');
});

test('names in a recording do not write to the terminal', async () => {
  const { stdout } = await portcullis('replay', 'shop', '--flows', 'world.json');
  expect(stdout).toContain('shop/web => 203.0.113.7 : TCP 443');
  expect(stdout).not.toContain('\u001b');
});

test('policies alone will do', async () => {
  const { stdout, stderr } = await portcullis('replay', 'policies', '--flows', 'fine.json');
  expect(stderr).toBe('note: the manifests hold no workloads, so that pods are judged by the labels that they had\n');
  expect(stdout).toContain(AUTHENTICATED);
});

test('a limit is said', async () => {
  const { stdout } = await portcullis(
    'replay',
    'shop',
    '--flows',
    'denied.json',
    '--flows',
    'unclear.json',
    '--limit',
    '1',
  );
  expect(stdout).toContain('2 would be denied (1 went through), 1 cannot be told');
  expect(stdout).toContain('beyond the limit: 1 flow that cannot be told\n');
});

describe('--format json', () => {
  test.each(Object.keys(RECORDINGS))('of %s is as its schema says', async (file) => {
    const { stdout } = await portcullis('replay', 'shop', '--flows', file, '--format', 'json');
    const data = JSON.parse(stdout);
    expect(v.parse(replaySchema, data)).toEqual(data);
    expect(v.safeParse(replaySchema, { ...data, further: true }).success).toBe(false);
  });
});

describe('what is no recording proves nothing', () => {
  test.each([
    [['--flows', 'nowhere.json'], 'nowhere.json'],
    [['--flows', 'flows.json.gz'], 'gunzip'],
    [['--flows', 'shop'], 'shop'],
    [['--flows', 'empty.json'], 'holds no flow that could be judged'],
    [['--flows', 'garbage.json'], 'holds no flow that could be judged'],
    [['--flows', '-'], 'both come from standard input', '-'],
    [['--flows', 'fine.json', '--fail-on', 'forwarded'], 'nothing to fail on'],
    [['--flows', 'fine.json', '--limit', '0'], 'no number of groups'],
    [[], '--flows'],
  ])('%j', async (options, message, path = 'shop') => {
    const { code, stderr } = await portcullis('replay', path, ...options);
    expect(code).toBe(3);
    expect(stderr).toContain(message);
  });

  test('and what it held is counted all the same', async () => {
    const { stdout } = await portcullis('replay', 'shop', '--flows', 'garbage.json');
    expect(stdout).toContain(
      '1  no JSON (first at garbage.json:1)\n  1  JSON that ends too early (first at garbage.json:3)\n',
    );
  });
});
