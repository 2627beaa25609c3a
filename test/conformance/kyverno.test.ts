import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../lib/kube/object';
import { EXAMPLE_CONTAINER, EXAMPLE_POD } from '../../lib/kube/workload-rule/rule';
import type { AdmissionPolicy } from '../../lib/render/admission/admission-policy';
import { distrolessByAnnotation } from '../../lib/render/admission/distroless';
import { EXAMPLE_GUARD_OPTIONS } from '../../lib/render/admission/guard';
import { admissionPolicies } from '../../lib/render/admission/index';
import { kyvernoValidatingPolicy } from '../../lib/render/admission/kyverno';
import { kyvernoTest } from '../../lib/render/admission/kyverno-test';
import { validatingAdmissionPolicy } from '../../lib/render/admission/native';
import { emitDocument } from '../../lib/synth/yaml';
import { hasTool, manifests, parseObjects, readObjects, requireManifests, run } from './support';
import { row } from './table/row';

/** Every policy is compiled anew for every pod, which takes a while. */
const LONG = 600_000;
const ENGINES = ['kyverno', 'kubernetes'] as const;

/** What the CLI says of all tests below a folder. */
function kyvernoTestRun(folder: string) {
  const { code, stdout, stderr } = run('kyverno', ['test', folder, '--remove-color']);
  const text = `${stdout}${stderr}`;
  const [, passed = '0', failed = '0'] = /Test Summary: (\d+) tests passed and (\d+) tests failed/.exec(text) ?? [];
  const failures = text.split('\n').filter((line) => /│ Fail +│|ERROR/.test(line));
  // What the CLI did not look at counts as passed.
  const unseen = text.split('\n').filter((line) => line.includes('Excluded'));
  return { code, passed: Number(passed), failed: Number(failed), failures, unseen };
}

/** How many results a kyverno-test.yaml expects, by what they are. */
function expected(text: string): { readonly all: number; readonly fail: number } {
  const tests = parseObjects(text, 'kyverno-test.yaml') as readonly { results: readonly { result: string }[] }[];
  const results = tests.flatMap((test) => test.results);
  return { all: results.length, fail: results.filter(({ result }) => result === 'fail').length };
}

function documents(objects: readonly object[]): string {
  return objects.map((object) => emitDocument(object)).join('---\n');
}

