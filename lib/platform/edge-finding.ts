import type { Finding, Problem, Severity } from '../finding';
import type { Edge, EdgeEnd } from '../model/edge';
import type { Labels } from '../model/label';
import { l7Direction } from '../render/network/rule';
import type { Platform } from './platform';

/** Everything that is wrong with edges. Checks add to one list: there are many edges, and nearly all are right. */
export function edgeFindings(platform: Platform, edges: readonly Edge[]): readonly Finding[] {
  const findings: Finding[] = [];
  const report: Report = (edge, rule, { message, fix }, severity = 'error') => {
    const where = { construct: edge.declaredAt };
    findings.push({ rule, severity, where, message: `${formatEdge(edge)}: ${message}`, fix });
  };
  for (const edge of edges) {
    for (const { rule, ...problem } of platform.dialect.refusals(edge)) report(edge, rule, problem);
    checkRendered(edge, report);
    if (edge.l7 !== undefined) checkRequests(platform, edge, report);
    checkEnd(platform, edge, edge.from, report);
    checkEnd(platform, edge, edge.to, report);
    checkPorts(platform, edge, report);
  }
  return findings;
}

type Report = (edge: Edge, rule: string, problem: Problem, severity?: Severity) => void;

/** `ws-payments/agent → vault`. */
export function formatEdge(edge: Edge): string {
  return `${edge.from.title} → ${edge.to.title}`;
}

function checkRendered(edge: Edge, report: Report): void {
  if (edge.from.managed || edge.to.managed) return;
  const message = 'this program renders the policy of neither end, so nothing comes of the edge';
  report(edge, 'unrendered-edge', { message, fix: 'declare the edge in a program that manages one of its ends' });
}

function checkRequests(platform: Platform, edge: Edge, report: Report): void {
  // DNS rules exist for egress only, so they are lost unless the source's policy is ours.
  if (edge.l7 !== undefined && 'dns' in edge.l7 && !edge.from.managed) {
    const message = 'DNS rules work on egress, and the policy of the source is not rendered here';
    report(edge, 'dns-rule-on-ingress', { message, fix: 'declare the edge without dns, or manage its source' });
  }
  // A platform that renders one direction only leaves out the rule that would carry the list of requests.
  const direction = l7Direction(edge);
  if (direction === undefined || platform.directions.includes(direction)) return;
  const end = direction === 'Egress' ? edge.from : edge.to;
  const ours = platform.componentsIn(namespaceOf(end) ?? '').some(({ connections }) => connections.end === end);
  if (!ours) return;
  const message = `its requests are looked at on ${direction.toLowerCase()}, which this platform does not render, so any request would pass`;
  const fix = 'declare the edge without http and dns, or render both directions';
  report(edge, 'l7-not-rendered', { message, fix });
}

/** An end that we deny but where we render no rule for this edge: the edge could never carry. */
function checkEnd(platform: Platform, edge: Edge, end: EdgeEnd, report: Report): void {
  const why = whyDead(platform, end);
  if (why === undefined) return;
  const fix = 'name the managed component itself, or declare these pods as one, so that their end is rendered too';
  report(edge, 'dead-end', { message: why, fix });
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

function checkPorts({ dialect }: Platform, edge: Edge, report: Report): void {
  const { name, mostPorts } = dialect;
  if (mostPorts === undefined || edge.ports.length <= mostPorts) return;
  const message = `the edge opens ${edge.ports.length} ports, more than the ${mostPorts} that one rule of ${name} takes, so they are split`;
  report(edge, 'many-ports', { message, fix: 'name a range, or the ports that are really needed' }, 'warning');
}
