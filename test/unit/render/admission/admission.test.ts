import { beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../lib/kube/object';
import { WORKLOAD_RULES } from '../../../../lib/kube/workload-rule/index';
import { EXAMPLE_POD } from '../../../../lib/kube/workload-rule/rule';
import type { AdmissionPolicy } from '../../../../lib/render/admission/admission-policy';
import { distrolessByAnnotation, distrolessByProvenance } from '../../../../lib/render/admission/distroless';
import { EXAMPLE_GUARD_OPTIONS, type GuardedRequest } from '../../../../lib/render/admission/guard';
import { admissionPolicies, GUARDS } from '../../../../lib/render/admission/index';
import { kyvernoValidatingPolicy } from '../../../../lib/render/admission/kyverno';
import { validatingAdmissionPolicy } from '../../../../lib/render/admission/native';
import { type Deployer, deployerProblem, isDeployer } from '../../../../lib/render/admission/requester';
import { celRequests, type EvaluateCel } from '../../kube/workload-rule/cel';
import { expectProblem, problemOf } from '../../model/refusal';

let evaluate: EvaluateCel;

beforeAll(async () => {
  evaluate = await celRequests();
});

const SCOPE = { namespaces: ['shop', 'agents'], mode: 'enforce' } as const;
const OPTIONS = { ...EXAMPLE_GUARD_OPTIONS, exemptions: [] };

/** What becomes of a request: conditions first, and then every validation has to hold. */
function verdict(policy: AdmissionPolicy, sent: GuardedRequest): 'skipped' | 'let in' | 'refused' {
  const { username, groups, object = null, oldObject = null, ...request } = sent;
  const userInfo = groups === undefined ? { username } : { username, groups };
  const seen = { object, oldObject, request: { ...request, userInfo } };
  const holds = (expression: string) => {
    const value = evaluate(expression, seen, policy.variables);
    expect(typeof value).toBe('boolean');
    return value === true;
  };
  if (!policy.conditions.every(({ expression }) => holds(expression))) return 'skipped';
  return policy.validations.every(({ expression }) => holds(expression)) ? 'let in' : 'refused';
}

describe.each(GUARDS)('$id', (guard) => {
  const policy = guard.policy(EXAMPLE_GUARD_OPTIONS);

  test.each(Object.entries(guard.examples.good))('lets in: %s', (_, request) => {
    expect(verdict(policy, request)).toBe('let in');
  });

  test.each(Object.entries(guard.examples.bad))('refuses: %s', (_, request) => {
    expect(verdict(policy, request)).toBe('refused');
  });

  // Kyverno says {} where the API server says null.
  test('judges what is new alike, whether what was there before is null or empty', () => {
    for (const request of [...Object.values(guard.examples.good), ...Object.values(guard.examples.bad)]) {
      if (request.operation !== 'CREATE') continue;
      expect(verdict(policy, { ...request, oldObject: {} })).toBe(verdict(policy, request));
    }
  });

  test('is named after itself, and asks who sends a request', () => {
    expect(policy.name).toBe(`portcullis-${guard.id}`);
    expect(policy.asksWho).toBe(true);
    expect(
      policy.validations.every(
        ({ expression }) =>
          expression.includes('ci') || policy.variables.some((variable) => variable.expression.includes('ci')),
      ),
    ).toBe(true);
  });
});

test('guards are in the order of their ids, behind a policy for each rule about workloads', () => {
  const names = admissionPolicies(OPTIONS).map(({ name }) => name);
  const ids = [...WORKLOAD_RULES, ...GUARDS].map(({ id }) => `portcullis-${id}`);
  expect(names).toEqual(ids);
  expect(GUARDS.map(({ id }) => id)).toEqual(GUARDS.map(({ id }) => id).sort());
});

describe('an exempted workload', () => {
  const exemptions = [{ rule: 'host-path', namespace: 'shop', name: 'logs' }];
  const policy = admissionPolicies({ ...OPTIONS, exemptions }).find(({ name }) => name === 'portcullis-host-path');
  const spec = { ...EXAMPLE_POD, volumes: [{ name: 'a', hostPath: { path: '/var/log' } }] };
  const controller = 'system:serviceaccount:kube-system:daemon-set-controller';
  const pod = (username: string, metadata: object, namespace = 'shop'): GuardedRequest => ({
    operation: 'CREATE',
    username,
    namespace,
    object: { apiVersion: 'v1', kind: 'Pod', metadata, spec },
  });

  test.each<[string, GuardedRequest]>([
    ['the workload itself', { ...pod('ci', { name: 'logs' }), object: daemonSet() }],
    ['a pod that its controller makes', pod(controller, { name: 'logs-x7k2p' })],
    ['a pod that has no name yet', pod(controller, { generateName: 'logs-' })],
  ])('%s is not looked at', (_, request) => {
    expect(verdict(policy as AdmissionPolicy, request)).toBe('skipped');
  });

  test.each<[string, GuardedRequest]>([
    ['a pod that somebody else calls like it', pod('tenant', { name: 'logs-x7k2p' })],
    ['a workload of somebody else that is called like it', { ...pod('tenant', { name: 'logs' }), object: daemonSet() }],
    ['a pod of another workload', pod(controller, { name: 'logsx-x7k2p' })],
    ['a pod of that name in another namespace', pod(controller, { name: 'logs-x7k2p' }, 'agents')],
  ])('%s is refused', (_, request) => {
    expect(verdict(policy as AdmissionPolicy, request)).toBe('refused');
  });

  function daemonSet() {
    return { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'logs' }, spec: { template: { spec } } };
  }
});

