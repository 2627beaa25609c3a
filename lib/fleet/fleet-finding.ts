import { type Finding, type Problem, quoted } from '../finding';
import { segmentProblem } from '../model/identity/spiffe-id';
import { trustDomainProblem } from '../model/identity/trust-domain';
import { dnsLabelProblem } from '../model/name';
import { proseProblem } from '../model/prose';
import type { FleetCluster, FleetWorkspace } from './cluster';
import { type Demand, RESOURCES } from './demand';
import type { FleetGrowth } from './plan';

/** What a fleet was given. A program in JavaScript may give anything. */
export interface FleetInput {
  readonly clusters: readonly FleetCluster[];
  readonly workspaces: readonly FleetWorkspace[];
  readonly headroom: number;
  readonly limits?: Partial<Demand> | undefined;
  readonly growth?: FleetGrowth | undefined;
}

/** Everything that is wrong with what a fleet was given. Names are looked at first; all else needs them. */
export function fleetFindings({ clusters, workspaces, headroom, limits, growth }: FleetInput): readonly Finding[] {
  const nameless = [
    ...namelessFindings('cluster', clusters, 'name'),
    ...namelessFindings('workspace', workspaces, 'id'),
  ];
  if (nameless.length > 0) return nameless;
  return [
    ...headroomFindings(headroom),
    ...limitProblems('the fleet', limits).map((problem) => at('', 'invalid-limit', problem)),
    ...growthProblems(growth).map((problem) => at('', 'invalid-growth', problem)),
    ...(clusters.length > 0 ? [] : [at('', 'empty-fleet', { message: 'the fleet has no cluster', fix: 'add one' })]),
    ...duplicates(clusters, ({ name }) => name, 'duplicate-cluster', 'clusters are called'),
    ...duplicates(workspaces, ({ id }) => id, 'duplicate-workspace', 'workspaces have the id'),
    ...clusters.flatMap((cluster) => clusterFindings(cluster, clusters)),
  ];
}

function headroomFindings(headroom: number): readonly Finding[] {
  if (typeof headroom === 'number' && headroom >= 0 && headroom < 1) return [];
  const message = `the headroom is ${headroom}, and it is the share of every limit that stays free`;
  return [at('', 'invalid-headroom', { message, fix: 'give a number from 0 to below 1, such as 0.2' })];
}

function namelessFindings<Key extends string>(
  what: string,
  list: readonly Readonly<Record<Key, string>>[],
  key: Key,
): readonly Finding[] {
  return list.flatMap((item, index) => {
    if (typeof item[key] === 'string' && item[key] !== '') return [];
    const message = `${what} ${index + 1} of the fleet has no ${key}`;
    return [at('', `invalid-${what}`, { message, fix: `give it one: { ${key}: '…' }` })];
  });
}

function growthProblems(growth: FleetGrowth | undefined): readonly Problem[] {
  if (growth === undefined) return [];
  const { workspacesPerMonth, leadMonths = 1 } = growth;
  return Object.entries({ workspacesPerMonth, leadMonths }).flatMap(([what, number]) =>
    Number.isFinite(number) && number >= 0
      ? []
      : [{ message: `growth.${what} of the fleet is ${number}`, fix: 'give a number of 0 or above' }],
  );
}

function limitProblems(whose: string, limits: Partial<Demand> = {}, field = 'limits'): readonly Problem[] {
  const known: readonly string[] = RESOURCES;
  return Object.entries(limits).flatMap(([what, number]): readonly Problem[] => {
    if (!known.includes(what)) {
      return [{ message: `${whose}: ${field}.${what} is nothing that is counted`, fix: `use ${known.join(', ')}` }];
    }
    return numberProblem(whose, `${field}.${what}`, number);
  });
}

function numberProblem(whose: string, what: string, number: number | undefined): readonly Problem[] {
  if (number === undefined || (Number.isSafeInteger(number) && number >= 0)) return [];
  return [{ message: `${whose}: ${what} is ${number}`, fix: 'give a whole number' }];
}

function duplicates<T>(
  list: readonly T[],
  nameOf: (item: T) => string,
  rule: string,
  what: string,
): readonly Finding[] {
  const counts = new Map<string, number>();
  for (const item of list) counts.set(nameOf(item), (counts.get(nameOf(item)) ?? 0) + 1);
  return [...counts].flatMap(([name, count]) =>
    count < 2
      ? []
      : [at(name, rule, { message: `${count} ${what} ${quoted(name)}`, fix: 'give each a name of its own' })],
  );
}

