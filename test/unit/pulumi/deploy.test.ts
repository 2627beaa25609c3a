import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as pulumi from '@pulumi/pulumi';
import { ApiObject, type App, Chart } from 'cdk8s';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { program as clawdstrike } from '../../../apps/clawdstrike';
import { program as portarium } from '../../../apps/portarium';
import { defineProgram } from '../../../lib';
import { loadEnvironments } from '../../../lib/environment';
import type { Finding } from '../../../lib/finding';
import type { KubeObject } from '../../../lib/kube/object';
import type { Program } from '../../../lib/program/program';
import { withRendering } from '../../../lib/program/rendering';
import { DeploymentError, deploy } from '../../../lib/pulumi';
import { folderOfTest } from '../synth/support';
import { Recorder, type Registration, SECRET } from './recorder';

const REPOSITORY = resolve(__dirname, '../../..');
const PROGRAMS = [portarium, clawdstrike];

let recorder: Recorder;

beforeEach(() => {
  // Without an engine Pulumi logs to the console.
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  vi.spyOn(console, 'debug').mockImplementation(() => {});
});

afterEach(async () => {
  await recorder.settled();
  vi.restoreAllMocks();
});

interface Project {
  readonly programs?: readonly Program[];
  /** Folder of Pulumi.yaml. */
  readonly folder?: string;
  /** Besides what `Pulumi.<stack>.yaml` says, as with `pulumi up -c`. */
  readonly config?: Readonly<Record<string, string>>;
}

/** Registers what a project deploys to a stack. */
async function deployed(stack: string, project: Project = {}): Promise<readonly Registration[]> {
  const { programs = PROGRAMS, folder = REPOSITORY, config } = project;
  recorder = Recorder.start(stack);
  pulumi.runtime.setAllConfig({ ...configOf(join(folder, `Pulumi.${stack}.yaml`)), ...config });
  deploy({ programs, project: folder });
  return recorder.settled();
}

