import { type PolicyResource, UnknownValueError } from '@pulumi/policy';
import { describe, expect, test } from 'vitest';
import { RULES } from '../../../lib/analysis';
import { portcullisPolicies } from '../../../lib/policy-pack';

interface Violation {
  readonly policy: string;
  readonly level: string | undefined;
  readonly message: string;
  readonly urn: string | undefined;
}

type Input = { readonly apiVersion: string; readonly kind: string; readonly metadata: Record<string, unknown> };

const CLUSTER = { type: 'pulumi:providers:kubernetes', props: {}, urn: 'cluster', name: 'cluster' };

/** A resource as @pulumi/policy hands it over; what is not known yet throws when it is touched. */
function resource(object: Input, provider = CLUSTER, parent?: PolicyResource): PolicyResource {
  const { apiVersion, kind, metadata } = object;
  const name = [metadata.namespace, kind, metadata.name].filter((part) => part !== undefined).join('/');
  return {
    type: `kubernetes:${apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`}:${kind}`,
    props: unknowable(object, []) as Record<string, unknown>,
    urn: `urn:${provider.urn}:${name}`,
    name,
    opts: { protect: false, ignoreChanges: [], aliases: [], customTimeouts: NO_TIMEOUTS, additionalSecretOutputs: [] },
    provider,
    ...(parent === undefined ? {} : { parent }),
    dependencies: [],
    propertyDependencies: {},
    isType: () => false,
    asType: () => undefined,
  };
}

const NO_TIMEOUTS = { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 };
/** How @pulumi/policy receives a text that is not known yet. */
const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

function unknowable(value: unknown, path: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get: (target, key) => {
      const field: unknown = Reflect.get(target, key);
      if (field === UNKNOWN) throw new UnknownValueError(UNKNOWN, [...path, String(key)]);
      return unknowable(field, [...path, String(key)]);
    },
  });
}

function violations(resources: PolicyResource[]): readonly Violation[] {
  return portcullisPolicies().flatMap((policy) => {
    const found: Violation[] = [];
    const args = { resources, stackTags: new Map(), getConfig: <T>() => ({}) as T, notApplicable: () => never() };
    policy.validateStack(args, (message, urn) => {
      found.push({ policy: policy.name, level: policy.enforcementLevel, message, urn });
    });
    return found;
  });
}

function never(): never {
  throw new Error('every policy applies');
}

const NAMESPACE: Input = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'agents' } };

function deployment(fields: Record<string, unknown> = {}): Input {
  const metadata = { name: 'agent', namespace: 'agents' };
  const template = { metadata: { labels: { app: 'agent' } }, spec: { containers: [{ name: 'it', image: 'x' }] } };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { template }, ...fields } as Input;
}

function policy(name: string, spec: unknown): Input {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'agents' },
    spec,
  } as Input;
}

const DENY = policy('default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const OPEN = policy('open', {
  podSelector: {},
  policyTypes: ['Egress'],
  egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }],
});

test('every rule is a policy, which stops the update where the rule says so', () => {
  const policies = new Map(portcullisPolicies().map(({ name, enforcementLevel }) => [name, enforcementLevel]));
  for (const { id, severity } of RULES) {
    expect(policies.get(id)).toBe(severity === 'error' ? 'mandatory' : 'advisory');
  }
  expect(policies.get('other-errors')).toBe('mandatory');
});

describe('a stack', () => {
  test('without default deny is stopped, at the resource that is open', () => {
    const found = violations([NAMESPACE, deployment()].map((object) => resource(object)));
    const denial = found.filter(({ policy: name }) => name === 'no-default-deny');
    expect(denial.length).toBeGreaterThan(0);
    expect(denial[0]).toMatchObject({ level: 'mandatory', urn: 'urn:cluster:Namespace/agents' });
  });

  test('with it is not', () => {
    const found = violations([NAMESPACE, DENY, deployment()].map((object) => resource(object)));
    expect(found.filter(({ policy: name }) => name === 'no-default-deny')).toEqual([]);
  });

  test('that lets pods out to the world is stopped at the policy', () => {
    const found = violations([NAMESPACE, DENY, OPEN, deployment()].map((object) => resource(object)));
    expect(found).toContainEqual(
      expect.objectContaining({ policy: 'world-egress', urn: 'urn:cluster:agents/NetworkPolicy/open' }),
    );
  });

  test('is judged one cluster at a time', () => {
    const other = { ...CLUSTER, urn: 'other' };
    const found = violations([
      ...[NAMESPACE, DENY].map((object) => resource(object)),
      ...[NAMESPACE, deployment()].map((object) => resource(object, other)),
    ]);
    const denial = found.filter(({ policy: name }) => name === 'no-default-deny');
    expect(denial.map(({ urn }) => urn)).not.toContain('urn:cluster:Namespace/agents');
    expect(denial.map(({ urn }) => urn)).toContain('urn:other:Namespace/agents');
  });

  test('of resources that are no Kubernetes objects has no findings', () => {
    const bucket = { ...resource(NAMESPACE), type: 'aws:s3/bucket:Bucket', props: { bucket: 'x' } };
    expect(violations([bucket])).toEqual([]);
  });
});

test('an object that cannot be read is an error', () => {
  const found = violations([resource(policy('broken', { podSelector: 'all' }))]);
  expect(found.filter(({ level }) => level === 'mandatory')).not.toEqual([]);
});

describe('what is not known before the update', () => {
  test('is said, and allows more rather than less', () => {
    const spec = { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: UNKNOWN }] };
    const found = violations([NAMESPACE, DENY, policy('database', spec), deployment()].map((one) => resource(one)));
    const urn = 'urn:cluster:agents/NetworkPolicy/database';
    expect(found).toContainEqual(expect.objectContaining({ policy: 'notes', level: 'advisory', urn }));
    expect(found.map(({ message }) => message).join()).toContain('spec.egress.0.to is not known before the update');
    expect(found).toContainEqual(expect.objectContaining({ policy: 'metadata-egress', urn }));
  });

  test('and the values of Secrets are not looked at', () => {
    const metadata = { name: 'it', namespace: 'agents' };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata, data: UNKNOWN, stringData: { password: 'hush' } };
    expect(violations([resource(secret)])).toEqual([]);
  });
});

test('the pods of an inventory are known', () => {
  const inventory = {
    schemaVersion: 1,
    dialect: 'kubernetes',
    namespaces: [{ name: 'agents', labels: {} }],
    components: [{ namespace: 'agents', name: 'agent', labels: { app: 'agent' } }],
  };
  const component: PolicyResource = {
    ...resource(NAMESPACE),
    type: 'portcullis:index:ClusterObjects',
    props: { inventories: [inventory] },
  };
  const named = (resources: PolicyResource[]) =>
    violations(resources).filter(({ message }) => message.includes('reached from agent in namespace agents'));
  expect(named([component, resource(NAMESPACE, CLUSTER, component)])).toHaveLength(1);
  expect(named([component, resource(NAMESPACE)])).toEqual([]);
});
