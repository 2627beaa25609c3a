import fc from 'fast-check';
import type { PodSpec } from '../../../../lib/kube/pod';
import { EXAMPLE_POD } from '../../../../lib/kube/workload-rule/rule';

/** Containers and pods that say anything of what rules ask about. */
const flag = fc.option(fc.boolean(), { nil: undefined });
const id = fc.option(fc.constantFrom(0, 1000, 9_999, 10_000, 65_532), { nil: undefined });
const profile = fc.option(fc.record({ type: fc.constantFrom('RuntimeDefault', 'Localhost', 'Unconfined') }), {
  nil: undefined,
});
const shared = { runAsNonRoot: flag, runAsUser: id, runAsGroup: id, seccompProfile: profile, appArmorProfile: profile };
const capabilities = fc.subarray(['ALL', 'NET_RAW', 'NET_BIND_SERVICE']);
const containerSecurity = fc.record(
  {
    ...shared,
    privileged: flag,
    allowPrivilegeEscalation: flag,
    readOnlyRootFilesystem: flag,
    procMount: fc.constantFrom('Default', 'Unmasked'),
    capabilities: fc.record({ drop: capabilities, add: capabilities }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);
const limits = fc
  .subarray(['cpu', 'memory', 'ephemeral-storage'])
  .map((names) => Object.fromEntries(names.map((name) => [name, '1'])));
const image = fc
  .tuple(
    fc.constantFrom('', 'library/', 'registry.example.com/', 'registry.example.com.evil.org/', 'localhost/', 'r:1/x/'),
    fc.constantFrom('', ':1', ':latest', ':LATEST'),
    fc.constantFrom('', '@sha256:abc', `@sha256:${'a'.repeat(64)}`),
  )
  .map(([registry, tag, digest]) => `${registry}agent${tag}${digest}`);
const container = fc.record(
  {
    name: fc.constantFrom('a', 'b'),
    image,
    securityContext: containerSecurity,
    resources: fc.record({ limits, requests: limits }, { requiredKeys: [] }),
    ports: fc.array(fc.record({ containerPort: fc.constant(80), hostPort: fc.constantFrom(0, 80) }), { maxLength: 2 }),
    env: fc.array(
      fc.constantFrom(
        { name: 'A', value: 'a' },
        { name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
        { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      ),
      { maxLength: 2 },
    ),
    envFrom: fc.array(fc.constantFrom({ secretRef: { name: 's' } }, { configMapRef: { name: 'c' } }), { maxLength: 2 }),
    volumeMounts: fc.array(
      fc.record({ name: fc.constantFrom('v', 'w'), mountPath: fc.constantFrom('/tmp', '/data') }),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: ['name'] },
);
const mode = fc.constantFrom(0o400, 0o440, 0o444);
const volume = fc.oneof(
  fc.record({ name: fc.constantFrom('v', 'w'), hostPath: fc.constant({ path: '/' }) }),
  fc.record({
    name: fc.constantFrom('v', 'w'),
    emptyDir: fc.record({ medium: fc.constantFrom('', 'Memory'), sizeLimit: fc.constant('1Mi') }, { requiredKeys: [] }),
  }),
  fc.record({
    name: fc.constantFrom('v', 'w'),
    secret: fc.record(
      { defaultMode: mode, items: fc.array(fc.record({ key: fc.constant('a'), mode }), { maxLength: 2 }) },
      { requiredKeys: [] },
    ),
  }),
  fc.record({
    name: fc.constantFrom('v', 'w'),
    projected: fc.record(
      {
        defaultMode: mode,
        sources: fc.array(
          fc.oneof(
            fc.constant({ secret: { name: 's' } }),
            fc.constant({ configMap: { name: 's' } }),
            fc.record({
              serviceAccountToken: fc.record(
                { audience: fc.constantFrom('', 'a'), expirationSeconds: fc.constantFrom(600, 3600, 3601) },
                { requiredKeys: [] },
              ),
            }),
          ),
          { maxLength: 2 },
        ),
      },
      { requiredKeys: [] },
    ),
  }),
);
const anyPod = fc.record(
  {
    containers: fc.array(container, { minLength: 1, maxLength: 2 }),
    initContainers: fc.array(container, { maxLength: 1 }),
    ephemeralContainers: fc.array(container, { maxLength: 1 }),
    volumes: fc.array(volume, { maxLength: 2 }),
    securityContext: fc.record({ ...shared, fsGroup: id }, { requiredKeys: [] }),
    automountServiceAccountToken: flag,
    hostNetwork: flag,
    hostPID: flag,
    hostIPC: flag,
  },
  { requiredKeys: ['containers'] },
);

/** A pod that is wrong in nothing but some fields. */
const nearlyGood = anyPod.chain((any) =>
  fc.subarray(Object.keys(any)).map((keys) => {
    const some = Object.fromEntries(keys.map((key) => [key, any[key as keyof typeof any]]));
    return { ...EXAMPLE_POD, ...some };
  }),
);

/** Pods that say anything of what rules ask about, and pods that are wrong in few things; as JSON, without undefined. */
export const POD_SPECS: fc.Arbitrary<PodSpec> = fc
  .oneof(anyPod, nearlyGood)
  .map((spec) => JSON.parse(JSON.stringify(spec)) as PodSpec);
