import type { KubeObject } from '../../kube/object';
import { WORKLOAD_RULES } from '../../kube/workload-rule/index';
import { EXAMPLE_CONTAINER, EXAMPLE_POD, type RuleSettings } from '../../kube/workload-rule/rule';
import { EXAMPLE_GUARD_OPTIONS, type GuardedRequest, type GuardOptions } from './guard';
import { GUARDS } from './index';
import type { Deployer } from './requester';

/** A request that a policy lets in or refuses, with the names of one program in it. */
export interface ExampleRequest {
  /** `portcullis-host-path`. */
  readonly policy: string;
  /** Its object is called so: `host-path-good-none`. */
  readonly name: string;
  readonly result: 'pass' | 'fail';
  readonly operation: 'CREATE' | 'DELETE';
  /** `tenant`, `deployer`, or the name of a controller. */
  readonly sender: string;
  readonly username: string;
  readonly groups: readonly string[];
  readonly object: KubeObject;
}

/** What examples speak of instead of the shop that they were written for. */
export interface ExampleNames extends RuleSettings, GuardOptions {
  /** Namespaces that the policies are about; one at least. */
  readonly namespaces: readonly string[];
}

const TENANT = 'tenant';
const EXAMPLE_DEPLOYER = EXAMPLE_GUARD_OPTIONS.deployer.users?.[0];
const [EXAMPLE_LABEL = ''] = EXAMPLE_GUARD_OPTIONS.trustedLabels;
const [EXAMPLE_NAMESPACE = '', EXAMPLE_ACCOUNT = ''] =
  EXAMPLE_GUARD_OPTIONS.trustedServiceAccounts[0]?.split('/') ?? [];
/** Both registries of the examples about images. */
const EXAMPLE_REGISTRY = /^registry\.example\.com(?::5000)?\//;
/** From a registry that cannot exist, so nobody approves it (RFC 6761, 6.4). */
const UNAPPROVED = {
  ...EXAMPLE_POD,
  containers: [{ ...EXAMPLE_CONTAINER, image: 'registry.invalid/agent:1.2.3' }],
};

/**
 * The examples of every rule about workloads, as pods that a tenant creates, and of every guard, for a program. Left out are
 * updates, since the CLI of Kyverno knows no object as it was before; requests at subresources, which it does not make; and
 * examples about service accounts where no identity is issued.
 */
export function exampleRequests(names: ExampleNames): readonly ExampleRequest[] {
  const place = placeOf(names);
  return [...workloadExamples(names), ...guardExamples()].flatMap(([id, name, request]): readonly ExampleRequest[] => {
    const { operation, username, groups = ['system:authenticated'] } = request;
    const object = (request.object ?? request.oldObject) as KubeObject;
    const isAboutAccount = JSON.stringify(object).includes(`"serviceAccountName":"${EXAMPLE_ACCOUNT}"`);
    if (operation === 'UPDATE' || object.kind === 'TokenRequest') return [];
    if (isAboutAccount && place.account === undefined) return [];
    const placed = place.value(object) as KubeObject;
    const unique = `${id.replace(/^guard-/, '')}-${name}`;
    return [
      {
        policy: `portcullis-${id}`,
        name: object.kind === 'Namespace' ? placed.metadata.name : unique,
        result: name.startsWith('good-') ? 'pass' : 'fail',
        operation,
        ...(username === EXAMPLE_DEPLOYER
          ? { sender: 'deployer', ...deployerOf(names.deployer) }
          : { sender: username.replace(/^.*:/, ''), username, groups }),
        // The API server alone names namespaces; anything else may be called after its example.
        object: object.kind === 'Namespace' ? placed : { ...placed, metadata: { ...placed.metadata, name: unique } },
      },
    ];
  });
}

type Example = readonly [id: string, name: string, request: GuardedRequest];

function workloadExamples({ registries }: ExampleNames): readonly Example[] {
  const create = (spec: object): GuardedRequest => ({
    ...{ operation: 'CREATE', username: TENANT, namespace: EXAMPLE_NAMESPACE },
    object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: EXAMPLE_NAMESPACE }, spec },
  });
  const examples = WORKLOAD_RULES.flatMap((rule) =>
    named(rule.examples).map(([name, spec]): Example => [rule.id, name, create(spec)]),
  );
  const unapproved: Example = ['image-registry', 'bad-unapproved', create(UNAPPROVED)];
  return registries === undefined ? examples : [...examples, unapproved];
}

function guardExamples(): readonly Example[] {
  return GUARDS.flatMap(({ id, examples }) => named(examples).map(([name, request]): Example => [id, name, request]));
}

function named<Value>(examples: {
  readonly good: Readonly<Record<string, Value>>;
  readonly bad: Readonly<Record<string, Value>>;
}): readonly (readonly [string, Value])[] {
  return (['good', 'bad'] as const).flatMap((kind) =>
    Object.entries(examples[kind]).map(([name, value]) => [`${kind}-${name}`, value] as const),
  );
}

/** Any one of those who are the deployer. */
function deployerOf({ users = [], groups = [], serviceAccounts = [] }: Deployer) {
  const [user] = [...users, ...serviceAccounts.map((account) => `system:serviceaccount:${account.replace('/', ':')}`)];
  return { username: user ?? 'deployer', groups: ['system:authenticated', ...(user === undefined ? groups : [])] };
}

/** Puts the program's names in the place of those that examples have. */
function placeOf({ namespaces, registries, trustedLabels, trustedServiceAccounts }: ExampleNames) {
  const accounts = trustedServiceAccounts.map((account) => account.split('/') as [string, string]);
  const [namespace = namespaces[0] as string, account] = accounts.find(([of]) => namespaces.includes(of)) ?? [];
  const [label = EXAMPLE_LABEL] = trustedLabels;
  const text = (key: string, value: string): string => {
    if (key === 'serviceAccountName' && value === EXAMPLE_ACCOUNT) return account ?? value;
    if (key === 'image') return value.replace(EXAMPLE_REGISTRY, registries?.[0] ?? '$&');
    return value === EXAMPLE_NAMESPACE ? namespace : value;
  };
  const value = (of: unknown, key = ''): unknown => {
    if (typeof of === 'string') return text(key, of);
    if (Array.isArray(of)) return of.map((item) => value(item, key));
    if (typeof of !== 'object' || of === null) return of;
    const keyOf = (own: string) => (key === 'labels' && own === EXAMPLE_LABEL ? label : own);
    return Object.fromEntries(Object.entries(of).map(([own, inner]) => [keyOf(own), value(inner, own)]));
  };
  return { account, value: (of: unknown) => value(of) };
}
