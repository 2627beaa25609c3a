import type { Analysis } from '../analysis';
import type { PeerModel, PortModel, RuleModel } from '../policy/policy-model';
import { Governance, type GoverningRule, placeOf } from './governed-pods';
import { placeText, type Rule, type RuleFinding } from './rule';
import { peerText, portText, requestsText } from './rule-text';

/**
 * Finds rules that Cilium cannot put together: for the same pods, the same peer and the same ports they ask for
 * different proxies, or for authentication and for none. The agent then computes no policy for the pods at all; it goes
 * on with the one that it had, and new pods stay without network. Server names of TLS are different: only behind a list
 * of requests they are an error, and before it they make it void. Rules come in the order of their policies' names.
 *
 * Cilium only merges what is spelled alike. Peers that mean the same in other words (a label with and without its source)
 * count as the same here, since one word more would make them collide.
 * @see mergePortProto in https://github.com/cilium/cilium/blob/v1.19.4/pkg/policy/rule.go
 */
export const conflictingRules: Rule = {
  id: 'conflicting-rules',
  severity: 'error',
  title: 'Rules that Cilium cannot put together',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    if (analysis.dialect.kind !== 'cilium') return;
    const governance = Governance.of(analysis);
    const found = new Set<GoverningRule>();
    for (const { parts } of governance.groups) {
      const demands = new Map<string, Demand>();
      for (const rule of parts.flatMap((part) => governance.rulesOf(part))) {
        const conflict = conflictOf(rule, demands);
        if (conflict === undefined || found.has(rule)) continue;
        found.add(rule);
        const { other, peer, port, what, outcome } = conflict;
        yield {
          at: placeOf(rule),
          message: `the rule ${what} for ${peerText(peer)} on ${port === undefined ? 'every port' : portText(port)}, and ${placeText(placeOf(other))} asks for something else: ${outcome}`,
          fix: 'write one of the two for other ports or other peers, or take it out',
        };
      }
    }
  },
};

/** What the first rule for a peer and a port asks for. */
interface Demand {
  readonly rule: GoverningRule;
  readonly said: string;
}

interface Conflict {
  readonly other: GoverningRule;
  readonly peer: PeerModel;
  readonly port: PortModel | undefined;
  readonly what: string;
  readonly outcome: string;
}

const NO_POLICY = 'Cilium computes no policy for the pods, and keeps the one before';
/** Of a list of requests and one of server names. */
const BY_ORDER = 'by which comes first, Cilium computes no policy for the pods, or lets every request pass';

/** Notes what a rule asks for; returns the first thing that contradicts what another one asked for. */
function conflictOf(rule: GoverningRule, demands: Map<string, Demand>): Conflict | undefined {
  const { effect, peers, ports, l7, authentication } = rule.rule;
  if (effect === 'deny') return undefined;
  const wanted = [
    ...(l7?.[0] === undefined
      ? []
      : [{ about: 'proxy', said: l7[0].protocol, what: `restricts ${requestsText(l7[0].protocol)}` }]),
    ...(authentication === undefined
      ? []
      : [{ about: 'mode', said: authentication, what: `says authentication ${authentication}` }]),
  ];
  let conflict: Conflict | undefined;
  for (const { about, said, what } of wanted) {
    for (const port of eachPort(ports)) {
      for (const [peer, selector] of peers.flatMap(selectorsOf)) {
        const key = JSON.stringify([about, port, selector]);
        const known = demands.get(key);
        if (known === undefined) demands.set(key, { rule, said });
        else if (known.said !== said)
          conflict ??= { other: known.rule, peer, port, what, outcome: outcomeOf(known.said, said) };
      }
    }
  }
  return conflict;
}

/**
 * What Cilium makes of a peer. Entities are labels that it reserves, and may be written as such; the world is three.
 * @see EntitySelectorMapping in https://github.com/cilium/cilium/blob/v1.19.4/pkg/policy/api/entity.go
 */
function selectorsOf(peer: PeerModel): readonly (readonly [PeerModel, unknown])[] {
  if (peer.kind === 'entity') {
    const entities = peer.entity === 'world' ? ['world', 'world-ipv4', 'world-ipv6'] : [peer.entity];
    return entities.map((entity) => [peer, entity]);
  }
  const [only, ...others] = peer.kind === 'pods' ? peer.selector : [];
  const isEntity = only?.attribute === 'reserved' && only.operator === 'In' && others.length === 0;
  return [[peer, isEntity && only.values.join() === '' ? only.key : peer]];
}

function outcomeOf(...said: readonly string[]): string {
  return said.includes('sni') && !said.includes('dns') ? BY_ORDER : NO_POLICY;
}

/** A name for any protocol stands for one of each. */
function eachPort(ports: RuleModel['ports']): readonly (PortModel | undefined)[] {
  return (
    ports?.flatMap((port): readonly PortModel[] => {
      if (!('name' in port) || port.protocol !== 'ANY') return [port];
      return (['TCP', 'UDP', 'SCTP'] as const).map((protocol) => ({ protocol, name: port.name }));
    }) ?? [undefined]
  );
}