test('as objects of the API server', () => {
  const [policy, binding] = validatingAdmissionPolicy(admissionPolicies(OPTIONS)[4] as AdmissionPolicy, SCOPE);
  expect(policy).toMatchObject({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'portcullis-host-path' },
    spec: { failurePolicy: 'Fail' },
  });
  expect(policy?.spec).not.toHaveProperty('matchConditions');
  expect(binding).toMatchObject({
    kind: 'ValidatingAdmissionPolicyBinding',
    spec: {
      policyName: 'portcullis-host-path',
      validationActions: ['Deny', 'Audit'],
      matchResources: {
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['agents', 'shop'] }],
        },
      },
    },
  });
});

test('as an object of Kyverno', () => {
  const [rule] = admissionPolicies(OPTIONS);
  const of = (policy: AdmissionPolicy | undefined, mode: 'enforce' | 'audit' = 'enforce') =>
    kyvernoValidatingPolicy(policy as AdmissionPolicy, { ...SCOPE, mode });
  expect(of(rule)).toMatchObject({
    apiVersion: 'policies.kyverno.io/v1',
    kind: 'ValidatingPolicy',
    spec: { validationActions: ['Deny', 'Audit'], evaluation: { background: { enabled: true } } },
  });
  expect(of(GUARDS[0]?.policy(EXAMPLE_GUARD_OPTIONS), 'audit').spec).toMatchObject({
    validationActions: ['Warn', 'Audit'],
    // Nobody knows who sent the request for what is there already.
    evaluation: { background: { enabled: false } },
  });
});

test('both ways of writing a policy say the same', () => {
  for (const policy of admissionPolicies(OPTIONS)) {
    const parts = (object: KubeObject | undefined) => {
      const spec = object?.spec as Record<string, { expression: string }[]> & {
        matchConstraints: { resourceRules: unknown };
      };
      const texts = (list: { expression: string }[]) => list.map(({ expression }) => expression);
      return [texts(spec.variables ?? []), texts(spec.validations ?? []), spec.matchConstraints.resourceRules];
    };
    const [native] = validatingAdmissionPolicy(policy, SCOPE);
    expect(parts(native)).toEqual(parts(kyvernoValidatingPolicy(policy, SCOPE)));
  }
});

