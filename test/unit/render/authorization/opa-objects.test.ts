import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../lib/kube/object';
import { authorizationBundle } from '../../../../lib/render/authorization/bundle';
import { configMapProblem } from '../../../../lib/render/authorization/config-map';
import { DECISIONS } from '../../../../lib/render/authorization/decision/decisions';
import { HTTP_API_REGO } from '../../../../lib/render/authorization/http-api';
import { opaObjects } from '../../../../lib/render/authorization/opa-objects';
import { queryConfigMap } from '../../../../lib/render/authorization/query-config';
import { DESK } from './desk';

const BUNDLE = authorizationBundle(DESK);
const OPTIONS = {
  name: 'opa',
  namespace: 'authorization',
  image: 'registry.example.com/opa@sha256:0',
  replicas: 2,
  selector: { component: 'opa' },
  podLabels: { component: 'opa', app: 'desk-opa' },
};

interface Volume {
  readonly projected: {
    readonly sources: readonly { readonly configMap: { readonly name: string; readonly items: readonly Item[] } }[];
  };
}
interface Item {
  readonly key: string;
  readonly path: string;
}
interface Mount {
  readonly mountPath: string;
  readonly subPath: string;
  readonly readOnly: boolean;
}

function objects(options: Partial<typeof OPTIONS> = {}, bundle = BUNDLE): readonly KubeObject[] {
  return opaObjects(bundle, { ...OPTIONS, ...options });
}

function ofKind(kind: string, all = objects()): readonly KubeObject[] {
  return all.filter((object) => object.kind === kind);
}

/** Fields that the tests look into. */
interface Deployment {
  readonly spec: {
    readonly replicas: number;
    readonly selector: { readonly matchLabels: object };
    readonly template: {
      readonly metadata: { readonly labels: object; readonly annotations: object };
      readonly spec: Pod;
    };
  };
}
interface Pod {
  readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
  readonly containers: readonly [Container, ...Container[]];
  readonly volumes: readonly [Volume];
}
interface Container {
  readonly args: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly securityContext: object;
  readonly resources: { readonly limits: object; readonly requests: object };
  readonly livenessProbe: { readonly httpGet: object };
  readonly readinessProbe: { readonly httpGet: object };
  readonly volumeMounts: readonly Mount[];
}

function deployment(all = objects()): Deployment {
  return ofKind('Deployment', all)[0] as unknown as Deployment;
}

function pod(all = objects()) {
  return deployment(all).spec.template.spec;
}

/** The files as a container sees them: what is mounted where, out of which ConfigMap. */
function mounted(all: readonly KubeObject[]): Readonly<Record<string, string>> {
  const data = new Map(
    ofKind('ConfigMap', all).map(({ metadata, data }) => [metadata.name, data as Readonly<Record<string, string>>]),
  );
  const [volume] = pod(all).volumes;
  const projected = Object.fromEntries(
    volume.projected.sources.flatMap(({ configMap: { name, items } }) =>
      items.map(({ key, path }) => [path, data.get(name)?.[key] ?? '']),
    ),
  );
  const mounts = pod(all).containers[0].volumeMounts;
  return Object.fromEntries(mounts.map(({ mountPath, subPath }) => [mountPath, projected[subPath] ?? '']));
}

test('the container sees the bundle, file by file and read-only', () => {
  const files = Object.fromEntries(BUNDLE.files.map(({ path, text }) => [`/bundle/${path}`, text]));
  expect(mounted(objects())).toEqual(files);
  expect(pod().containers[0].volumeMounts.every(({ readOnly }) => readOnly)).toBe(true);
});

test('facts of many agents go into ConfigMaps that kubectl apply can annotate, and are all mounted', () => {
  const agents = Array.from({ length: 3000 }, (_, index) => ({
    name: `ws-${index}/agent`,
    namespace: `ws-${index}`,
    capabilities: ['invoice:read'],
    vaults: [{ vault: `vault-${index}`, purpose: 'Key of the payment provider of this workspace' }],
  }));
  const bundle = authorizationBundle({ agents });
  const all = objects({}, bundle);
  const maps = ofKind('ConfigMap', all);
  expect(maps.length).toBeGreaterThan(4);
  for (const map of maps) expect(JSON.stringify(map).length).toBeLessThan(240 * 1024);
  expect(Object.keys(mounted(all)).sort()).toEqual(bundle.files.map(({ path }) => `/bundle/${path}`).sort());
});

test('keys of ConfigMaps are ones that Kubernetes takes', () => {
  for (const { data } of ofKind('ConfigMap')) {
    for (const key of Object.keys(data as object)) expect(key).toMatch(/^(?!\.\.?$|\.\.)[-._a-zA-Z0-9]{1,253}$/);
  }
});

