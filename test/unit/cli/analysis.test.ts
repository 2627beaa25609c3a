import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import * as v from 'valibot';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkSchema, diffSchema, explainSchema, reachSchema } from '../../../lib/analysis/format/json-schema';
import { temporaryFolder, writeFolder } from '../environment/refusal';
import { builtPackage } from './build';

const build = builtPackage();
const cwd = join(temporaryFolder(), 'project');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function portcullis(args: readonly string[], input = ''): Ended {
  const { FORCE_COLOR: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [build.bin, ...args], {
    cwd,
    env,
    input,
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

const deployment = (name: string) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec: { template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: main }] } } }
`;
const policy = (name: string, spec: string) => `---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec:
${spec}`;
const DENY = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
`;
const WEB = `  endpointSelector: { matchLabels: { app: web } }
  egress:
    - toEndpoints: [{ matchLabels: { app: api } }]
      toPorts:
        - ports: [{ port: "8080", protocol: TCP }]
`;
const API = `  endpointSelector: { matchLabels: { app: api } }
  ingress:
    - fromEndpoints: [{ matchLabels: { app: web } }]
      authentication: { mode: required }
      toPorts:
        - ports: [{ port: "8080", protocol: TCP }]
          rules:
            http: [{ method: GET, path: /v1 }]
`;
const SHOP = DENY + policy('web', WEB) + policy('api', API) + deployment('web') + deployment('api');
const WORLD = `${WEB}    - toCIDR: [203.0.113.0/24]
      toPorts:
        - ports: [{ port: "443", protocol: TCP }]
`;
const LINE = 'shop/web[Deployment] => shop/api[Deployment] : TCP 8080 {http GET /v1} authenticated\n';

beforeAll(() =>
  writeFolder(cwd, {
    'shop/shop.yaml': SHOP,
    'open/shop.yaml': SHOP.replace(WEB, WORLD).replace('      authentication: { mode: required }\n', ''),
    'broken/bad.yaml': `${SHOP}---\nkind: [\n`,
    'empty/README.md': 'nothing',
  }),
);

