import { describe, expect, test } from 'vitest';
import { WORKLOAD_RULES } from '../../../../lib/kube/workload-rule/index';
import { EXAMPLE_POD } from '../../../../lib/kube/workload-rule/rule';
import { hardenPodSpec } from '../../../../lib/render/workload/harden';
import {
  type SecretDelivery,
  type SecretFiles,
  secretFileMode,
  withSecretFiles,
} from '../../../../lib/render/workload/secret-files';
import { expectProblem, problemOf } from '../../model/refusal';

const files = (delivery: SecretDelivery): SecretFiles => ({ name: 'vault', mountPath: '/run/secrets/vault', delivery });
const KUBELET = files({ by: 'kubelet', secret: 'vault-token' });
const COPY = files({ by: 'copy', secret: 'vault-token', image: 'registry.example.com/busybox:1.37' });
const CSI = files({ by: 'csi', secretProviderClass: 'vault' });

describe.each([
  ['the kubelet', KUBELET],
  ['a copy', COPY],
  ['a CSI driver', CSI],
])('a Secret by %s', (_, given) => {
  const pod = hardenPodSpec(withSecretFiles(EXAMPLE_POD, given));

  test('is what the baseline asks for', () => {
    for (const rule of WORKLOAD_RULES) expect([rule.id, ...rule.find({ spec: pod }, {})]).toEqual([rule.id]);
  });

  test('is read-only where it is used', () => {
    expect(pod.containers?.[0]?.volumeMounts).toContainEqual({
      name: 'vault',
      mountPath: '/run/secrets/vault',
      readOnly: true,
    });
  });
});

test('the kubelet writes it for the group, which is what it says', () => {
  const [volume] = withSecretFiles(EXAMPLE_POD, KUBELET).volumes ?? [];
  expect(volume).toEqual({ name: 'vault', secret: { secretName: 'vault-token', defaultMode: 0o440 } });
  expect(secretFileMode(KUBELET.delivery)).toEqual({ mode: '0440', owner: 'root, group fsGroup' });
});

test('a copy is in memory, and made for the user alone before the others start', () => {
  const pod = withSecretFiles({ ...EXAMPLE_POD, initContainers: [{ name: 'second' }] }, COPY);
  expect(pod.initContainers?.map(({ name }) => name)).toEqual(['copy-vault', 'second']);
  expect(pod.initContainers?.[0]?.command).toEqual(['sh', '-c', expect.stringContaining('umask 0377')]);
  expect(pod.volumes).toContainEqual({ name: 'vault', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } });
  expect(secretFileMode(COPY.delivery)?.mode).toBe('0400');
});

test('nobody but the provider of a CSI driver says what mode its files have', () => {
  expect(secretFileMode(CSI.delivery)).toBeUndefined();
  expect(withSecretFiles(EXAMPLE_POD, CSI).volumes).toEqual([
    {
      name: 'vault',
      csi: {
        driver: 'secrets-store.csi.k8s.io',
        readOnly: true,
        volumeAttributes: { secretProviderClass: 'vault' },
      },
    },
  ]);
});

test.each<[Partial<SecretFiles>, RegExp]>([
  [{ name: 'Vault' }, /volume 'Vault-source'/],
  [{ mountPath: 'run' }, /no absolute path/],
  [{ mountPath: '/run/../etc' }, /no absolute path/],
  [{ delivery: { by: 'kubelet', secret: 'A' } }, /Secret/],
  [{ delivery: { by: 'csi', secretProviderClass: 'A' } }, /SecretProviderClass/],
])('refuses %j', (change, message) => {
  expectProblem(
    problemOf(() => withSecretFiles(EXAMPLE_POD, { ...KUBELET, ...change })),
    message,
    /\w/,
  );
});
