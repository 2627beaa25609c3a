import { expect } from 'vitest';
import { parseDialect } from '../../../../lib/analysis/dialect';
import { loadManifests } from '../../../../lib/analysis/index';
import type {
  Direction,
  PeerModel,
  PolicyModel,
  PortModel,
  RuleModel,
} from '../../../../lib/analysis/policy/policy-model';
import { readPolicies } from '../../../../lib/analysis/policy/read-policies';

const SPEC_LINE = 4;

export interface Read {
  /** Each as `rule line message`, lines counted within the spec. */
  readonly findings: readonly string[];
  /** Empty where the policy is refused. */
  readonly policies: readonly PolicyModel[];
}

/** What reading a policy called `shop/p` finds; `others` are documents that it may refer to. */
export function read(kind: string, spec: string, dialect: string, others = ''): Read {
  const apiVersion = kind === 'NetworkPolicy' ? 'networking.k8s.io/v1' : 'cilium.io/v2';
  const namespace = kind === 'CiliumClusterwideNetworkPolicy' ? '' : 'namespace: shop, ';
  const body = spec.replace(/^/gm, '  ');
  const yaml = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { ${namespace}name: p }\nspec:\n${body}\n`;
  const manifests = loadManifests(['-'], { stdin: () => `${yaml}${others}` });
  const { policies, findings } = readPolicies(manifests, parseDialect(dialect));
  return {
    policies,
    findings: findings.map(({ rule, where, message, fix }) => {
      expect(fix).not.toBe('');
      const line = 'line' in where ? (where.line ?? 0) : 0;
      return `${rule} ${line - SPEC_LINE} ${message}`;
    }),
  };
}

/** The rules of a policy for one direction, each as `peer, peer > port, port {requests}`; `deny ` in front of denials. */
export function rulesOf({ policies }: Read, direction: Direction): readonly string[] {
  const parts = policies.flatMap((policy) => policy.parts).filter((part) => part.direction === direction);
  return parts.flatMap(({ rules }) => rules.map(ruleText));
}

function ruleText({ effect, peers, ports, l7, authentication }: RuleModel): string {
  const requests = l7 === undefined ? '' : ` {${l7.map(({ protocol, rule }) => `${protocol} ${rule}`).join(' | ')}}`;
  const prefix = effect === 'deny' ? 'deny ' : '';
  const far = peers.length === 0 ? 'nobody' : peers.map(peerText).join(', ');
  const near = ports === undefined ? 'all' : ports.map(portText).join(', ') || 'none';
  return `${prefix}${far} > ${near}${requests}${authentication === undefined ? '' : ` ${authentication}`}`;
}

export function peerText(peer: PeerModel): string {
  switch (peer.kind) {
    case 'pods':
      return `pods(${selectorText(peer.selector)})`;
    case 'block':
      return [peer.block.cidr, ...peer.block.except].join(' less ');
    case 'cidrGroups':
      return `groups(${selectorText(peer.selector)})`;
    case 'entity':
      return peer.entity;
    case 'names':
      return `name ${peer.pattern}`;
    case 'everyone':
      return 'everyone';
  }
}

export function selectorText(selector: PolicyModel['subjects']): string {
  return selector
    .map(({ attribute, key, operator, values }) =>
      [attribute, key, operator, values.join('|')].filter(Boolean).join(' '),
    )
    .join('; ');
}

function portText(port: PortModel): string {
  if ('name' in port) return `${port.protocol} ${port.name}`;
  const { protocol, first, last } = port;
  return first === last ? `${protocol} ${first}` : `${protocol} ${first}-${last}`;
}
