import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../lib/kube/object';
import { type Container, type PodSpec, podTemplate, TEMPLATE_PATHS } from '../../../../lib/kube/pod';
import { WORKLOAD_RULES } from '../../../../lib/kube/workload-rule/index';
import { EXAMPLE_CONTAINER } from '../../../../lib/kube/workload-rule/rule';
import { harden, hardenPodSpec } from '../../../../lib/render/workload/harden';
import { POD_SPECS } from '../../kube/workload-rule/pod-specs';

const LIMITS = { limits: { cpu: '1', memory: '128Mi' } };
const CONTAINER: Container = { name: 'main', image: EXAMPLE_CONTAINER.image, resources: LIMITS };

/** An object of a kind around the spec of its pods. */
function workload(kind: string, spec: PodSpec, annotations?: Readonly<Record<string, string>>): KubeObject {
  const template: unknown = {
    metadata: { labels: { app: 'a' }, ...(annotations === undefined ? {} : { annotations }) },
    spec,
  };
  const path = TEMPLATE_PATHS[kind] ?? [];
  const body = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), template) as object;
  const apiVersion = kind === 'Pod' ? 'v1' : /Job/.test(kind) ? 'batch/v1' : 'apps/v1';
  const metadata = { name: 'a', namespace: 'shop' };
  return {
    apiVersion,
    kind,
    ...body,
    metadata: { ...metadata, ...(kind === 'Pod' ? { annotations } : {}) },
  } as KubeObject;
}

const specOf = (object: KubeObject) => podTemplate(object)?.spec as PodSpec;

test.each(Object.keys(TEMPLATE_PATHS))('%s gets every field of the baseline', (kind) => {
  const spec = specOf(harden(workload(kind, { containers: [CONTAINER] })));
  expect(spec).toEqual({
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
      appArmorProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name: 'main',
        image: EXAMPLE_CONTAINER.image,
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        resources: {
          requests: { 'ephemeral-storage': '64Mi' },
          limits: { cpu: '1', memory: '128Mi', 'ephemeral-storage': '1Gi' },
        },
        volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
      },
    ],
    volumes: [{ name: 'tmp', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } }],
  });
  for (const rule of WORKLOAD_RULES) expect([...rule.find({ spec }, {})]).toEqual([]);
});

test.each([
  ['v1', 'ConfigMap'],
  ['example.com/v1', 'Deployment'],
])('%s %s makes no pods and stays as it is', (apiVersion, kind) => {
  const object = { apiVersion, kind, metadata: { name: 'a' }, spec: { template: { spec: { containers: [] } } } };
  expect(harden(object)).toBe(object);
});

test('a workload without pods stays as it is, for the API server to refuse', () => {
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' }, spec: {} };
  expect(harden(object)).toBe(object);
});

describe('AppArmor', () => {
  test.each([
    [29, false],
    [30, true],
    [31, true],
  ])('is a field in 1.%i: %s', (kubernetesMinor, isField) => {
    const object = workload('Deployment', {
      initContainers: [{ ...CONTAINER, name: 'first' }],
      containers: [CONTAINER],
    });
    const template = podTemplate(harden(object, { kubernetesMinor }));
    expect(template?.spec.securityContext?.appArmorProfile).toEqual(isField ? { type: 'RuntimeDefault' } : undefined);
    const prefix = 'container.apparmor.security.beta.kubernetes.io';
    expect(template?.annotations).toEqual(
      isField ? undefined : { [`${prefix}/first`]: 'runtime/default', [`${prefix}/main`]: 'runtime/default' },
    );
  });

  test('an annotation of the Pod itself, and what somebody chose, stays', () => {
    const chosen = { 'container.apparmor.security.beta.kubernetes.io/main': 'localhost/agent', other: 'kept' };
    const hardened = harden(workload('Pod', { containers: [CONTAINER] }, chosen), { kubernetesMinor: 29 });
    expect(hardened.metadata.annotations).toEqual(chosen);
    expect(hardened.metadata.name).toBe('a');
  });
});

