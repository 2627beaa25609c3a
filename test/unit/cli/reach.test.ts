import { expect, test } from 'vitest';
import { commandsOnShop, LINE } from './shop';

const portcullis = commandsOnShop();

test('lists one pair to a line', async () => {
  expect(await portcullis('reach', 'shop')).toEqual({ code: 0, stdout: LINE, stderr: '' });
});

test.each([
  [['--from', 'shop/web', '--to', 'shop/api', '--port', 'tcp/8080'], LINE],
  [['--from', 'shop/', '--port', '8000-9000'], LINE],
  [['--to', 'shop'], LINE],
  [['--from', 'shop/api'], ''],
  [['--from', 'world'], ''],
  [['--port', 'udp'], ''],
  [['--to', '203.0.113.7'], ''],
  [['--to', 'api.example.com'], ''],
  [['--to', 'kube-apiserver'], ''],
])('%j narrows it', async (options, stdout) => {
  expect(await portcullis('reach', 'shop', ...options)).toEqual({ code: 0, stdout, stderr: '' });
});

test.each([
  [['--to', '203.0.113.7'], 'shop/web[Deployment] => 203.0.113.7/32 : TCP 443\n'],
  [['--to', '203.0.0.0/16'], 'shop/web[Deployment] => 203.0.113.0/24 : TCP 443\n'],
  [['--to', 'world', '--port', 'tcp'], 'shop/web[Deployment] => 203.0.113.0/24 : TCP 443\n'],
])('%j finds what is outside', async (options, stdout) => {
  expect(await portcullis('reach', 'open', ...options)).toEqual({ code: 0, stdout, stderr: '' });
});

test('--grants names the rules', async () => {
  expect((await portcullis('reach', 'shop', '--grants')).stdout).toBe(
    `${LINE}    egress  shop/shop.yaml:15  CiliumNetworkPolicy shop/web spec.egress[0].toPorts[0]\n    ingress shop/shop.yaml:26  CiliumNetworkPolicy shop/api spec.ingress[0].toPorts[0]\n`,
  );
});

test('a dialect that is given decides', async () => {
  // Plain Kubernetes knows nothing of the policies of Cilium, and denies all that they allow.
  expect((await portcullis('reach', 'shop', '--dialect', 'kubernetes')).stdout).toBe('');
});

test.each([
  [
    'csv',
    'from,to,protocol,ports,requests,authenticated,resolvable\r\n' +
      'shop/web[Deployment],shop/api[Deployment],TCP,8080,http GET /v1,true,\r\n',
  ],
  [
    'dot',
    `digraph reach {
  rankdir=LR;
  node [shape=box, fontname="sans-serif"];
  edge [fontname="sans-serif"];
  subgraph cluster_0 {
    label="shop";
    n0 [label="web[Deployment]"];
    n1 [label="api[Deployment]"];
  }
  n0 -> n1 [label="TCP 8080 {http GET /v1} authenticated"];
}
`,
  ],
  [
    'mermaid',
    `flowchart LR
  subgraph g0["shop"]
    n0["web#91;Deployment#93;"]
    n1["api#91;Deployment#93;"]
  end
  n0 -->|"TCP 8080 #123;http GET /v1#125; authenticated"| n1
`,
  ],
])('--format %s', async (format, stdout) => {
  expect(await portcullis('reach', 'shop', '--format', format)).toEqual({ code: 0, stdout, stderr: '' });
});

test('--format json', async () => {
  const { code, stdout, stderr } = await portcullis('reach', 'broken', '--format', 'json');
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    dialect: 'cilium 1.19',
    findings: [{ rule: 'yaml-syntax', where: { file: 'broken/bad.yaml' } }],
    pairs: [{ from: { name: 'web' }, to: { name: 'api' }, connections: [{ first: 8080, authenticated: true }] }],
  });
  // Whoever does not look at the JSON is told as well.
  expect([code, stderr]).toEqual([1, expect.stringContaining('1 error\n')]);
});

test('a document that cannot be read is a finding, and the rest is there all the same', async () => {
  const { code, stdout, stderr } = await portcullis('reach', 'broken');
  expect(stdout).toBe(LINE);
  expect(stderr).toMatch(/^broken\/bad\.yaml:\d+:\d+\n {2}error: the YAML cannot be read: .*\n {2}→ .*\n1 error\n$/);
  expect(code).toBe(1);
});

test('pods that are imagined are said to be', async () => {
  const { code, stdout, stderr } = await portcullis('reach', 'policies', '--from', 'shop/web');
  expect(stdout).toBe('shop/web[Representative] => shop/api[Representative] : TCP 8080 {http GET /v1} authenticated\n');
  expect(stderr).toBe(
    'note: policies holds no workloads, so pods are imagined that its policies may mean ([Representative])\n',
  );
  expect(code).toBe(0);
});
