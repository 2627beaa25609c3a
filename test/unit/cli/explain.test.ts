import { describe, expect, test } from 'vitest';
import { commandsOnShop } from './shop';

const portcullis = commandsOnShop();

const ask = (to: string, port: string, ...more: readonly string[]) =>
  portcullis('explain', 'shop', '--from', 'shop/web', '--to', to, '--port', port, ...more);

test('yes, with both rules and what they ask for', async () => {
  expect(await ask('shop/api', '8080')).toEqual({
    code: 0,
    stderr: '',
    stdout: `shop/web[Deployment] => shop/api[Deployment] : TCP 8080 is allowed
  only requests that match: http GET /v1
  both ends have to authenticate
  egress of shop/web[Deployment]: allowed by
    shop/shop.yaml:15  CiliumNetworkPolicy shop/web spec.egress[0].toPorts[0]
  ingress of shop/api[Deployment]: allowed by
    shop/shop.yaml:26  CiliumNetworkPolicy shop/api spec.ingress[0].toPorts[0]
`,
  });
});

test('no, with the halves that are missing and the rules that come near', async () => {
  const { code, stdout } = await ask('shop/api', '9090');
  expect(code).toBe(1);
  expect(stdout).toContain('TCP 9090 is not allowed');
  expect(stdout).toContain('egress of shop/web[Deployment]: no rule allows it; denied by default in');
  expect(stdout).toContain('ingress of shop/api[Deployment]: no rule allows it; denied by default in');
  expect(stdout).toContain('nearest rules\n      shop/shop.yaml:15');
});

test('a part is not all', async () => {
  const { code, stdout } = await ask('shop/api', '8080-8081');
  expect(code).toBe(1);
  expect(stdout).toContain('TCP 8080-8081 is allowed in part\n  open: TCP 8080\n');
});

test('addresses, names and entities can be asked for', async () => {
  for (const to of ['203.0.113.7', 'api.example.com', 'world', 'kube-apiserver']) {
    const { code, stdout, stderr } = await ask(to, '443');
    expect([to, code, stderr]).toEqual([to, 1, '']);
    expect(stdout).toContain('TCP 443 is not allowed');
  }
});

test('connections from outside come from addresses, not from names that somebody asked for', async () => {
  const { stdout } = await portcullis('explain', 'open', '--from', 'world', '--to', 'shop/api', '--port', '8080');
  expect(stdout.split('\n').filter((line) => line.includes('=>'))).toEqual([
    'world => shop/api[Deployment] : TCP 8080 is not allowed',
  ]);
});

test('JSON says the same', async () => {
  const { code, stdout } = await ask('shop/api', '8080', '--format', 'json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    query: { from: 'shop/web', to: 'shop/api', port: { protocol: 'TCP', first: 8080, last: 8080 } },
    allowed: 'yes',
    verdicts: [{ allowed: 'yes', egress: { granting: [{ file: 'shop/shop.yaml', line: 15 }] } }],
    omitted: 0,
  });
});

describe('--from, --to and --port are needed', () => {
  const ALL = { '--from': 'shop/web', '--to': 'shop/api', '--port': '8080' };
  test.each(Object.keys(ALL))('%s', async (left) => {
    const args = Object.entries(ALL).flatMap(([option, value]) => (option === left ? [] : [option, value]));
    const { code, stdout, stderr } = await portcullis('explain', 'shop', ...args);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(new RegExp(`required option '${left} <.*>' not specified`));
  });
});
