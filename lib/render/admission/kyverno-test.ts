import { stringify } from 'yaml';
import type { KubeObject } from '../../kube/object';
import type { PodSpec } from '../../kube/pod';
import { WORKLOAD_RULES } from '../../kube/workload-rule/index';
import type { AdmissionPolicy } from './admission-policy';
import { EXAMPLE_GUARD_OPTIONS, type Guard, type GuardedRequest } from './guard';
import { GUARDS } from './index';
import { kyvernoValidatingPolicy } from './kyverno';
import { validatingAdmissionPolicy } from './native';
import { workloadPolicies } from './workload-policy';

/** Where the examples live; the CLI has to be told the labels of namespaces. */
const NAMESPACE = 'shop';
const SCOPE = { namespaces: [NAMESPACE], mode: 'enforce' } as const;
const TEST_API_VERSION = 'cli.kyverno.io/v1alpha1';

/** A folder for `kyverno test`: file names and what is in them. */
export interface KyvernoTest {
  /** `portcullis-host-path/kyverno`, unique among tests. */
  readonly folder: string;
  readonly files: Readonly<Record<string, string>>;
}

/**
 * The examples of every rule and guard as tests for the Kyverno CLI, once for each way in which a policy is written. Updates
 * are left out, since the CLI knows no object as it was before.
 * @see https://kyverno.io/docs/kyverno-cli/reference/kyverno_test/
 */
export function kyvernoTests(): readonly KyvernoTest[] {
  const options = { ...EXAMPLE_GUARD_OPTIONS, exemptions: [] };
  const workloads = workloadPolicies(options).flatMap((policy, index) => {
    const { good, bad } = WORKLOAD_RULES[index]?.examples ?? { good: {}, bad: {} };
    const examples = [
      ...Object.entries(good).map(([name, spec]) => example(pod(`good-${name}`, spec), 'pass')),
      ...Object.entries(bad).map(([name, spec]) => example(pod(`bad-${name}`, spec), 'fail')),
    ];
    return bothWays(policy, '', examples);
  });
  return [...workloads, ...GUARDS.flatMap(guardTests)];
}

interface Example {
  readonly object: KubeObject;
  readonly result: 'pass' | 'fail';
  readonly operation?: string;
}

function example(object: KubeObject, result: Example['result']): Example {
  return { object, result };
}

function pod(name: string, spec: PodSpec): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: NAMESPACE }, spec };
}

/** Who asks stands in a file of its own, so each request is a test of its own. */
function guardTests(guard: Guard): readonly KyvernoTest[] {
  const policy = guard.policy(EXAMPLE_GUARD_OPTIONS);
  const { good, bad } = guard.examples;
  const requests = [
    ...Object.entries(good).map(([name, request]) => ({ name: `good-${name}`, request, result: 'pass' as const })),
    ...Object.entries(bad).map(([name, request]) => ({ name: `bad-${name}`, request, result: 'fail' as const })),
  ];
  return requests.flatMap(({ name, request, result }) => {
    const object = (request.object ?? request.oldObject) as KubeObject;
    // TokenRequests are made at a subresource, which the CLI does not simulate.
    if (request.operation === 'UPDATE' || object.kind === 'TokenRequest') return [];
    return bothWays(policy, `/${name}`, [{ object, result, operation: request.operation }], request);
  });
}

function bothWays(
  policy: AdmissionPolicy,
  suffix: string,
  examples: readonly Example[],
  request?: GuardedRequest,
): readonly KyvernoTest[] {
  const native = validatingAdmissionPolicy(policy, SCOPE);
  return [
    test(`${policy.name}/kyverno${suffix}`, policy, [kyvernoValidatingPolicy(policy, SCOPE)], examples, request),
    test(`${policy.name}/native${suffix}`, policy, native, examples, request),
  ];
}

function test(
  folder: string,
  { name }: AdmissionPolicy,
  policies: readonly KubeObject[],
  examples: readonly Example[],
  request?: GuardedRequest,
): KyvernoTest {
  const kind = policies[0]?.kind === 'ValidatingPolicy' ? 'isValidatingPolicy' : 'isValidatingAdmissionPolicy';
  const results = examples.map(({ object, result, operation }) => ({
    policy: name,
    [kind]: true,
    kind: object.kind,
    resources: [object.metadata.name],
    ...(operation === undefined ? {} : { operation }),
    result,
  }));
  const index = {
    apiVersion: TEST_API_VERSION,
    kind: 'Test',
    metadata: { name: folder.replaceAll('/', '-') },
    policies: ['policy.yaml'],
    resources: ['resources.yaml'],
    variables: 'values.yaml',
    ...(request === undefined ? {} : { userinfo: 'user-info.yaml' }),
    results,
  };
  const values = {
    apiVersion: TEST_API_VERSION,
    kind: 'Values',
    metadata: { name: 'values' },
    namespaceSelector: [{ name: NAMESPACE, labels: { 'kubernetes.io/metadata.name': NAMESPACE } }],
  };
  return {
    folder,
    files: {
      'kyverno-test.yaml': stringify(index),
      'policy.yaml': documents(policies),
      'resources.yaml': documents(examples.map(({ object }) => object)),
      'values.yaml': stringify(values),
      ...(request === undefined ? {} : { 'user-info.yaml': stringify(userInfo(request)) }),
    },
  };
}

function userInfo({ username, groups = ['system:authenticated'] }: GuardedRequest) {
  return {
    apiVersion: TEST_API_VERSION,
    kind: 'UserInfo',
    metadata: { name: 'user-info' },
    userInfo: { username, groups },
  };
}

/** Without anchors: an example that two documents share would become an alias that the second does not know. */
function documents(objects: readonly KubeObject[]): string {
  return objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n');
}
