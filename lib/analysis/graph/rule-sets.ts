import type { NamedPort } from '../load/manifests';
import type { Direction, PolicyModel, PolicyPart, RuleModel } from '../policy/policy-model';
import type { End } from '../universe/end';
import type { Part } from '../universe/peer-ends';
import type { Universe } from '../universe/universe';
import { type Access, accessOf, type SetRule } from './access';
import { Bits } from './bits';
import type { ConnectionTable } from './connection-table';
import { resolvePorts } from './port-ranges';

/** A part of a policy with the pods that it governs. */
export interface GoverningPart {
  readonly policy: PolicyModel;
  readonly part: PolicyPart;
}

/** All policies of one direction as sets: for each end, what the policies that govern it allow. */
export class RuleSets {
  /** Numbers of the parts that govern each end. */
  private readonly governing: (number[] | undefined)[] = [];
  private readonly parts: GoverningPart[] = [];
  private readonly compiled = new Map<string, readonly SetRule[]>();
  private readonly bySignature = new Map<string, Access>();
  private readonly open: Access;
  private always: readonly SetRule[] | undefined;

  constructor(
    private readonly universe: Universe,
    private readonly table: ConnectionTable,
    private readonly direction: Direction,
    private readonly isCilium: boolean,
    policies: readonly PolicyModel[],
  ) {
    const { size } = universe;
    this.open = { isolated: false, few: new Map(), many: [{ ends: Bits.all(size), connection: table.everything }] };
    for (const policy of policies) {
      const part = policy.parts.find((candidate) => candidate.direction === direction);
      if (part === undefined) continue;
      const number = this.parts.push({ policy, part }) - 1;
      universe.select(policy.subjects).forEach((end) => {
        const known = this.governing[end];
        if (known === undefined) this.governing[end] = [number];
        else known.push(number);
      });
    }
  }

  /** The parts that govern an end. */
  partsFor(end: number): readonly GoverningPart[] {
    return (this.governing[end] ?? []).map((number) => this.parts[number] as GoverningPart);
  }

  access(end: number): Access {
    const numbers = this.governing[end];
    if (numbers === undefined) return this.open;
    const server = this.direction === 'ingress' ? portsOf(this.universe.ends[end]) : [];
    const key = `${numbers.join()} ${portsKey(server)}`;
    let found = this.bySignature.get(key);
    if (found === undefined) {
      found = this.compute(numbers, server);
      this.bySignature.set(key, found);
    }
    return found;
  }

  private compute(numbers: readonly number[], server: readonly NamedPort[]): Access {
    const rules = numbers.flatMap((number) => this.setRules(number, server));
    this.always ??= this.universe
      .alwaysAllowed(this.direction)
      .map((peers) => ({ content: this.table.content(ALWAYS), peers: this.universe.compact(peers) }));
    const isolated = numbers.some((number) => (this.parts[number] as GoverningPart).part.isolates);
    const join = (contents: readonly number[]) => this.table.join(contents, isolated);
    return accessOf([...rules, ...this.always], this.universe.size, join, isolated);
  }

  private setRules(number: number, server: readonly NamedPort[]): readonly SetRule[] {
    const { part } = this.parts[number] as GoverningPart;
    const key = `${number} ${portsKey(server)}`;
    let found = this.compiled.get(key);
    if (found === undefined) {
      found = part.rules.flatMap((rule) => this.compile(rule, server));
      this.compiled.set(key, found);
    }
    return found;
  }

  private compile(rule: RuleModel, server: readonly NamedPort[]): readonly SetRule[] {
    const peers = this.peersOf(rule);
    if (rule.effect === 'deny') {
      return [
        ...this.compileFor(peers, rule, server),
        ...this.universe
          .partlyDenied(rule)
          .flatMap(({ part, ends }) => this.compileFor(ends, { ...rule, part }, server)),
      ];
    }
    const uncertain = rule.authentication === 'required' ? this.universe.uncertainPeersOf(rule) : [];
    if (uncertain.length === 0) return this.compileFor(peers, rule, server);
    // Whoever may not be meant may get by without.
    return [
      ...this.compileFor(this.universe.without(peers, uncertain), rule, server),
      ...this.compileFor(uncertain, { ...rule, authentication: undefined }, server),
    ];
  }

  private compileFor(
    peers: Bits | readonly number[],
    rule: RuleModel & { readonly part?: Part },
    server: readonly NamedPort[],
  ): readonly SetRule[] {
    const { ports } = rule;
    const forEveryone = rule.peers.some(({ kind }) => kind === 'everyone');
    const content = (ranges: ReturnType<typeof resolvePorts> | undefined) =>
      this.table.content({ ...rule, ranges, forEveryone });
    if (ports === undefined || this.direction === 'ingress' || !ports.some((port) => 'name' in port)) {
      return [{ content: content(ports === undefined ? undefined : resolvePorts(ports, server)), peers }];
    }
    if (this.isCilium) return [{ content: content(resolvePorts(ports, this.universe.clusterPorts)), peers }];
    // What a name means depends on the pods that serve it.
    const groups = new Map<number, number[]>();
    const note = (end: number) => {
      const id = content(resolvePorts(ports, portsOf(this.universe.ends[end])));
      const group = groups.get(id);
      if (group === undefined) groups.set(id, [end]);
      else group.push(end);
    };
    peers.forEach(note);
    return [...groups].map(([id, ends]) => ({ content: id, peers: this.universe.ofMembers(ends) }));
  }

  /** The ends that a rule names. */
  peersOf(rule: RuleModel): Bits | readonly number[] {
    return this.universe.peersOf(rule);
  }
}

const ALWAYS = {
  effect: 'allow',
  ranges: undefined,
  forEveryone: false,
  l7: undefined,
  authentication: undefined,
} as const;

function portsOf(end: End | undefined): readonly NamedPort[] {
  return end?.kind === 'pods' ? end.ports : [];
}

function portsKey(ports: readonly NamedPort[]): string {
  return ports.map(({ name, port, protocol }) => `${name}=${protocol}${port}`).join();
}
