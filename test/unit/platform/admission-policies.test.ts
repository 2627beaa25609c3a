import { ApiObject, Chart } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { WORKLOAD_RULES } from '../../../lib/kube/workload-rule/index';
import { EXAMPLE_POD } from '../../../lib/kube/workload-rule/rule';
import { DEFAULT_CLUSTER } from '../../../lib/model/cluster';
import { AdmissionPolicies, type AdmissionPoliciesProps } from '../../../lib/platform/admission-policies';
import { Component } from '../../../lib/platform/component';
import type { PlatformProps } from '../../../lib/platform/platform';
import { Workspace } from '../../../lib/platform/workspace';
import { GUARDS } from '../../../lib/render/admission/index';
import { kyvernoTestFiles } from '../../../lib/render/admission/kyverno-test';
import { ManifestDocument } from '../../../lib/synth/manifest-document';
import { manifest, manifests, platform, rules } from './build';

const DEPLOYER = { users: ['ci'] };

function admitted(props: Partial<AdmissionPoliciesProps> = {}, platformProps: Partial<PlatformProps> = {}) {
  const root = platform(platformProps);
  new AdmissionPolicies(root, 'admission', { deployer: DEPLOYER, ...props });
  return root;
}

const specOf = (root: ReturnType<typeof platform>, kind: string, name: string) =>
  JSON.stringify(manifest(root, kind, name).spec);

test('the API server gets a policy and a binding for each rule and each guard', () => {
  const objects = manifests(admitted());
  const count = WORKLOAD_RULES.length + GUARDS.length;
  for (const kind of ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding']) {
    expect(objects.filter((object) => object.kind === kind)).toHaveLength(count);
  }
});

test('Kyverno gets one policy for each, and those that ask registries', () => {
  const provenance = { issuer: 'https://a.example.com', subject: 'builder' };
  const root = admitted({ engine: 'kyverno', distroless: { bases: ['gcr.io/distroless/'], provenance } });
  const kinds = manifests(root).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'ValidatingPolicy')).toHaveLength(WORKLOAD_RULES.length + GUARDS.length + 1);
  expect(kinds.filter((kind) => kind === 'ImageValidatingPolicy')).toHaveLength(1);
});

test.each([
  [{}, 'admission/'],
  [{ file: 'own/rules.yaml', engine: 'kyverno' }, 'own/'],
] as const)('beside the policies of %j stand tests for the CLI of Kyverno', (props, folder) => {
  const root = admitted(props);
  new Workspace(root, 'ws-late');
  const found = root.node
    .findAll()
    .filter(ManifestDocument.isManifestDocument)
    .filter(({ file }) => file.startsWith(folder));
  expect(found.map(({ file }) => file)).toEqual(
    kyvernoTestFiles('engine' in props ? props.engine : 'kubernetes').map((name) => `${folder}tests/${name}`),
  );
  const text = found.map(({ render }) => [...render()].join('')).join('');
  expect(text).toContain('namespace: ws-late');
  expect(text).toContain(`../${folder === 'own/' ? 'rules' : 'policies'}.yaml`);
});

test('policies know what is declared after them', () => {
  const root = admitted({}, { registries: ['ghcr.io/ours/'] });
  const binding = () => specOf(root, 'ValidatingAdmissionPolicyBinding', 'portcullis-host-path');
  const guard = () => specOf(root, 'ValidatingAdmissionPolicy', 'portcullis-guard-trusted-pods');
  expect(binding()).not.toContain('ws-late');
  const workspace = new Workspace(root, 'ws-late');
  workspace.agents.presentsToken({ audience: 'control-plane', serviceAccount: 'agent' });
  const keys = { title: 'x', namespace: 'ws-late', selector: { 'example.com/role': 'x' } };
  new Component(workspace, 'x', keys);
  expect(binding()).toContain('"ws-late"');
  expect(guard()).toContain("'example.com/role'");
  expect(guard()).toContain("['ws-late/agent']");
  expect(specOf(root, 'ValidatingAdmissionPolicy', 'portcullis-image-registry')).toContain("'ghcr.io/ours/'");
});

test('labels of pods that others govern are not ours to guard', () => {
  const root = admitted();
  new Component(root, 'theirs', { title: 'a', namespace: 'b', selector: { theirs: 'x' }, managed: false });
  expect(specOf(root, 'ValidatingAdmissionPolicy', 'portcullis-guard-trusted-pods')).not.toContain("'theirs'");
});

test('a version that changes with what the policy says', () => {
  const version = (root: ReturnType<typeof platform>, name: string) =>
    manifest(root, 'ValidatingAdmissionPolicy', name).metadata.annotations?.['portcullis.dev/policy-version'];
  const [one, other] = [admitted(), admitted({ deployer: { users: ['cd'] } })];
  expect(version(one, 'portcullis-host-path')).toMatch(/^[0-9a-f]{16}$/);
  expect(version(one, 'portcullis-host-path')).toBe(version(other, 'portcullis-host-path'));
  expect(version(one, 'portcullis-guard-namespaces')).not.toBe(version(other, 'portcullis-guard-namespaces'));
});

test('an exempted workload is left out of the one policy, in namespaces of the platform', () => {
  const root = admitted();
  root.manageNamespace('shop');
  const exempt = (id: string, namespace: string) =>
    new ApiObject(new Chart(root, id), 'logs', {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: id, namespace, annotations: { 'portcullis.dev/suppress': 'host-path: collects logs' } },
      spec: { template: { spec: { ...EXAMPLE_POD, volumes: [{ name: 'a', hostPath: { path: '/var/log' } }] } } },
    });
  exempt('logs', 'shop');
  exempt('others', 'elsewhere');
  const conditions = (name: string) =>
    JSON.stringify(
      (manifest(root, 'ValidatingAdmissionPolicy', name).spec as { matchConditions?: unknown }).matchConditions,
    );
  expect(conditions('portcullis-host-path')).toContain("request.namespace == 'shop'");
  expect(conditions('portcullis-host-path')).not.toContain('elsewhere');
  expect(conditions('portcullis-host-access')).toBeUndefined();
  expect(rules(root)).toEqual(['info host-path platform0/logs/logs', 'info host-path platform0/others/logs']);
});

describe('refuses', () => {
  test.each<[Partial<AdmissionPoliciesProps>, Partial<PlatformProps>, string]>([
    [{ deployer: {} }, {}, 'nobody may change'],
    [{ distroless: { bases: ['gcr.io/distroless/'] } }, {}, 'cannot ask a registry'],
    [{ engine: 'kyverno', distroless: { bases: ['gcr.io'] } }, {}, 'does not end in a slash'],
    [{}, { cluster: { ...DEFAULT_CLUSTER, kubernetes: '1.29' } }, 'Kubernetes 1.29 has no admission policies'],
  ])('%j', (props, platformProps, message) => {
    expect(() => admitted(props, platformProps)).toThrow(message);
  });

  test('nothing of an old cluster with Kyverno', () => {
    expect(() =>
      admitted({ engine: 'kyverno' }, { cluster: { ...DEFAULT_CLUSTER, kubernetes: '1.29' } }),
    ).not.toThrow();
  });

  test('to guard nothing', () => {
    const root = admitted();
    expect(rules(root)).toEqual(['error admission-without-namespace platform0/admission']);
    root.manageNamespace('shop');
    expect(rules(root)).toEqual([]);
  });
});
