import type { Finding, Problem, Severity } from '../finding';
import type { Edge, EdgeEnd } from '../model/edge';
import type { Labels } from '../model/label';
import { l7Direction } from '../render/network/rule';
import type { Platform } from './platform';

/** Everything that is wrong with one edge. */
export function edgeFindings(platform: Platform, edge: Edge): readonly Finding[] {
  const refusals = platform.dialect.refusals(edge).map(({ rule, ...problem }) => found(rule, edge, problem));
  return [
    ...refusals,
    ...unrendered(edge),
    ...lostDnsRule(edge),
    ...lostRequests(platform, edge),
    ...deadEnds(platform, edge),
    ...manyPorts(platform, edge),
  ];
}

function found(rule: string, edge: Edge, { message, fix }: Problem, severity: Severity = 'error'): Finding {
  return { rule, severity, where: { construct: edge.declaredAt }, message: `${formatEdge(edge)}: ${message}`, fix };
}

/** `ws-payments/agent → vault`. */
export function formatEdge(edge: Edge): string {
  return `${edge.from.title} → ${edge.to.title}`;
}

function unrendered(edge: Edge): readonly Finding[] {
  if (edge.from.managed || edge.to.managed) return [];
  const message = 'this program renders the policy of neither end, so nothing comes of the edge';
  return [
    found('unrendered-edge', edge, { message, fix: 'declare the edge in a program that manages one of its ends' }),
  ];
}

/** DNS rules exist for egress only, so they are lost unless the source's policy is ours. */
function lostDnsRule(edge: Edge): readonly Finding[] {
  if (edge.l7 === undefined || !('dns' in edge.l7) || edge.from.managed) return [];
  const message = 'DNS rules work on egress, and the policy of the source is not rendered here';
  return [found('dns-rule-on-ingress', edge, { message, fix: 'declare the edge without dns, or manage its source' })];
}

/** A platform that renders one direction only leaves out the rule that would carry the list of requests. */
function lostRequests(platform: Platform, edge: Edge): readonly Finding[] {
  const direction = l7Direction(edge);
  if (direction === undefined || platform.directions.includes(direction)) return [];
  const end = direction === 'Egress' ? edge.from : edge.to;
  const ours = platform.componentsIn(namespaceOf(end) ?? '').some(({ connections }) => connections.end === end);
  if (!ours) return [];
  const message = `its requests are looked at on ${direction.toLowerCase()}, which this platform does not render, so any request would pass`;
  return [
    found('l7-not-rendered', edge, {
      message,
      fix: 'declare the edge without http and dns, or render both directions',
    }),
  ];
}

/** An end that we deny but where we render no rule for this edge: the edge could never carry. */
function deadEnds(platform: Platform, edge: Edge): readonly Finding[] {
  return [edge.from, edge.to].flatMap((end) => {
    const why = whyDead(platform, end);
    const fix = 'name the managed component itself, or declare these pods as one, so that their end is rendered too';
    return why === undefined ? [] : [found('dead-end', edge, { message: why, fix })];
  });
}

function whyDead(platform: Platform, { peer, title, managed }: EdgeEnd): string | undefined {
  if (managed || !platform.deniesByDefault || (peer.kind !== 'pods' && peer.kind !== 'namespace')) return undefined;
  const { namespace } = peer;
  if (platform.managedNamespace(namespace) !== undefined) {
    return `namespace '${namespace}' is denied by default, and no component of the program governs ${title}`;
  }
  const labels = peer.kind === 'pods' ? peer.labels : {};
  const governing = platform
    .componentsIn(namespace)
    .find((component) => component.managed && isSubset(component.selector ?? {}, labels));
  return governing && `the policy of '${governing.title}' governs ${title} too, and has no rule for this edge`;
}

function isSubset(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

function namespaceOf({ peer }: EdgeEnd): string | undefined {
  return peer.kind === 'pods' || peer.kind === 'namespace' ? peer.namespace : undefined;
}

function manyPorts({ dialect }: Platform, edge: Edge): readonly Finding[] {
  const { name, mostPorts = Number.POSITIVE_INFINITY } = dialect;
  if (edge.ports.length <= mostPorts) return [];
  const message = `the edge opens ${edge.ports.length} ports, more than the ${mostPorts} that one rule of ${name} takes, so they are split`;
  return [found('many-ports', edge, { message, fix: 'name a range, or the ports that are really needed' }, 'warning')];
}