describe.skipIf(!hasTool('kyverno'))('kyverno test', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'portcullis-kyverno-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function write(name: string, files: Readonly<Record<string, readonly object[]>>): string {
    const home = path.join(folder, name);
    for (const [file, objects] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
      writeFileSync(path.join(home, file), documents(objects));
    }
    return home;
  }

  describe('over dist/manifests', () => {
    const counted = row(
      'kyverno',
      'lets in and refuses the examples of every rule by the rendered policies, in both APIs',
    );
    const tests = existsSync(manifests)
      ? readdirSync(manifests, { recursive: true, encoding: 'utf8' }).filter((file) =>
          file.endsWith('kyverno-test.yaml'),
        )
      : [];

    it('finds tests of both APIs', () => {
      requireManifests();
      const kinds = tests.flatMap((file) => readObjects(path.join(manifests, path.dirname(file), '../policies.yaml')));
      const names = new Set((kinds as readonly KubeObject[]).map(({ kind }) => kind));
      expect([...names]).toEqual(expect.arrayContaining(['ValidatingPolicy', 'ValidatingAdmissionPolicy']));
      counted.cases(0);
    });

    it.each(tests)(
      'passes %s',
      (file) => {
        const { all } = expected(readFileSync(path.join(manifests, file), 'utf8'));
        const result = kyvernoTestRun(path.join(manifests, path.dirname(file)));
        expect(result).toEqual({ code: 0, passed: all, failed: 0, failures: [], unseen: [] });
        counted.cases(all);
      },
      LONG,
    );
  });

  describe('over policies in every mode', () => {
    const counted = row(
      'kyverno',
      'tells examples apart by policies that only warn, with exemptions, registries and groups',
    );

    it.each(ENGINES)(
      'passes with those for %s',
      (engine) => {
        const { home, index } = written(engine, (policy) => policy);
        const { all } = expected(index);
        expect(kyvernoTestRun(home)).toEqual({ code: 0, passed: all, failed: 0, failures: [], unseen: [] });
        counted.cases(all);
      },
      LONG,
    );
  });

  describe('over weaker policies', () => {
    const counted = row('kyverno', 'fails the rendered tests where a policy lets everything in');

    it.each(ENGINES)(
      'fails with those for %s',
      (engine) => {
        const weaker = (policy: AdmissionPolicy): AdmissionPolicy => ({
          ...policy,
          validations: [{ expression: 'true', message: 'anything goes' }],
        });
        const { home, index } = written(`${engine}`, weaker, 'weaker');
        const { all, fail } = expected(index);
        expect(kyvernoTestRun(home)).toMatchObject({ code: 1, passed: all - fail, failed: fail });
        counted.cases(fail);
      },
      LONG,
    );
  });

  describe('over images', () => {
    const counted = row(
      'kyverno',
      'lets in images by the base that their manifests name, with a registry that answers from a file',
    );

    it('tells bases apart', () => {
      const bases: Readonly<Record<string, string | undefined>> = {
        'good-static': 'gcr.io/distroless/static:nonroot',
        'bad-debian': 'docker.io/library/debian:12',
        'bad-lookalike': 'gcr.io/distroless-not/static',
        'bad-silent': undefined,
      };
      const image = (name: string) => `registry.example.com/${name}:1.2.3`;
      const policy = distrolessByAnnotation({ bases: ['gcr.io/distroless/'] });
      const pods = Object.keys(bases).map((name) => ({
        ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop' } },
        spec: { ...EXAMPLE_POD, containers: [{ ...EXAMPLE_CONTAINER, image: image(name) }] },
      }));
      const images = Object.entries(bases).map(([name, base]) => ({
        image: image(name),
        manifest: {
          annotations: base === undefined ? { other: 'x' } : { 'org.opencontainers.image.base.name': base },
        },
      }));
      const cli = { apiVersion: 'cli.kyverno.io/v1alpha1' };
      const namespaceSelector = [{ name: 'shop', labels: { 'kubernetes.io/metadata.name': 'shop' } }];
      const results = Object.keys(bases).map((name) => ({
        ...{ policy: policy.name, isValidatingPolicy: true, kind: 'Pod', resources: [name] },
        result: name.startsWith('good') ? 'pass' : 'fail',
      }));
      const home = write('images', {
        'policy.yaml': [kyvernoValidatingPolicy(policy, { namespaces: ['shop'], mode: 'enforce' })],
        'pods.resources': pods,
        'namespaces.values': [{ ...cli, kind: 'Values', metadata: { name: 'values' }, namespaceSelector }],
        'registry.context': [{ ...cli, kind: 'Context', metadata: { name: 'context' }, spec: { images } }],
        'kyverno-test.yaml': [
          {
            ...{ ...cli, kind: 'Test', metadata: { name: 'images' }, policies: ['policy.yaml'] },
            ...{ resources: ['pods.resources'], variables: 'namespaces.values', context: 'registry.context', results },
          },
        ],
      });
      expect(kyvernoTestRun(home)).toEqual({ code: 0, passed: 4, failed: 0, failures: [], unseen: [] });
      counted.cases(results.length);
    });
  });

  /** Policies with everything that can be set about them, and their tests. */
  function written(
    engine: (typeof ENGINES)[number],
    change: (policy: AdmissionPolicy) => AdmissionPolicy,
    name = 'full',
  ) {
    const options = {
      ...EXAMPLE_GUARD_OPTIONS,
      deployer: { groups: ['deployers'], serviceAccounts: ['cd/deployer'] },
      registries: ['registry.example.com/', 'ghcr.io/ours/'],
      trustedLabels: ['app', 'agents.example.com/workspace'],
    };
    const namespaces = ['shop', 'agents'];
    const exemptions = [{ rule: 'host-path', namespace: 'shop', name: 'host-path-bad' }];
    const scope = { namespaces, mode: 'audit' } as const;
    const policies = admissionPolicies({ ...options, exemptions })
      .map(change)
      .flatMap((policy) =>
        engine === 'kyverno' ? [kyvernoValidatingPolicy(policy, scope)] : validatingAdmissionPolicy(policy, scope),
      );
    const files = kyvernoTest({ ...options, namespaces, engine, policyFile: '../policies.yaml' });
    const tests = Object.entries(files).map(([file, objects]) => [`tests/${file}`, objects] as const);
    const home = write(`${name}-${engine}`, { 'policies.yaml': policies, ...Object.fromEntries(tests) });
    return { home, index: documents(files['kyverno-test.yaml'] ?? []) };
  }
});
