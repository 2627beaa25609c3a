import type { Analysis } from '../../analysis/analysis';
import { namePatternMatches, sampleName } from '../../analysis/universe/name-pattern';
import type { DnsName } from '../../model/edge';
import type { Component } from '../../platform/component';
import type { Platform } from '../../platform/platform';
import type { Member, Members } from './member';

/** A name that a component needs and cannot look up, or may look up and does not need. */
export interface NameDifference {
  readonly rule: 'name-not-resolvable' | 'name-not-declared';
  readonly from: Member;
  readonly name: string;
  readonly declaredAt: string;
}

/** Compares the names that each component may ask the cluster's DNS for with those that its edges need. */
export function* nameDifferences(analysis: Analysis, members: Members, platform: Platform): Generator<NameDifference> {
  if (analysis.dialect.kind !== 'cilium') return;
  const servers = members.ofPeer(platform.cluster.dns.peer);
  for (const component of platform.components) {
    if (!component.managed || component.stage !== 'enforce') continue;
    for (const from of members.ofPeer(component.connections.end.peer)) {
      yield* ofComponent(analysis, platform, component, from, askable(analysis, from, servers));
    }
  }
}

function* ofComponent(
  { dialect }: Analysis,
  { cluster: { domain } }: Platform,
  component: Component,
  from: Member,
  patterns: readonly string[],
): Generator<NameDifference> {
  const { names } = component.model();
  const declaredAt = component.node.path;
  for (const name of names) {
    const wanted = fullName(name, domain);
    const asked = sampleName(wanted);
    if (patterns.some((pattern) => namePatternMatches(pattern, asked, dialect))) continue;
    yield { rule: 'name-not-resolvable', from, name: wanted, declaredAt };
  }
  const known = names.flatMap((name) => [fullName(name, domain), ...shortNames(name)]);
  for (const pattern of patterns) {
    const isNeeded = known.some((name) => pattern === name || pattern.startsWith(`${name}.`));
    if (!isNeeded) yield { rule: 'name-not-declared', from, name: pattern, declaredAt };
  }
}

/** Patterns of names that DNS rules let through to the servers; `*` where requests are not looked at. */
function askable({ graph }: Analysis, from: Member, servers: readonly Member[]): readonly string[] {
  const patterns = new Set<string>();
  for (const { end } of servers) {
    for (const { l7 } of graph.between(from.end, end).segments) {
      const dns = l7.find((list) => list.some(({ protocol }) => protocol === 'dns'));
      for (const { rule } of dns ?? [{ rule: '*' }]) patterns.add(rule);
    }
  }
  return [...patterns].sort();
}

function fullName(name: DnsName, domain: string): string {
  if (name.kind === 'host') return name.host;
  const service = name.kind === 'pods' ? `*.${name.service}` : name.service;
  return `${service}.${name.namespace}.svc.${domain}`;
}

/** What clients call a Service, to which resolvers append the rest. */
function shortNames(name: DnsName): readonly string[] {
  if (name.kind === 'host') return [];
  const service = name.kind === 'pods' ? `*.${name.service}` : name.service;
  return [service, `${service}.${name.namespace}`, `${service}.${name.namespace}.svc`];
}
