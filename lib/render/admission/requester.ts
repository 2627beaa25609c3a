import { InvalidValueError, type Problem, quoted } from '../../finding';
import { dnsLabelProblem, dnsSubdomainProblem } from '../../model/name';
import { celString } from '../tools/cel-string';

/** Who applies what this program renders, and nobody else: at least one of the three. */
export interface Deployer {
  /** User names as the API server authenticates them. */
  readonly users?: readonly string[];
  /** Groups of users; `system:masters` does not have to be named, since admission holds for it too. */
  readonly groups?: readonly string[];
  /** Service accounts as `namespace/name`. */
  readonly serviceAccounts?: readonly string[];
}

const ACCOUNT = 'system:serviceaccount:';

/** Groups that everybody is in. */
const EVERYBODY: readonly string[] = ['system:authenticated', 'system:unauthenticated', 'system:serviceaccounts'];

/**
 * What keeps somebody from being a deployer: nobody in particular, or everybody.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/
 */
export function deployerProblem({ users = [], groups = [], serviceAccounts = [] }: Deployer): Problem | undefined {
  if (users.length + groups.length + serviceAccounts.length === 0) {
    const fix = 'name a user, a group or a service account';
    return { message: 'nobody may change what the program rendered, not even its deployer', fix };
  }
  const everybody = groups.find((group) => EVERYBODY.includes(group) || group.startsWith(`${ACCOUNT.slice(0, -1)}s:`));
  if (everybody !== undefined) {
    return { message: `group ${quoted(everybody)} is not the deployer alone`, fix: 'name a group of its own' };
  }
  const blank = [...users, ...groups].find((name) => name.trim() === '' || name.includes('*'));
  if (blank !== undefined) return { message: `${quoted(blank)} names nobody`, fix: 'write the whole name' };
  return serviceAccounts.map(serviceAccountProblem).find((found) => found !== undefined);
}

function serviceAccountProblem(text: string): Problem | undefined {
  const [namespace = '', name, ...rest] = text.split('/');
  if (name === undefined || rest.length > 0) {
    return { message: `${quoted(text)} is not a service account`, fix: 'write namespace/name' };
  }
  return dnsLabelProblem(namespace, 'namespace of the deployer') ?? dnsSubdomainProblem(name, 'service account');
}

/**
 * Holds for requests of the deployer.
 * @throws InvalidValueError for what deployerProblem() names
 */
export function isDeployer(deployer: Deployer): string {
  const problem = deployerProblem(deployer);
  if (problem !== undefined) throw new InvalidValueError(problem);
  const { users = [], groups = [], serviceAccounts = [] } = deployer;
  const accounts = serviceAccounts.map((account) => `${ACCOUNT}${account.replace('/', ':')}`);
  const byName = oneOf([...users, ...accounts]);
  const byGroup = `has(request.userInfo.groups) && request.userInfo.groups.exists(g, g in ${celList(groups)})`;
  return groups.length === 0 ? byName : `(${byName} || (${byGroup}))`;
}

/**
 * What makes pods out of workloads that were let in. They are users of their own, or all one, depending on a flag of
 * kube-controller-manager.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#controller-roles
 */
const WORKLOAD_CONTROLLERS = [
  'cronjob-controller',
  'daemon-set-controller',
  'deployment-controller',
  'job-controller',
  'replicaset-controller',
  'replication-controller',
  'statefulset-controller',
];
/** What removes objects whose owner or namespace is gone. */
const COLLECTORS = ['generic-garbage-collector', 'namespace-controller'];
const CONTROLLER_MANAGER = 'system:kube-controller-manager';

/** Holds for requests of controllers that make pods. */
export const IS_WORKLOAD_CONTROLLER = oneOf(controllers(WORKLOAD_CONTROLLERS));

/** Holds for requests that remove what is left of something removed. */
export const IS_COLLECTOR = `(request.operation == 'DELETE' && ${oneOf(controllers(COLLECTORS))})`;

function controllers(names: readonly string[]): readonly string[] {
  return [CONTROLLER_MANAGER, ...names.map((name) => `${ACCOUNT}kube-system:${name}`)];
}

function oneOf(users: readonly string[]): string {
  return `request.userInfo.username in ${celList(users)}`;
}

export function celList(texts: readonly string[]): string {
  return `[${texts.map(celString).join(', ')}]`;
}
