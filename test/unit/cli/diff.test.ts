import { expect, test } from 'vitest';
import { commandsOnShop } from './shop';

const portcullis = commandsOnShop();

const CHANGES = `added
  [world] shop/web[Deployment] may newly reach 203.0.113.0/24 on TCP 443
lost-auth
  shop/web[Deployment] may reach shop/api[Deployment] without authentication on TCP 8080 {http GET /v1}
connections: 1 added, 1 lost-auth
`;

test('says what a change opens and loses', async () => {
  expect(await portcullis('diff', 'shop', 'open')).toEqual({ code: 0, stdout: CHANGES, stderr: '' });
});

test('says what it closes the other way round', async () => {
  expect((await portcullis('diff', 'open', 'shop')).stdout).toBe(`removed
  [world] shop/web[Deployment] may no longer reach 203.0.113.0/24 on TCP 443
gained-auth
  shop/web[Deployment] must authenticate to reach shop/api[Deployment] on TCP 8080 {http GET /v1}
connections: 1 removed, 1 gained-auth
`);
});

test('says that nothing changes', async () => {
  expect(await portcullis('diff', 'shop', 'shop')).toEqual({
    code: 0,
    stdout: 'who may reach whom stays the same\n',
    stderr: '',
  });
});

test.each([
  ['added-world', 2],
  ['added', 2],
  ['lost-auth', 2],
  ['lost-l7,added-metadata', 0],
  ['lost-l7,added-world', 2],
  ['removed', 0],
  ['any', 2],
])('--fail-on %s exits with %i', async (failOn, code) => {
  expect(await portcullis('diff', 'shop', 'open', '--fail-on', failOn)).toEqual({ code, stdout: CHANGES, stderr: '' });
  expect((await portcullis('diff', 'shop', 'shop', '--fail-on', failOn)).code).toBe(0);
});

test('drift matters more than a document that cannot be read, which is told all the same', async () => {
  const { code, stderr } = await portcullis('diff', 'broken', 'open', '--fail-on', 'added-world');
  expect(stderr).toContain('broken/bad.yaml:');
  expect(code).toBe(2);
  expect((await portcullis('diff', 'broken', 'open')).code).toBe(1);
});

test('what is wrong with both is told once', async () => {
  const { stderr } = await portcullis('diff', 'broken', 'broken');
  expect(stderr.split('\n').filter((line) => line.startsWith('broken/bad.yaml'))).toHaveLength(1);
  expect(stderr).toContain('\n1 error\n');
});

test('writes Markdown for a pull request', async () => {
  expect((await portcullis('diff', 'shop', 'open', '--format', 'markdown')).stdout).toBe(`## Reachability

connections: 1 added, 1 lost-auth

### Newly allowed

- **world**: \`shop/web[Deployment]\` may newly reach \`203.0.113.0/24\` on \`TCP 443\`

### Authentication lost

- \`shop/web[Deployment]\` may reach \`shop/api[Deployment]\` without authentication on \`TCP 8080 {http GET /v1}\`
`);
});

test('writes JSON with both sides', async () => {
  const { stdout } = await portcullis('diff', 'shop', 'open', '--format', 'json');
  const side = { dialect: 'cilium 1.19', workloads: 2, policies: 3, findings: [] };
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    before: side,
    after: side,
    groups: [
      { kind: 'added', tags: ['world'], to: { kind: 'addresses', cidrs: ['203.0.113.0/24'] } },
      { kind: 'lost-auth', tags: [], to: { kind: 'workloads', namespaces: ['shop'], workloads: 1 } },
    ],
  });
});