describe('Secrets in files', () => {
  const withVolume = (volume: object) =>
    hardenPodSpec({ containers: [CONTAINER], volumes: [{ name: 's', ...volume }] });

  test.each([
    ['secret', { secretName: 'a' }],
    ['projected', { sources: [{ secret: { name: 'a' } }] }],
  ])('of a %s volume are read by the group', (key, source) => {
    const spec = withVolume({ [key]: source });
    expect(spec.volumes?.[0]).toEqual({ name: 's', [key]: { ...source, defaultMode: 0o440 } });
    expect(spec.securityContext).toMatchObject({ fsGroup: 65532, fsGroupChangePolicy: 'OnRootMismatch' });
  });

  test('of a pod with a group of its own are read by that', () => {
    const spec = hardenPodSpec({
      containers: [CONTAINER],
      securityContext: { runAsGroup: 20_000 },
      volumes: [{ name: 's', secret: { secretName: 'a' } }],
    });
    expect(spec.securityContext?.fsGroup).toBe(20_000);
  });

  test('other volumes need no group', () => {
    expect(withVolume({ configMap: { name: 'a' } }).securityContext).not.toHaveProperty('fsGroup');
  });
});

describe('storage', () => {
  const storage = 'ephemeral-storage';
  const resourcesOf = (resources: Container['resources']) =>
    hardenPodSpec({ containers: [{ ...CONTAINER, resources: resources ?? {} }] }).containers?.[0]?.resources;

  test('a limit that somebody set stays', () => {
    const resources = { limits: { cpu: '1', memory: '1Mi', [storage]: '2Gi' } };
    expect(resourcesOf(resources)).toEqual(resources);
  });

  test('a request is also the limit, since no request may be above its limit', () => {
    expect(resourcesOf({ requests: { [storage]: '5Gi' } })).toEqual({
      requests: { [storage]: '5Gi' },
      limits: { [storage]: '5Gi' },
    });
  });
});

describe('/tmp', () => {
  test('another volume may be called tmp', () => {
    const spec = hardenPodSpec({ containers: [CONTAINER], volumes: [{ name: 'tmp', configMap: { name: 'a' } }] });
    expect(spec.containers?.[0]?.volumeMounts).toEqual([{ name: 'tmp-2', mountPath: '/tmp' }]);
  });

  test('containers that have one keep it', () => {
    const mount = { name: 'own', mountPath: '/tmp' };
    const spec = hardenPodSpec({
      containers: [
        { ...CONTAINER, volumeMounts: [mount] },
        { ...CONTAINER, name: 'other' },
      ],
      volumes: [{ name: 'own', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }],
    });
    expect(spec.containers?.map(({ volumeMounts }) => volumeMounts)).toEqual([
      [mount],
      [{ name: 'tmp', mountPath: '/tmp' }],
    ]);
  });
});

test('a privileged container may escalate, or the API server would refuse it', () => {
  const spec = hardenPodSpec({ containers: [{ ...CONTAINER, securityContext: { privileged: true } }] });
  expect(spec.containers?.[0]?.securityContext).not.toHaveProperty('allowPrivilegeEscalation');
});

/** Everything that a value says, as paths with their ends. */
function leaves(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`${path}=${JSON.stringify(value)}`];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, `${path}/${key}`));
}

describe('for any pod', () => {
  test('hardening twice is hardening once, and nothing that was said is changed or lost', () => {
    fc.assert(
      fc.property(POD_SPECS, fc.constantFrom(29, 30), (spec, kubernetesMinor) => {
        const object = workload('Deployment', spec);
        const hardened = harden(object, { kubernetesMinor });
        expect(harden(hardened, { kubernetesMinor })).toEqual(hardened);
        expect(leaves(hardened)).toEqual(expect.arrayContaining([...leaves(object)]));
      }),
      { numRuns: 100 },
    );
  });

  test('hardening never makes a rule find more', () => {
    fc.assert(
      fc.property(POD_SPECS, (spec) => {
        const hardened = hardenPodSpec(spec);
        for (const rule of WORKLOAD_RULES) {
          const [before, after] = [spec, hardened].map((of) => [...rule.find({ spec: of }, {})].length);
          expect(after, rule.id).toBeLessThanOrEqual(before as number);
        }
      }),
      { numRuns: 100 },
    );
  });
});
