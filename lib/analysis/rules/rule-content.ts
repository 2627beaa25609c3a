import type { Analysis } from '../analysis';
import type { Connection, L7Rule, Segment } from '../connection/connection';
import { allPorts, type PortRange, resolvePorts } from '../graph/port-ranges';
import type { NamedPort } from '../load/manifests';
import type { RuleModel } from '../policy/policy-model';
import { isAnyName, namePatternMatches, sampleName } from '../universe/name-pattern';

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

  /** Names and requests that another entry of the list matches add nothing to it. */
  private plain(segment: Segment): Segment {
    const l7 = segment.l7.map((list) => {
      const any = list.find(isAnyRequest);
      // However that is written, it reads alike.
      if (any !== undefined) return [{ ...any, rule: '*' }];
      const patterns = list.filter(({ rule }) => rule.includes('*'));
      return list.filter((rule) => !patterns.some((other) => this.isWider(other, rule)));
    });
    return { ...segment, l7 };
  }

  private isWider(other: L7Rule, rule: L7Rule): boolean {
    if (other === rule || other.protocol !== rule.protocol) return false;
    if (other.protocol === 'http') return holdsMethod(other.rule, rule.rule);
    return other.protocol === 'dns' && namePatternMatches(other.rule, sampleName(rule.rule), this.analysis.dialect);
  }
}

/** A path that matches every path; in full, as Cilium matches it. */
const ANY_PATH = /^(\*|\/?\.\*)$/;

/**
 * True for an entry of a list that restricts nothing: any name, or a request of any method to any path.
 * @see https://docs.cilium.io/en/stable/security/policy/layer7/#http
 */
export function isAnyRequest({ protocol, rule }: L7Rule): boolean {
  if (protocol === 'dns') return isAnyName(rule);
  const [method, path, ...more] = rule.split(' ');
  if (protocol !== 'http' || more.length > 0) return false;
  return (method === '*' || method === '.*') && path !== undefined && ANY_PATH.test(path);
}

/** Whether `GET *` is what one entry says, and GET to some path what the other one does. */
function holdsMethod(outer: string, inner: string): boolean {
  const [method, path, ...more] = outer.split(' ');
  return path !== undefined && more.length === 0 && ANY_PATH.test(path) && inner.startsWith(`${method} `);
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
