import type { Analysis } from '../analysis';
import type { Connection, L7Rule, Segment } from '../connection/connection';
import { allPorts, type PortRange, resolvePorts } from '../graph/port-ranges';
import type { NamedPort } from '../load/manifests';
import type { RuleModel } from '../policy/policy-model';
import { namePatternMatches, sampleName } from '../universe/name-pattern';

/** Compares what rules allow together, requests included and authentication left out. */
export class RuleContents {
  private readonly keys = new Map<number, string>();

  constructor(private readonly analysis: Analysis) {}

  /**
   * Text that is the same for lists of rules that allow the same.
   * @param open whether what no rule denies is allowed
   */
  joined(rules: readonly RuleModel[], server: readonly NamedPort[], open = false): string {
    const { connections } = this.analysis.graph;
    const ids = rules.map((rule) => {
      const ranges = rule.ports === undefined ? undefined : resolvePorts(rule.ports, server);
      const { effect, l7 } = rule;
      return connections.content({ effect, ranges, forEveryone: false, l7, authentication: undefined });
    });
    return this.key(connections.join(ids, !open));
  }

  private key(connection: Connection): string {
    let found = this.keys.get(connection.id);
    if (found === undefined) {
      found = JSON.stringify(joinNeighbours(connection.segments.map((segment) => this.plain(segment))));
      this.keys.set(connection.id, found);
    }
    return found;
  }

  /** Names that another pattern of the list matches add nothing to it. */
  private plain(segment: Segment): Segment {
    const l7 = segment.l7.map((list) => {
      const patterns = list.filter(({ rule }) => rule.includes('*'));
      return list.filter((rule) => !patterns.some((other) => this.isWider(other, rule)));
    });
    return { ...segment, l7 };
  }

  private isWider(other: L7Rule, rule: L7Rule): boolean {
    if (other === rule || other.protocol !== 'dns' || rule.protocol !== 'dns') return false;
    return namePatternMatches(other.rule, sampleName(rule.rule), this.analysis.dialect);
  }
}

function joinNeighbours(segments: readonly Segment[]): readonly Segment[] {
  const joined: Segment[] = [];
  for (const segment of segments) {
    const before = joined.at(-1);
    const touches = before?.protocol === segment.protocol && before.last + 1 === segment.first;
    if (!touches || JSON.stringify(before.l7) !== JSON.stringify(segment.l7)) joined.push(segment);
    else joined[joined.length - 1] = { ...before, last: segment.last };
  }
  return joined;
}

/** The ports of a rule as numbers; all of them where it names none. */
export function rangesOf(
  { ports }: RuleModel,
  server: readonly NamedPort[],
  { dialect }: Pick<Analysis, 'dialect'>,
): readonly PortRange[] {
  return ports === undefined ? allPorts(dialect) : resolvePorts(ports, server);
}

export function rangesMeet(some: readonly PortRange[], others: readonly PortRange[]): boolean {
  return some.some((range) =>
    others.some(({ protocol, first, last }) => {
      return protocol === range.protocol && first <= range.last && range.first <= last;
    }),
  );
}