test('another version is another ConfigMap and another pod, so that rules and facts are never of two versions', () => {
  const other = objects({}, authorizationBundle({ agents: [] }));
  const names = (all: readonly KubeObject[]) => ofKind('ConfigMap', all).map(({ metadata }) => metadata.name);
  expect(names(other).filter((name) => names(objects()).includes(name))).toEqual([]);
  expect(ofKind('ConfigMap').every(({ immutable }) => immutable)).toBe(true);
  const annotation = (all: readonly KubeObject[]) => deployment(all).spec.template.metadata.annotations;
  expect(annotation(objects())).toEqual({ 'portcullis.dev/policy-version': BUNDLE.version });
  expect(annotation(other)).not.toEqual(annotation(objects()));
});

test('the pod is hardened', () => {
  expect(pod()).toMatchObject({
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  });
  expect(pod().securityContext.runAsUser).toBeGreaterThanOrEqual(10_000);
  expect(pod().securityContext.runAsGroup).toBeGreaterThanOrEqual(10_000);
  for (const key of ['hostNetwork', 'hostPID', 'hostIPC', 'initContainers']) expect(pod()).not.toHaveProperty(key);
  const [container, ...others] = pod().containers;
  expect(others).toEqual([]);
  expect(container.securityContext).toMatchObject({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
    appArmorProfile: { type: 'RuntimeDefault' },
  });
  expect(Object.keys(container.resources.limits).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
  expect(Object.keys(container.resources.requests).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
  expect(container).not.toHaveProperty('env');
  expect(ofKind('ServiceAccount')[0]).toMatchObject({ automountServiceAccountToken: false });
});

test('OPA refuses whatever its own policy does not let callers ask', () => {
  expect(pod().containers[0].args).toContain('--authorization=basic');
  for (const decision of DECISIONS) expect(HTTP_API_REGO).toContain(`\t"${decision.package}",\n`);
});

test('probes ask the port that takes no questions', () => {
  const [{ ports, ...container }] = pod().containers;
  const diagnostics = ports.find(({ name }) => name === 'diagnostics')?.containerPort;
  expect(container.args).toContain(`--diagnostic-addr=0.0.0.0:${diagnostics}`);
  expect(container.livenessProbe.httpGet).toEqual({ path: '/health', port: 'diagnostics' });
  expect(container.readinessProbe.httpGet).toEqual({ path: '/health?bundles&plugins', port: 'diagnostics' });
});

describe('replicas', () => {
  test('keep a budget for disruptions where there are several', () => {
    expect(ofKind('PodDisruptionBudget')).toMatchObject([{ spec: { minAvailable: 1 } }]);
    expect(deployment().spec.replicas).toBe(2);
  });

  test('one alone has none, since it would keep nodes from being drained', () => {
    expect(ofKind('PodDisruptionBudget', objects({ replicas: 1 }))).toEqual([]);
  });
});

test('Service and Deployment select the pods by the labels that policies select', () => {
  const [service] = ofKind('Service');
  expect((service as KubeObject).spec).toMatchObject({ selector: OPTIONS.selector, ports: [{ port: 8181 }] });
  expect(deployment().spec.selector.matchLabels).toEqual(OPTIONS.selector);
  expect(deployment().spec.template.metadata.labels).toEqual(OPTIONS.podLabels);
});

test('a ConfigMap that cannot be stored is a problem', () => {
  const map = (data: Readonly<Record<string, string>>) => ({ ...(ofKind('ConfigMap')[0] as KubeObject), data });
  expect(configMapProblem(map({ a: 'x'.repeat(2 ** 19), b: 'x'.repeat(2 ** 19) }))).toBeUndefined();
  expect(configMapProblem(map({ a: 'x'.repeat(2 ** 19), b: 'ü'.repeat(2 ** 18), c: 'x' }))?.message).toContain(
    '1048577',
  );
});

test('the client is told where each question is answered', () => {
  const map = queryConfigMap(
    {
      url: 'http://opa.authorization.svc:8181',
      policyVersion: 'sha256:0',
      onFailure: 'deny',
      timeoutMilliseconds: 500,
    },
    { name: 'queries', namespace: 'system' },
  );
  const { decisions, ...rest } = JSON.parse((map.data as Readonly<Record<string, string>>)['authorization.json'] ?? '');
  expect(rest).toEqual({
    schemaVersion: 1,
    url: 'http://opa.authorization.svc:8181',
    policyVersion: 'sha256:0',
    timeoutMilliseconds: 500,
    onFailure: 'deny',
  });
  expect(Object.keys(decisions)).toEqual(DECISIONS.map(({ name }) => name));
  expect(decisions.secretAccess).toEqual({
    question: 'May this agent be given secrets of this vault?',
    method: 'POST',
    path: '/v1/data/portcullis/secret_access/decision',
    input: ['agent', 'vault'],
  });
});