/** As the CLI hands configuration over: texts, and JSON for everything else. */
function configOf(file: string): Record<string, string> {
  const { config = {} } = (parse(readFileSync(file, 'utf8')) ?? {}) as { config?: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

async function refusal(stack: string, project: Project = {}): Promise<readonly Finding[]> {
  try {
    await deployed(stack, project);
  } catch (error) {
    expect(recorder.registrations).toEqual([]);
    if (error instanceof DeploymentError) return error.findings;
    throw error;
  }
  throw new Error('it was not refused');
}

/** A project of its own, with files beside those of the repository or instead of them. */
function projectWith(files: Readonly<Record<string, string>>): string {
  const folder = folderOfTest();
  for (const name of ['environments', 'Pulumi.yaml', 'Pulumi.dev.yaml', 'Pulumi.prod.yaml', 'Pulumi.reference.yaml']) {
    cpSync(join(REPOSITORY, name), join(folder, name), { recursive: true });
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

function objectsOf(registrations: readonly Registration[]): readonly Registration[] {
  return registrations.filter(({ type }) => type.startsWith('kubernetes:'));
}

describe.each(['dev', 'prod', 'reference'])('the stack %s', (stack) => {
  let all: readonly Registration[];

  beforeAll(async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    all = await deployed(stack);
  });

  const { environments } = loadEnvironments(join(REPOSITORY, 'environments'), stack);

  test('registers the objects that synthesis writes', () => {
    const registered = objectsOf(all).map(({ inputs }) => inputs);
    const written = PROGRAMS.flatMap((program) =>
      environments.flatMap((environment) => withRendering(program, environment, ({ objects }) => objects)),
    );
    expect(byKey(registered as unknown as KubeObject[])).toEqual(byKey(written));
  });

  test('gives each program a component and a cluster', () => {
    const components = all.filter(({ type }) => type === 'portcullis:index:ClusterObjects');
    expect(components.map(({ name }) => name)).toEqual(['portarium', 'clawdstrike']);
    const config = configOf(join(REPOSITORY, `Pulumi.${stack}.yaml`));
    const contextOf = JSON.parse(config['portcullis:contexts'] ?? '{}') as Record<string, string>;
    for (const { name, parent, provider } of objectsOf(all)) {
      const program = name.split('/')[0] as string;
      expect(parent.endsWith(`::${program}`)).toBe(true);
      expect(provider.split('::').at(-2)).toBe(contextOf[program]);
    }
  });

  test('registers everything after what it depends on, and first of all its namespace', () => {
    const place = new Map(all.map(({ urn }, index) => [urn, index]));
    for (const [index, { dependencies }] of all.entries()) {
      for (const urn of dependencies) expect(place.get(urn)).toBeLessThan(index);
    }
    const urns = new Map(all.map(({ name, urn }) => [name, urn]));
    for (const { name, inputs, dependencies } of objectsOf(all)) {
      const urn = urns.get(`${name.split('/')[0]}/Namespace/${namespaceOf(inputs)}`);
      if (urn !== undefined) expect(dependencies).toContain(urn);
    }
  });

  test('keeps Secrets secret, and protects default denies in prod alone', () => {
    const objects = objectsOf(all);
    for (const { type, secretOutputs } of objects) {
      expect(secretOutputs).toEqual(type === 'kubernetes:core/v1:Secret' ? ['data', 'stringData'] : []);
    }
    const isProtected = objects.filter((registration) => registration.isProtected);
    expect(isProtected.length > 0).toBe(stack === 'prod');
    expect(isProtected.every(({ name }) => name.includes('deny'))).toBe(true);
  });
});

function namespaceOf(inputs: Readonly<Record<string, unknown>>): string | undefined {
  return (inputs as unknown as KubeObject).metadata.namespace;
}

function byKey(objects: readonly KubeObject[]): Readonly<Record<string, KubeObject>> {
  return Object.fromEntries(
    objects.map((object) => {
      const { apiVersion, kind, metadata } = object;
      return [[apiVersion, kind, metadata.namespace, metadata.name].join(' '), object];
    }),
  );
}

describe('a change of one workspace', () => {
  const resources = async (environment: string) => {
    const folder = projectWith({ 'environments/prod.yaml': environment });
    return new Map(objectsOf(await deployed('prod', { folder })).map((one) => [one.name, one]));
  };
  const PROD = readFileSync(join(REPOSITORY, 'environments/prod.yaml'), 'utf8');

  test('changes its resources alone', async () => {
    const host = '          - host: api.stripe.com\n';
    const another = '          - host: api.adyen.com\n            purpose: Take payments elsewhere\n';
    expect(PROD.split(host)).toHaveLength(2);
    const before = await resources(PROD);
    const after = await resources(PROD.replace(host, `${another}${host}`));
    expect([...after.keys()]).toEqual([...before.keys()]);
    const changed = [...after.values()].filter(
      ({ name, inputs }) => !isDeepStrictEqual(inputs, before.get(name)?.inputs),
    );
    const names = changed.map(({ name }) => name);
    expect(names).toContain('portarium/ws-production/CiliumNetworkPolicy/execution-plane');
    expect(names.filter((name) => !name.startsWith('portarium/ws-production/'))).toEqual([]);
  });
});

const CONFIG_MAP = (metadata: Record<string, unknown>, fields: Record<string, unknown> = {}) =>
  defineProgram({
    name: 'test',
    build: (app: App) => {
      new ApiObject(new Chart(app, 'chart'), 'it', { apiVersion: 'v1', kind: 'ConfigMap', metadata, ...fields });
    },
  });

const METADATA = { name: 'it', namespace: 'agents' };
const TEST_CONTEXT = { 'portcullis:contexts': '{"test":"dev"}' };

describe('refused, with nothing registered, is', () => {
  test('a stack without environment', async () => {
    const folder = projectWith({ 'Pulumi.staging.yaml': 'config: {}\n' });
    expect(await refusal('staging', { folder })).toContainEqual({
      rule: 'stack-without-environment',
      severity: 'error',
      where: { file: join(folder, 'environments') },
      message: "the stack 'staging' has no environment",
      fix: 'add staging.yaml to the environments, or use a stack called dev or prod or reference',
    });
  });

  test('a program for which nobody names a cluster', async () => {
    const folder = projectWith({});
    const findings = await refusal('dev', {
      folder,
      programs: [CONFIG_MAP(METADATA)],
      config: { 'portcullis:contexts': '{}' },
    });
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: 'missing-context', where: { file: join(folder, 'Pulumi.dev.yaml') } }),
    );
  });

  test.each([
    ['contexts: dev', 'config:\n  portcullis:contexts: dev\n', 'invalid-value', 2],
    ['a misspelt key', 'config:\n  portcullis:context: {}\n', 'unknown-key', 2],
    ['a context for no program', 'config:\n  portcullis:contexts:\n    tests: dev\n', 'unknown-program', 3],
    ['protection that is a text', "config:\n  portcullis:protectDefaultDeny: 'yes'\n", 'invalid-value', 2],
  ])('configuration with %s, with its line', async (_, yaml, rule, line) => {
    const folder = projectWith({ 'Pulumi.dev.yaml': yaml });
    const findings = await refusal('dev', { folder, programs: [CONFIG_MAP(METADATA)] });
    const where = { file: join(folder, 'Pulumi.dev.yaml'), line, column: expect.any(Number) };
    expect(findings).toContainEqual(expect.objectContaining({ rule, where }));
  });

  test.each([
    ['an Output in a name', { name: pulumi.output('it'), namespace: 'agents' }, 'invalid-name'],
    ['an object without its namespace', { name: 'it' }, 'missing-namespace'],
    ['an Output in a label', { ...METADATA, labels: { app: pulumi.output('vault') } }, 'unprovable-output'],
  ])('%s', async (_, metadata, rule) => {
    const findings = await refusal('dev', { programs: [CONFIG_MAP(metadata)], config: TEST_CONTEXT });
    const where = { construct: 'chart/it', file: join(REPOSITORY, 'environments/dev.yaml') };
    expect(findings.filter(({ severity }) => severity === 'error')).toMatchObject([{ rule, where }]);
  });

  test('a program that its proof refuses', async () => {
    const open = defineProgram({
      name: 'test',
      build: (app, environment) => {
        portarium.build(app, environment);
        const metadata = { name: 'open', namespace: 'portarium-agents' };
        const spec = { podSelector: {}, ingress: [{}], egress: [{}] };
        const props = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec };
        new ApiObject(new Chart(app, 'chart'), 'open', props);
      },
    });
    const rules = (await refusal('dev', { programs: [open], config: TEST_CONTEXT })).map(({ rule }) => rule);
    expect(rules).toContain('reachable-not-declared');
  });
});