function clusterFindings(cluster: FleetCluster, all: readonly FleetCluster[]): readonly Finding[] {
  const { name, trustDomain, dialect } = cluster;
  const problems: readonly (readonly [string, Problem | undefined])[] = [
    ['invalid-cluster', dnsLabelProblem(name, 'name of a cluster')],
    ['invalid-cluster', (dialect as unknown) === undefined ? missingDialect(name) : undefined],
    ['invalid-cluster', trustDomain === undefined ? undefined : trustDomainProblem(trustDomain)],
    ['invalid-cluster', endpointProblem(cluster)],
    ...numberProblems(cluster).map((problem) => ['invalid-cluster', problem] as const),
    ['shared-trust-domain', sharedTrustDomainProblem(cluster, all)],
    ...(cluster.federatesWith ?? []).map(
      (partner) => ['invalid-federation', federationProblem(cluster, partner, all)] as const,
    ),
  ];
  return problems.flatMap(([rule, problem]) => (problem === undefined ? [] : [at(name, rule, problem)]));
}

function missingDialect(name: string): Problem {
  return {
    message: `cluster ${quoted(name)} has no dialect`,
    fix: "say what enforces there: cilium({ version: '1.19' })",
  };
}

function numberProblems({ name, weight = 1, maxWorkspaces, besides, limits }: FleetCluster): readonly Problem[] {
  const whose = `cluster ${quoted(name)}`;
  return [
    ...(Number.isFinite(weight) && weight > 0
      ? []
      : [{ message: `${whose}: the weight is ${weight}`, fix: 'give a number above 0' }]),
    ...numberProblem(whose, 'maxWorkspaces', maxWorkspaces),
    ...limitProblems(whose, besides, 'besides'),
    ...limitProblems(whose, limits),
  ];
}

function endpointProblem({ name, trustDomain, bundleEndpoint }: FleetCluster): Problem | undefined {
  if (bundleEndpoint === undefined) return undefined;
  const { url, spiffeId } = bundleEndpoint;
  const fix = "write it as 'https://spire.example.com:8443'";
  if (trustDomain === undefined) {
    return {
      message: `cluster ${quoted(name)} has a bundle endpoint and no trust domain`,
      fix: 'name its trust domain',
    };
  }
  if (!URL.canParse(url)) return { message: `${quoted(url)} is not the address of a bundle endpoint`, fix };
  const { protocol, username, password } = new URL(url);
  if (protocol !== 'https:' || username !== '' || password !== '') {
    return { message: `the bundle endpoint ${quoted(url)} is not https, or holds a user`, fix };
  }
  if (spiffeId === undefined) return undefined;
  const start = `spiffe://${trustDomain}/`;
  const path = spiffeId.slice(start.length);
  // It is mostly `/spire/server`, which is reserved for SPIRE itself.
  return spiffeId.startsWith(start) && path.split('/').every((segment) => segmentProblem(segment) === undefined)
    ? undefined
    : {
        message: `${quoted(spiffeId)} is not a SPIFFE ID of the trust domain of cluster ${quoted(name)}`,
        fix: `write it as '${start}spire/server'`,
      };
}

/** Whoever may issue identities in one cluster can be anybody in the other. */
function sharedTrustDomainProblem(cluster: FleetCluster, all: readonly FleetCluster[]): Problem | undefined {
  const { name, trustDomain, sharesTrustDomain } = cluster;
  if (trustDomain === undefined) return undefined;
  if (sharesTrustDomain !== undefined) {
    return proseProblem(sharesTrustDomain, `the reason why ${quoted(name)} shares its trust domain`);
  }
  const others = all.filter((other) => other.trustDomain === trustDomain && other.name !== name);
  if (others.length === 0) return undefined;
  const names = others.map((other) => quoted(other.name)).join(', ');
  return {
    message: `cluster ${quoted(name)} has the trust domain ${quoted(trustDomain)} of ${names}, so that each can issue identities of the other`,
    fix: 'give each cluster a trust domain of its own and let them federate, or say sharesTrustDomain with the reason',
  };
}

function federationProblem(
  { name, trustDomain }: FleetCluster,
  partner: string,
  all: readonly FleetCluster[],
): Problem | undefined {
  const found = all.find((cluster) => cluster.name === partner);
  const what = `cluster ${quoted(name)} federates with ${quoted(partner)}`;
  if (found === undefined)
    return { message: `${what}, which the fleet does not have`, fix: 'name a cluster of the fleet' };
  if (partner === name) return { message: `${what}, which is itself`, fix: 'remove it' };
  if (trustDomain === undefined || found.trustDomain === undefined) {
    return { message: `${what}, and one of them has no trust domain`, fix: 'name the trust domains of both' };
  }
  if (trustDomain === found.trustDomain) {
    return { message: `${what}, and both have one trust domain, which needs no federation`, fix: 'remove it' };
  }
  if (found.bundleEndpoint === undefined) {
    return {
      message: `${what}, which does not say where its bundle is`,
      fix: `give ${quoted(partner)} a bundleEndpoint`,
    };
  }
  return undefined;
}

function at(construct: string, rule: string, problem: Problem): Finding {
  return { rule, severity: 'error', where: { construct }, ...problem };
}
