import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../lib/kube/object';
import type { PodSpec } from '../../../lib/kube/pod';
import { WORKLOAD_RULES } from '../../../lib/kube/workload-rule/index';
import type { RuleExamples } from '../../../lib/kube/workload-rule/rule';
import type { AdmissionPolicy } from '../../../lib/render/admission/admission-policy';
import { EXAMPLE_GUARD_OPTIONS, type GuardedRequest } from '../../../lib/render/admission/guard';
import { GUARDS } from '../../../lib/render/admission/index';
import { validatingAdmissionPolicy } from '../../../lib/render/admission/native';
import { workloadPolicies } from '../../../lib/render/admission/workload-policy';
import { hasTool } from '../support';
import { row } from '../table/row';
import { type Answer, presentBefore, send } from './admission-request';
import { type ApiClient, keyOf } from './client';
import { ApiServer } from './server';

const OPTIONS = {
  ...EXAMPLE_GUARD_OPTIONS,
  registries: ['registry.example.com/', 'registry.example.com:5000/'],
  exemptions: [],
};

/** The namespace of the examples of guards; each rule about workloads has one of its own. */
const SHOP = 'shop';

/**
 * Bad examples that no cluster needs a policy for: the server refuses them by itself, before it asks any. They are kept for
 * policies that are held against files.
 */
const REFUSED_ANYWAY: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'portcullis-image-version': { 'no-image': 'spec.containers[0].image: Required value' },
  'portcullis-guard-trusted-pods': { 'account-changed': 'spec: Forbidden: pod updates may not change fields' },
};

/** A policy with its examples. */
interface Policed {
  readonly policy: AdmissionPolicy;
  /** The namespace that the policy is bound to. */
  readonly namespace: string;
  readonly good: Readonly<Record<string, GuardedRequest>>;
  readonly bad: Readonly<Record<string, GuardedRequest>>;
}

const RULES: readonly Policed[] = WORKLOAD_RULES.map(({ id, examples }) => {
  const namespace = `of-${id}`;
  const asRequests = (specs: RuleExamples['good']) =>
    Object.fromEntries(Object.entries(specs).map(([example, spec]) => [example, creation(namespace, spec)]));
  return {
    policy: policyOf(id, workloadPolicies(OPTIONS)),
    ...{ namespace, good: asRequests(examples.good), bad: asRequests(examples.bad) },
  };
});

const GUARDED: readonly Policed[] = GUARDS.map((guard) => ({
  policy: guard.policy(OPTIONS),
  namespace: SHOP,
  ...guard.examples,
}));

function policyOf(id: string, policies: readonly AdmissionPolicy[]): AdmissionPolicy {
  const policy = policies.find(({ name }) => name === `portcullis-${id}`);
  if (policy === undefined) throw new Error(`there is no policy of ${id}`);
  return policy;
}

function creation(namespace: string, spec: PodSpec): GuardedRequest {
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'example', namespace }, spec };
  return { operation: 'CREATE', username: 'tenant', namespace, name: 'example', object };
}

describe.skipIf(!hasTool('etcd') || !hasTool('kube-apiserver'))('native admission policies in a cluster', () => {
  const count = row('kube-apiserver', 'refuses the bad examples of native admission policies, and takes the good ones');
  let server: ApiServer;
  let deployer: ApiClient;

  beforeAll(async () => {
    server = await ApiServer.start();
    deployer = server.client.as('ci', ['system:masters']);
  });

  afterAll(() => server.stop());

  async function made(object: KubeObject): Promise<void> {
    const { status, body } = await deployer.apply(object);
    if (status >= 300) throw new Error(`cannot make ${object.metadata.name}: ${JSON.stringify(body)}`);
  }

  /** Sends an example after what it changes was made; nothing of it stays. */
  async function attempt(request: GuardedRequest): Promise<Answer> {
    const before = presentBefore(request);
    if (before === undefined) return send(server.client, request);
    await made(before);
    try {
      return await send(server.client, request);
    } finally {
      expect(await deployer.delete(keyOf(before))).toMatchObject({ status: 200 });
    }
  }

  /** Asks until the policy refuses: the server takes policies up a moment after it has stored them. */
  async function refusedBy(policy: string, request: GuardedRequest | undefined): Promise<void> {
    if (request === undefined) throw new Error('there is no example that only the policy refuses');
    while ((await attempt(request)).policy !== policy) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  it.each([...RULES, ...GUARDED])('refuse the bad examples and take the good ones: $policy.name', async (policed) => {
    const { policy, namespace, good, bad } = policed;
    const anyway = REFUSED_ANYWAY[policy.name] ?? {};
    await prepare(policed);
    // Without the policy, the server takes all of them: nothing else refuses them.
    for (const [example, request] of [...Object.entries(good), ...Object.entries(bad)]) {
      if (!(example in anyway)) expect([example, await attempt(request)]).toEqual([example, { allowed: true }]);
    }
    for (const object of validatingAdmissionPolicy(policy, { namespaces: [namespace], mode: 'enforce' })) {
      expect(await deployer.apply(object)).toMatchObject({ status: 201, warnings: [] });
    }
    await refusedBy(policy.name, Object.entries(bad).find(([example]) => !(example in anyway))?.[1]);
    for (const [example, request] of Object.entries(bad)) {
      const reason = anyway[example];
      const why = reason === undefined ? { policy: policy.name } : { message: expect.stringContaining(reason) };
      const refused = expect.objectContaining({ allowed: false, ...why });
      expect([example, await attempt(request)]).toEqual([example, refused]);
    }
    for (const [example, request] of Object.entries(good)) {
      expect([example, await attempt(request)]).toEqual([example, { allowed: true }]);
    }
    count.cases(Object.keys(good).length + Object.keys(bad).length);
  });

  /** Makes what examples are about and do not make themselves. */
  async function prepare({ policy, namespace }: Policed): Promise<void> {
    // The examples of this one are the namespace.
    if (policy.name === 'portcullis-guard-namespaces') return;
    await made({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    if (policy.name !== 'portcullis-guard-tokens') return;
    for (const name of ['agent', 'default']) {
      await made({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
    }
  }
});