describe('the deployer', () => {
  const asks = (deployer: Deployer, userInfo: object) =>
    evaluate(isDeployer(deployer), { object: null, request: { userInfo } }, []);

  test.each<[Deployer, object, boolean]>([
    [{ users: ['ci'] }, { username: 'ci' }, true],
    [{ users: ['ci'] }, { username: 'ci2' }, false],
    [{ groups: ['deployers'] }, { username: 'a', groups: ['deployers', 'b'] }, true],
    [{ groups: ['deployers'] }, { username: 'a', groups: ['b'] }, false],
    [{ groups: ['deployers'] }, { username: 'a' }, false],
    [{ serviceAccounts: ['cd/argo'] }, { username: 'system:serviceaccount:cd:argo' }, true],
    [{ serviceAccounts: ['cd/argo'] }, { username: 'system:serviceaccount:cd:argo2' }, false],
    [{ users: ["o'neil\\"] }, { username: "o'neil\\" }, true],
  ])('%j: %j %s', (deployer, userInfo, expected) => {
    expect(asks(deployer, userInfo)).toBe(expected);
  });

  test.each<[Deployer, RegExp]>([
    [{}, /nobody may change/],
    [{ groups: ['system:authenticated'] }, /not the deployer alone/],
    [{ groups: ['system:serviceaccounts:shop'] }, /not the deployer alone/],
    [{ users: ['*'] }, /names nobody/],
    [{ users: [' '] }, /names nobody/],
    [{ serviceAccounts: ['argo'] }, /not a service account/],
    [{ serviceAccounts: ['a/b/c'] }, /not a service account/],
    [{ serviceAccounts: ['A/b'] }, /namespace of the deployer/],
  ])('is not %j', (deployer, message) => {
    expectProblem(deployerProblem(deployer) ?? { message: '', fix: '' }, message, /\w/);
    expectProblem(
      problemOf(() => isDeployer(deployer)),
      message,
      /\w/,
    );
  });
});

describe('distroless', () => {
  const provenance = { issuer: 'https://token.example.com', subject: 'https://git.example.com/build@refs/heads/main' };

  test('by annotation says that the builder asserts it', () => {
    const { title, validations } = distrolessByAnnotation({ bases: ['gcr.io/distroless/'] });
    expect(title).toContain('asserted by its builder');
    expect(validations[0]?.expression).toContain('exists(b, image.GetMetadata(c.image)');
  });

  test('by provenance asks for the signature of the one builder, in every list of images', () => {
    const object = distrolessByProvenance({ bases: ['gcr.io/distroless/'], provenance }, SCOPE);
    const spec = object?.spec as { attestors: unknown; validations: { expression: string }[] };
    expect(spec.attestors).toEqual([{ name: 'builder', cosign: { keyless: { identities: [provenance] } } }]);
    for (const { expression } of spec.validations) {
      for (const list of ['containers', 'initContainers', 'ephemeralContainers']) {
        expect(expression).toContain(`images.${list}.all(`);
      }
    }
    expect(spec.validations[1]?.expression).toContain("'pkg:docker/gcr.io/distroless/'");
  });

  test('by provenance needs somebody who signs', () => {
    expect(distrolessByProvenance({ bases: ['gcr.io/distroless/'] }, SCOPE)).toBeUndefined();
  });

  test.each([
    [{ bases: [] }, /no base image/],
    [{ bases: ['gcr.io/distroless'] }, /does not end in a slash/],
    [{ bases: ['gcr.io/distroless/'], provenance: { ...provenance, issuer: 'http://a' } }, /not an https address/],
    [{ bases: ['gcr.io/distroless/'], provenance: { ...provenance, subject: '*' } }, /nobody in particular/],
  ])('refuses %j', (settings, message) => {
    expectProblem(
      problemOf(() => distrolessByAnnotation(settings)),
      message,
      /\w/,
    );
    expectProblem(
      problemOf(() => distrolessByProvenance(settings, SCOPE)),
      message,
      /\w/,
    );
  });
});