describe('reach', () => {
  test('lists one pair to a line', () => {
    expect(portcullis(['reach', 'shop'])).toEqual({ code: 0, stdout: LINE, stderr: '' });
  });

  test.each([
    [['--from', 'shop/web', '--to', 'shop/api', '--port', 'tcp/8080'], LINE],
    [['--from', 'shop/', '--port', '8000-9000'], LINE],
    [['--from', 'shop/api'], ''],
    [['--port', 'udp'], ''],
    [['--to', '203.0.113.7'], ''],
  ])('%j narrows it', (options, stdout) => {
    expect(portcullis(['reach', 'shop', ...options])).toEqual({ code: 0, stdout, stderr: '' });
  });

  test('reads standard input, files and globs', () => {
    expect(portcullis(['reach', '-'], SHOP).stdout).toBe(LINE);
    expect(portcullis(['reach', 'shop/shop.yaml']).stdout).toBe(LINE);
    expect(portcullis(['reach', 'sho*/*.yaml']).stdout).toBe(LINE);
  });

  test('--grants names the rules', () => {
    expect(portcullis(['reach', 'shop', '--grants']).stdout).toBe(
      `${LINE}    egress  shop/shop.yaml:15  CiliumNetworkPolicy shop/web spec.egress[0].toPorts[0]\n    ingress shop/shop.yaml:26  CiliumNetworkPolicy shop/api spec.ingress[0].toPorts[0]\n`,
    );
  });

  test('a dialect that is given decides', () => {
    // Plain Kubernetes knows nothing of the policies of Cilium, and denies all that they allow.
    expect(portcullis(['reach', 'shop', '--dialect', 'kubernetes']).stdout).toBe('');
  });

  test.each(['csv', 'dot', 'mermaid'])('writes %s', (format) => {
    const { code, stdout } = portcullis(['reach', 'shop', '--format', format]);
    expect(code).toBe(0);
    expect(stdout).toContain('TCP');
    expect(stdout).toContain('8080');
  });

  test('a document that cannot be read is a finding, and the rest is there all the same', () => {
    const { code, stdout, stderr } = portcullis(['reach', 'broken']);
    expect(stdout).toBe(LINE);
    expect(stderr).toContain('broken/bad.yaml:');
    expect(code).toBe(1);
  });

  test('stops when nobody reads any more', () => {
    const command = `"${process.execPath}" "${build.bin}" reach shop | true`;
    const { status, stderr } = spawnSync('sh', ['-c', command], { cwd, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });
});

describe('explain', () => {
  const ask = (to: string, port: string, folder = 'shop') =>
    portcullis(['explain', folder, '--from', 'shop/web', '--to', to, '--port', port]);

  test('yes, with both rules and what they ask for', () => {
    expect(ask('shop/api', '8080')).toEqual({
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

  test('no, with the halves that are missing and the rules that come near', () => {
    const { code, stdout } = ask('shop/api', '9090');
    expect(code).toBe(1);
    expect(stdout).toContain('TCP 9090 is not allowed');
    expect(stdout).toContain('egress of shop/web[Deployment]: no rule allows it; denied by default in');
    expect(stdout).toContain('ingress of shop/api[Deployment]: no rule allows it; denied by default in');
    expect(stdout).toContain('nearest rules\n      shop/shop.yaml:15');
  });

  test('--from, --to and --port are needed', () => {
    const { code, stderr } = portcullis(['explain', 'shop', '--from', 'shop/web', '--to', 'shop/api']);
    expect([code, stderr]).toEqual([3, expect.stringContaining("required option '--port <port>' not specified")]);
  });
});

describe('diff', () => {
  test('says what a change opens and loses', () => {
    const { code, stdout } = portcullis(['diff', 'shop', 'open']);
    expect(code).toBe(0);
    expect(stdout).toContain('[world] shop/web[Deployment] may newly reach 203.0.113.0/24 on TCP 443');
    expect(stdout).toContain('authenticat');
    expect(portcullis(['diff', 'shop', 'shop']).stdout).toBe('who may reach whom stays the same\n');
  });

  test.each([
    ['added-world', 2],
    ['lost-auth', 2],
    ['lost-l7,added-metadata', 0],
    ['any', 2],
  ])('--fail-on %s', (failOn, code) => {
    expect(portcullis(['diff', 'shop', 'open', '--fail-on', failOn]).code).toBe(code);
    expect(portcullis(['diff', 'shop', 'shop', '--fail-on', failOn]).code).toBe(0);
  });

  test('--fail-on what does not exist', () => {
    const { code, stderr } = portcullis(['diff', 'shop', 'open', '--fail-on', 'added-word']);
    expect(code).toBe(3);
    expect(stderr).toContain('added-word');
  });

  test('writes Markdown for a pull request', () => {
    const { stdout } = portcullis(['diff', 'shop', 'open', '--format', 'markdown']);
    expect(stdout).toMatch(/^## Reachability\n/);
    expect(stdout).toContain('- **world**: `shop/web[Deployment]` may newly reach `203.0.113.0/24` on `TCP 443`');
  });
});

describe('check', () => {
  test('prints findings, worst first, and fails for errors', () => {
    const bad = SHOP.replace(
      'endpointSelector: { matchLabels: { app: web } }',
      'endpointSelector: { matchLabels: { app: wbe } }',
    );
    const { code, stdout, stderr } = portcullis(['check', '-'], bad.replace('port: "8080"', 'port: "80800"'));
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^-:\d+\n {2}error: /);
    expect(stdout).toMatch(/\n\d+ errors?, .*objects, 3 of them policies\n$/);
    expect(code).toBe(1);
  });

  test('a warning fails only if that was asked for', () => {
    const selectsNothing = SHOP.replace('{ app: web } }\n  egress', '{ app: web, tier: none } }\n  egress');
    expect(portcullis(['check', '-'], selectsNothing)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('warning'),
    });
    expect(portcullis(['check', '-', '--fail-on', 'warning'], selectsNothing).code).toBe(1);
    expect(portcullis(['check', 'shop', '--fail-on', 'warning'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('nothing found'),
    });
  });
});

describe('every command', () => {
  const ASK = ['--from', 'shop/web', '--to', 'shop/api', '--port', '8080'];

  test.each([
    ['reach', ['shop', '--grants'], reachSchema],
    ['reach', ['broken'], reachSchema],
    ['explain', ['shop', ...ASK], explainSchema],
    ['explain', ['shop', '--from', 'shop/', '--to', 'shop/', '--port', 'tcp'], explainSchema],
    ['explain', ['open', '--from', 'shop/', '--to', 'world', '--port', 'tcp/443'], explainSchema],
    ['diff', ['shop', 'open'], diffSchema],
    ['check', ['open'], checkSchema],
  ] as const)('%s %j writes JSON as its schema says', (command, args, schema) => {
    const data = JSON.parse(portcullis([command, ...args, '--format', 'json']).stdout);
    expect(v.parse(schema, data)).toEqual(data);
    expect(v.safeParse(schema, { ...data, further: true }).success).toBe(false);
  });

  test.each([
    ['reach', ['nowhere'], 'nowhere\n  error: there is no such file or directory'],
    ['check', ['nowhere'], 'nowhere\n  error: there is no such file or directory'],
    ['diff', ['shop', 'nowhere'], 'nowhere\n  error: there is no such file or directory'],
    ['reach', ['empty'], 'there are no manifests in empty'],
    ['check', [], "missing required argument 'path'"],
    [
      'reach',
      ['shop', '--from', 'shop/nobody'],
      "there is no workload 'nobody' in namespace 'shop'; there are api, web",
    ],
    ['reach', ['shop', '--from', 'shpo/'], "'shpo'"],
    ['reach', ['shop', '--port', 'http'], "'http' is no port"],
    ['reach', ['shop', '--port', 'tcp/0'], 'out of range'],
    ['reach', ['shop', '--dialect', 'calico'], "'calico' is no dialect; use kubernetes or cilium-1.18"],
    ['reach', ['shop', '--format', 'yaml'], 'Allowed choices are text, json, csv, dot, mermaid'],
  ])('%s %j is an error of usage', (command, args, message) => {
    const { code, stdout, stderr } = portcullis([command, ...args]);
    expect(stderr).toContain(message);
    expect([code, stdout]).toEqual([3, '']);
  });
});
