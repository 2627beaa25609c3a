import { type Problem, quoted } from '../../finding';
import { labelKeyProblem, labelValueProblem } from '../label';
import { dnsLabelProblem, dnsSubdomainProblem } from '../name';
import { proseProblem } from '../prose';
import type { IdentityProps } from './identity';
import { parentIdProblem, parseParentId, parseSpiffeId, spiffeIdProblem } from './spiffe-id';
import { trustDomainProblem } from './trust-domain';

/** What is wrong with an identity by itself, and the rule that says so. */
export interface IdentityProblem extends Problem {
  readonly rule: IdentityRule;
}

export type IdentityRule = 'invalid-identity' | 'identity-ttl' | 'identity-federates-with-itself';

/** Seconds that SPIRE can hold: its field has 32 bits. */
const LONGEST_TTL = 2 ** 31 - 1;
/**
 * What SPIRE takes is any text of 1,024 bytes. Ours is a word, so that it means the same in a template, on a command
 * line and in a workload's configuration.
 */
const HINT = /^[A-Za-z0-9._-]{1,1024}$/;

/** Everything that keeps an identity from being registered, all of it at once. */
export function identityProblems(of: IdentityProps): readonly IdentityProblem[] {
  return [
    ...invalid(
      spiffeIdProblem(of.spiffeId),
      parentProblem(of),
      dnsLabelProblem(of.namespace, 'namespace'),
      dnsSubdomainProblem(of.serviceAccount, 'service account'),
      ...labelProblems(of.podLabels),
      hintProblem(of.hint),
      ...(of.dnsNames ?? []).map(dnsNameProblem),
      duplicateProblem(of.dnsNames ?? [], 'the DNS name'),
      proseProblem(of.title, 'the title'),
      proseProblem(of.purpose, 'the purpose'),
      proseProblem(of.owner, 'the owner'),
    ),
    ...ttlProblem(of.x509SvidTtl, 'the X.509-SVID'),
    ...ttlProblem(of.jwtSvidTtl, 'the JWT-SVID'),
    ...federationProblems(of),
  ];
}

function invalid(...problems: readonly (Problem | undefined)[]): readonly IdentityProblem[] {
  return problems
    .filter((problem) => problem !== undefined)
    .map(({ message, fix }) => ({ rule: 'invalid-identity', message, fix }));
}

/** A server only ever signs for its own trust domain, and parents are its agents. */
function parentProblem({ spiffeId, parentId }: IdentityProps): Problem | undefined {
  if (parentId === undefined) return undefined;
  const problem = parentIdProblem(parentId);
  if (problem !== undefined || spiffeIdProblem(spiffeId) !== undefined) return problem;
  if (parentId === spiffeId) {
    return { message: `${quoted(spiffeId)} is its own parent`, fix: 'name the node alias as parent' };
  }
  const [own, parent] = [parseSpiffeId(spiffeId).trustDomain, parseParentId(parentId).trustDomain];
  if (own === parent) return undefined;
  return {
    message: `parent ${quoted(parentId)} belongs to another trust domain than ${quoted(spiffeId)}`,
    fix: `name a parent in '${own}'`,
  };
}

function labelProblems(podLabels: IdentityProps['podLabels']): readonly (Problem | undefined)[] {
  const entries = Object.entries(podLabels);
  if (entries.length === 0) {
    return [
      {
        message: 'no pod labels were given, so every pod of the service account would have the identity',
        fix: 'name at least one label that only these pods carry',
      },
    ];
  }
  return entries.map(
    ([key, value]) => labelKeyProblem(key) ?? labelValueProblem(value, `value of label ${quoted(key)}`),
  );
}

function hintProblem(hint: string | undefined): Problem | undefined {
  if (hint === undefined || HINT.test(hint)) return undefined;
  return {
    message: `hint ${quoted(hint)} is not a word`,
    fix: "use letters, digits, '.', '_' and '-', at most 1024, or leave the hint out",
  };
}

/** @see pkg/common/x509util/dns.go of SPIRE 1.15.3 (`ValidateLabel`), which would take `*.x`; a certificate should not. */
function dnsNameProblem(name: string): Problem | undefined {
  if (name.includes('*')) {
    return {
      message: `DNS name ${quoted(name)} holds a wildcard, so the certificate would speak for other hosts`,
      fix: 'write each DNS name of the workload',
    };
  }
  const problem = dnsSubdomainProblem(name, 'DNS name');
  if (problem !== undefined) return problem;
  for (const label of name.split('.')) {
    const ofLabel = dnsLabelProblem(label, 'in the DNS name, label');
    if (ofLabel !== undefined) return ofLabel;
    // SPIRE checks names as IDNA does, which keeps these places for encoded names.
    if (label.slice(2, 4) === '--') {
      return { message: `DNS name ${quoted(name)} has '--' where IDNA forbids it`, fix: 'use another name' };
    }
  }
  return undefined;
}

function duplicateProblem(items: readonly string[], what: string): Problem | undefined {
  const twice = items.find((item, index) => items.indexOf(item) !== index);
  return twice === undefined ? undefined : { message: `${what} ${quoted(twice)} stands twice`, fix: 'write it once' };
}

/** For SPIRE 0 means its default, which is not what somebody says who writes 0. */
function ttlProblem(seconds: number | undefined, what: string): readonly IdentityProblem[] {
  if (seconds === undefined) return [];
  if (Number.isInteger(seconds) && seconds > 0 && seconds <= LONGEST_TTL) return [];
  return [
    {
      rule: 'identity-ttl',
      message: `${what} cannot live for ${seconds} seconds`,
      fix: `write whole seconds from 1 to ${LONGEST_TTL}, or leave it out for the server's default`,
    },
  ];
}

function federationProblems({ spiffeId, federatesWith = [] }: IdentityProps): readonly IdentityProblem[] {
  const own = spiffeIdProblem(spiffeId) === undefined ? parseSpiffeId(spiffeId).trustDomain : undefined;
  const itself: readonly IdentityProblem[] = federatesWith
    .filter((domain) => domain === own)
    .map((domain) => ({
      rule: 'identity-federates-with-itself',
      message: `${quoted(spiffeId)} federates with its own trust domain '${domain}'`,
      fix: 'name only other trust domains',
    }));
  return [
    ...invalid(...federatesWith.map(trustDomainProblem), duplicateProblem(federatesWith, 'the federated trust domain')),
    ...itself,
  ];
}
