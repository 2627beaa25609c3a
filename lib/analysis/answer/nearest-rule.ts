import type { Analysis } from '../analysis';
import type { PortRange } from '../graph/port-ranges';
import type { Workload } from '../load/manifests';
import type { Direction, PeerModel, PolicyModel, PortModel, RuleModel } from '../policy/policy-model';
import type { End } from '../universe/end';
import type { NearRule } from './explanation';
import { meets, placeOf } from './grant';
import { formatPort } from './port-query';
import type { RuleIndex } from './rule-index';
import { isForOtherNamespace, unmetRequirements } from './unmet-requirement';

/** So many are shown. */
const SHOWN = 3;
/** A rule for pods that differ in more than this is no near miss. */
const MOST_DIFFERENCES = 2;

interface Candidate extends Omit<NearRule, 'place'> {
  readonly policy: PolicyModel;
  readonly rule: RuleModel;
  /** Number of things that would have to be otherwise. */
  readonly distance: number;
}

/** The rules that come nearest to allowing a connection that nothing allows: on another port, or for other pods. */
export function nearestRules(
  analysis: Analysis,
  rules: RuleIndex,
  direction: Direction,
  subject: number,
  peer: number,
  port: PortRange,
): readonly NearRule[] {
  const { universe, policies } = analysis;
  const [subjectEnd, peerEnd] = [universe.ends[subject], universe.ends[peer]];
  if (subjectEnd?.kind !== 'pods' || peerEnd === undefined) return [];
  const pods = subjectEnd.workloads[0] as Workload;
  const candidates: Candidate[] = [];
  for (const policy of policies) {
    const part = policy.parts.find((candidate) => candidate.direction === direction);
    if (part === undefined || isForOtherNamespace(policy.subjects, pods)) continue;
    const unmet = unmetRequirements(policy.subjects, pods, analysis);
    if (unmet.length > 1) continue;
    for (const rule of part.rules) {
      if (rule.effect !== 'allow') continue;
      const about = { analysis, rules, direction, subject, peer, peerEnd, port };
      const candidate = unmet.length === 0 ? missing(policy, rule, about) : otherSubject(policy, rule, about, unmet);
      if (candidate !== undefined) candidates.push(candidate);
    }
  }
  candidates.sort((a, b) => a.distance - b.distance);
  return candidates.slice(0, SHOWN).map(({ policy, rule, differs, text }) => {
    return { place: placeOf(policy, rule), differs, text };
  });
}

interface About {
  readonly analysis: Analysis;
  readonly rules: RuleIndex;
  readonly direction: Direction;
  readonly subject: number;
  readonly peer: number;
  readonly peerEnd: End;
  readonly port: PortRange;
}

/** What a rule that governs the pods lacks. */
function missing(policy: PolicyModel, rule: RuleModel, about: About): Candidate | undefined {
  const { rules, direction, subject, peer } = about;
  const whom = direction === 'egress' ? 'to it' : 'from it';
  if (rules.names(direction, rule, peer)) {
    const ranges = rules.rangesOf(direction, rule, subject, peer);
    if (ranges === undefined || ranges.some((range) => meets(range, about.port))) return undefined;
    const named = rule.ports?.find((port) => 'name' in port);
    if (ranges.length === 0 && named !== undefined) {
      const text = `is for the port called '${named.name}', which these pods do not have`;
      return { policy, rule, differs: 'port', text, distance: 1 };
    }
    const text = `allows ${portsText(ranges)} ${whom}, not ${formatPort(about.port)}`;
    return { policy, rule, differs: 'port', text, distance: 1 };
  }
  if (!allowsPort(rule, about)) return undefined;
  return nearestPeer(policy, rule, about);
}

/** The peer of a rule that differs least from the one at hand. */
function nearestPeer(policy: PolicyModel, rule: RuleModel, about: About): Candidate | undefined {
  const { peerEnd, analysis, direction, port } = about;
  const word = direction === 'egress' ? 'to' : 'from';
  const found = rule.peers.flatMap((peer): Candidate[] => {
    if (peerEnd.kind === 'pods' && peer.kind === 'pods') {
      const unmet = unmetRequirements(peer.selector, peerEnd.workloads[0] as Workload, analysis);
      if (unmet.length === 0 || unmet.length > MOST_DIFFERENCES) return [];
      const text = `allows ${formatPort(port)} ${word} pods with ${unmet.join(' and ')}`;
      return [{ policy, rule, differs: 'peer', text, distance: unmet.length }];
    }
    if (!isAlike(peer, peerEnd)) return [];
    const text = `allows ${formatPort(port)} ${word} ${outsideText(peer)}`;
    return [{ policy, rule, differs: 'peer', text, distance: MOST_DIFFERENCES + 1 }];
  });
  return found.sort((a, b) => a.distance - b.distance)[0];
}

/** A rule that fits, for pods that differ in one label. */
function otherSubject(
  policy: PolicyModel,
  rule: RuleModel,
  about: About,
  unmet: readonly string[],
): Candidate | undefined {
  if (!about.rules.names(about.direction, rule, about.peer) || !allowsPort(rule, about)) return undefined;
  const text = `allows it, for pods with ${unmet.join(' and ')}`;
  return { policy, rule, differs: 'subject', text, distance: unmet.length + 0.5 };
}

function allowsPort(rule: RuleModel, { rules, direction, subject, peer, port }: About): boolean {
  const ranges = rules.rangesOf(direction, rule, subject, peer);
  return ranges === undefined || ranges.some((range) => meets(range, port));
}

function isAlike(peer: PeerModel, end: End): boolean {
  switch (peer.kind) {
    case 'block':
    case 'cidrGroups':
      return end.kind === 'addresses';
    case 'names':
      return end.kind === 'name';
    case 'entity':
      return end.kind === 'entity';
    default:
      return false;
  }
}

function outsideText(peer: PeerModel): string {
  switch (peer.kind) {
    case 'block': {
      const { cidr, except } = peer.block;
      return except.length === 0 ? cidr : `${cidr} except ${except.join(', ')}`;
    }
    case 'cidrGroups':
      return 'the addresses of other CIDR groups';
    case 'names':
      return peer.pattern;
    case 'entity':
      return peer.entity;
    default:
      return 'others';
  }
}

function portsText(ports: readonly PortModel[]): string {
  const texts = ports.map((port) => ('name' in port ? port.name : formatPort(port)));
  return texts.length > SHOWN
    ? `${texts.slice(0, SHOWN).join(', ')} and ${texts.length - SHOWN} more`
    : texts.join(', ');
}
