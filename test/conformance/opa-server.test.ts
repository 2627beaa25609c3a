import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from './opa-files';
import { type OpaPod, OpaServer } from './opa-server';
import { hasTool, manifests, readObjects, repository, requireManifests } from './support';
import { row } from './table/row';

const FOLDER = path.join(manifests, 'prod/portarium/authorization');

interface Container extends OpaPod {
  readonly readinessProbe: { readonly httpGet: { readonly path: string; readonly port: 'diagnostics' } };
  readonly livenessProbe: { readonly httpGet: { readonly path: string; readonly port: 'diagnostics' } };
  readonly volumeMounts: readonly { readonly mountPath: string; readonly subPath: string }[];
}

interface Objects {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: { readonly template: { readonly spec: { readonly containers: readonly [Container] } } };
}

function objects(file: string): readonly Objects[] {
  requireManifests();
  return readObjects(path.join(FOLDER, file)) as readonly Objects[];
}

function container(): Container {
  for (const { kind, spec } of objects('opa.yaml')) {
    if (kind === 'Deployment' && spec !== undefined) return spec.template.spec.containers[0];
  }
  throw new Error('there is no Deployment');
}

/** Writes what the pod would see, by its mounts and the ConfigMaps, below a folder. */
function mount(folder: string): void {
  const data = Object.assign({}, ...objects('opa.yaml').map((object) => object.data ?? {}));
  for (const { mountPath, subPath } of container().volumeMounts) {
    // Scratch space is empty, and below the folder of the test anyway.
    if (subPath === undefined) continue;
    const file = path.join(folder, mountPath);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, data[subPath]);
  }
}

interface Queries {
  readonly policyVersion: string;
  readonly decisions: Readonly<Record<string, { readonly method: string; readonly path: string }>>;
}

function queries(): Queries {
  const [{ data } = { data: undefined }] = objects('queries.yaml');
  return JSON.parse(data?.['authorization.json'] ?? '') as Queries;
}

async function started(): Promise<OpaServer> {
  const folder = temporaryFolder();
  mount(folder);
  const server = await OpaServer.start(container(), folder);
  onTestFinished(() => server.stop());
  return server;
}

const FINANCE = 'ws-production/agent';
const SUPPORT = 'ws-support/agent';

describe.skipIf(!hasTool('opa'))('the OPA of production', () => {
  row('opa', 'answers as the rendered Deployment starts it, and refuses everything else');
  it('answers as the configuration of the control plane says where to ask', async () => {
    const server = await started();
    const { policyVersion, decisions } = queries();
    const ask = async (name: string, input: unknown) => {
      const { method, path: url } = decisions[name] as { method: string; path: string };
      const { status, body } = await server.ask('http', method, url, { input });
      expect(status).toBe(200);
      return (JSON.parse(body) as { result: unknown }).result;
    };
    const capabilities = ['invoice:read'];
    for (const [name, granted, refused] of [
      [
        'taskAuthorization',
        { agent: FINANCE, task: 'pay-invoices', capabilities },
        { agent: SUPPORT, task: 'pay-invoices', capabilities },
      ],
      ['communicationScope', { agent: FINANCE, to: SUPPORT }, { agent: SUPPORT, to: FINANCE }],
      ['secretAccess', { agent: FINANCE, vault: 'payments-prod' }, { agent: SUPPORT, vault: 'payments-prod' }],
      [
        'delegationApproval',
        { agent: FINANCE, to: 'tax-adviser', capabilities },
        { agent: FINANCE, to: 'tax-adviser', capabilities: ['payment:process'] },
      ],
      [
        'crossNamespaceAccess',
        { agent: SUPPORT, namespace: 'ws-production' },
        { agent: FINANCE, namespace: 'ws-support' },
      ],
    ] as const) {
      expect(await ask(name, granted)).toMatchObject({ allow: true, code: 'granted', policyVersion });
      expect(await ask(name, refused)).toMatchObject({ allow: false, policyVersion });
      expect(await ask(name, undefined)).toMatchObject({ allow: false, code: 'malformed-input' });
    }
  });

  it('is alive and ready on the port of diagnostics, where nothing else is answered', async () => {
    const server = await started();
    const { livenessProbe, readinessProbe } = container();
    for (const { httpGet } of [livenessProbe, readinessProbe]) {
      expect(await server.ask(httpGet.port, 'GET', httpGet.path)).toMatchObject({ status: 200 });
    }
    const { method, path: url } = queries().decisions.secretAccess as { method: string; path: string };
    expect((await server.ask('diagnostics', method, url, {})).status).not.toBe(200);
  });

  it.each([
    ['GET', '/v1/data'],
    ['GET', '/v1/data/portcullis/facts'],
    ['POST', '/v1/data/portcullis/facts'],
    ['POST', '/v1/data/portcullis/secret_access'],
    ['POST', '/v1/data/portcullis/secret_access/decision?explain=full'],
    ['POST', '/v1/data/portcullis/secret_access/decision?provenance'],
    ['PUT', '/v1/data/portcullis/facts/part-1'],
    ['PATCH', '/v1/data/portcullis/facts'],
    ['DELETE', '/v1/data/portcullis/facts'],
    ['GET', '/v1/policies'],
    ['PUT', '/v1/policies/mine'],
    ['POST', '/v1/query'],
    ['POST', '/v1/compile'],
    ['GET', '/v1/config'],
    ['GET', '/v1/status'],
    ['POST', '/'],
    ['POST', '/v0/data/portcullis/secret_access/decision'],
    ['GET', '/debug/pprof'],
  ])('refuses %s %s', async (method, url) => {
    const server = await started();
    const { status, body } = await server.ask('http', method, url, { input: {} });
    expect(status, body).toBe(401);
    expect(body).not.toContain(FINANCE);
  });

  it('gives the answers of docs/authorization.md', async () => {
    const server = await started();
    const page = readFileSync(path.join(repository, 'docs/authorization.md'), 'utf8');
    const shown = /<!-- question: (\w+) -->\n```json\n(.*)\n```[^`]*<!-- answer -->\n```json\n(.*)\n```/g;
    const pairs = [...page.matchAll(shown)];
    expect(pairs).toHaveLength(2);
    for (const [, name = '', question = '', answer = ''] of pairs) {
      const { method, path: url } = queries().decisions[name] as { method: string; path: string };
      const { body } = await server.ask('http', method, url, JSON.parse(question));
      const { result } = JSON.parse(body) as { result: object };
      expect(result).toEqual({ ...JSON.parse(answer), policyVersion: queries().policyVersion });
    }
  });

  it('would not start on a whole mounted ConfigMap, whose files the kubelet keeps twice', async () => {
    const folder = temporaryFolder();
    mount(path.join(folder, 'bundle/..2026'));
    symlinkSync('..2026/bundle', path.join(folder, 'bundle/..data'));
    for (const name of ['.manifest', 'portcullis', 'system']) {
      symlinkSync(path.join('..data', name), path.join(folder, 'bundle', name));
    }
    expect(readFileSync(path.join(folder, 'bundle/.manifest'), 'utf8')).toContain('revision');
    await expect(OpaServer.start(container(), folder)).rejects.toThrow('manifest roots');
  });
});