test('the message of a refusal holds every finding, and Pulumi prints it without a stack', async () => {
  const programs = [CONFIG_MAP({ name: 'Wrong_Name', namespace: 'Wrong_Too' })];
  const error = await deployed('dev', { programs, config: TEST_CONTEXT }).catch((thrown) => thrown);
  expect(pulumi.RunError.isInstance(error)).toBe(true);
  expect(error.message).toMatch(/^the stack 'dev' is not deployed, since there is 1 error:\n.*chart\/it: error: /);
});

test('an environment that no stack deploys is said', async () => {
  const folder = projectWith({ 'environments/lab.yaml': 'dialect: { kind: kubernetes }\n', 'Pulumi.old.yaml': '' });
  await deployed('dev', { folder, programs: [CONFIG_MAP(METADATA)], config: TEST_CONTEXT });
  const said = vi.mocked(console.warn).mock.calls.flat().join('\n');
  expect(said).toContain("no stack deploys the environment 'lab'");
  expect(said).toContain("the stack 'old' has no environment");
});

test.each(['apiVersion: v1', '{"apiVersion":"v1"}'])(
  'programs in one context share a provider, and the kubeconfig %s stays secret',
  async (kubeconfig) => {
    const contexts = '{"portarium":"dev","clawdstrike":"dev"}';
    const config = { 'portcullis:contexts': contexts, 'portcullis:kubeconfig': kubeconfig };
    const providers = (await deployed('dev', { config })).filter(({ type }) => type === 'pulumi:providers:kubernetes');
    expect(providers).toHaveLength(1);
    expect(providers[0]).toMatchObject({
      inputs: { context: 'dev', kubeconfig },
      wire: { kubeconfig: { ...SECRET, value: kubeconfig } },
    });
  },
);

test('Outputs in specs are deployed', async () => {
  const programs = [CONFIG_MAP(METADATA, { data: { password: pulumi.secret('hush') } })];
  const [object] = objectsOf(await deployed('dev', { programs, config: TEST_CONTEXT }));
  expect(object?.wire).toMatchObject({ data: { password: { ...SECRET, value: 'hush' } } });
});

test('every environment of the repository has a stack, and every stack an environment', () => {
  const names = (folder: string, pattern: RegExp) =>
    readdirSync(join(REPOSITORY, folder)).flatMap((name) => pattern.exec(name)?.[1] ?? []);
  expect(names('.', /^Pulumi\.(.+)\.yaml$/)).toEqual(names('environments', /^(.+)\.yaml$/));
});
