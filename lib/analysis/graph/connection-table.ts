import type { Connection, L7Rule, Segment } from '../connection/connection';
import type { Part } from '../universe/peer-ends';
import { isAuthenticated } from './authentication';
import { blockStarts, isEveryPort, type PortRange, PROTOCOLS } from './port-ranges';

/** What a rule says about the ends that it applies to. */
export interface RuleContent {
  readonly effect: 'allow' | 'deny';
  readonly ranges: readonly PortRange[];
  /** True for a rule that names no ports. */
  readonly allPorts: boolean;
  /** True for a rule that every end may use. */
  readonly forEveryone: boolean;
  readonly l7: readonly L7Rule[] | undefined;
  readonly authentication: 'required' | 'disabled' | undefined;
  /**
   * Of a deny: which of the things that its ends may be it denies.
   * @default - all
   */
  readonly part?: Part | undefined;
}

/** What holds where nothing denies by default. */
const OPEN = { effect: 'allow', allPorts: true, forEveryone: true, l7: undefined, authentication: undefined } as const;
const NOT_RESTRICTED: readonly (readonly L7Rule[])[] = Object.freeze([]);

/** Makes connections from rules, each one once: pods of ten thousand namespaces are allowed the same few things. */
export class ConnectionTable {
  readonly nothing: Connection;
  readonly everything: Connection;
  private readonly bySegments = new Map<string, Connection>();
  private readonly contents: RuleContent[] = [];
  private readonly contentIds = new Map<string, number>();
  private readonly joined = new Map<string, Connection>();
  private readonly both_ = new Map<number, Map<number, Connection>>();
  private readonly l7Lists = new Map<string, readonly L7Rule[]>();

  constructor(private readonly all: readonly PortRange[]) {
    this.nothing = this.intern([]);
    this.everything = this.intern(all.map((range) => ({ ...range, l7: NOT_RESTRICTED, authenticated: false })));
  }

  /** A number that stands for what a rule says. */
  content(
    said: Omit<RuleContent, 'ranges' | 'allPorts'> & { readonly ranges: readonly PortRange[] | undefined },
  ): number {
    const { effect, ranges = this.all, forEveryone, l7, authentication, part } = said;
    const whole = { effect, ranges, allPorts: said.ranges === undefined, forEveryone, l7, authentication, part };
    const key = JSON.stringify(whole);
    let id = this.contentIds.get(key);
    if (id === undefined) {
      id = this.contents.push(whole) - 1;
      this.contentIds.set(key, id);
    }
    return id;
  }

  /**
   * What rules together allow: a port is open if one rule allows it and none denies it. Requests on it are restricted
   * only as long as every rule that allows it restricts them.
   * @param isolated whether what no rule allows is denied
   */
  join(contentIds: readonly number[], isolated: boolean): Connection {
    const ids = [...new Set(contentIds)].sort((a, b) => a - b);
    const key = `${isolated} ${ids.join()}`;
    let found = this.joined.get(key);
    if (found === undefined) {
      const rules = ids.map((id) => this.contents[id] as RuleContent);
      if (!isolated) rules.push({ ...OPEN, ranges: this.all });
      found = this.intern(PROTOCOLS.flatMap((protocol) => this.segments(protocol, rules)));
      this.joined.set(key, found);
    }
    return found;
  }

  /** What two ends both allow: each restriction holds. */
  both(a: Connection, b: Connection): Connection {
    if (a === b || b === this.everything) return a;
    if (a === this.everything) return b;
    let ofA = this.both_.get(a.id);
    if (ofA === undefined) {
      ofA = new Map();
      this.both_.set(a.id, ofA);
    }
    let found = ofA.get(b.id);
    if (found === undefined) {
      found = this.intern(a.segments.flatMap((segment) => b.segments.flatMap((other) => meet(segment, other))));
      ofA.set(b.id, found);
    }
    return found;
  }

  private segments(protocol: Segment['protocol'], rules: readonly RuleContent[]): Segment[] {
    const relevant = rules.filter(({ ranges }) => ranges.some((range) => range.protocol === protocol));
    const starts = new Set<number>();
    // Which rule is the narrowest may differ from block to block.
    const byBlocks = relevant.length > 1 && relevant.some(({ authentication }) => authentication !== undefined);
    for (const { ranges } of relevant) {
      for (const range of ranges) {
        if (range.protocol !== protocol) continue;
        starts.add(range.first).add(range.last + 1);
        if (byBlocks && !isEveryPort(range)) for (const start of blockStarts(range)) starts.add(start);
      }
    }
    const sorted = [...starts].sort((a, b) => a - b);
    return sorted.slice(0, -1).flatMap((first, index) => {
      const range = { protocol, first, last: (sorted[index + 1] as number) - 1 };
      const matching = relevant.filter(({ ranges }) => ranges.some((other) => holds(other, range)));
      return this.segment(range, matching, rules);
    });
  }

  private segment(
    range: PortRange,
    matching: readonly RuleContent[],
    rules: readonly RuleContent[],
  ): readonly Segment[] {
    const allowing = matching.filter(({ effect }) => effect === 'allow');
    if (allowing.length === 0 || isDenied(matching)) return [];
    const l7 = this.l7Union(allowing);
    const authenticated = allowing.some(({ authentication }) => authentication !== undefined);
    return [
      {
        ...range,
        l7: l7 === undefined ? NOT_RESTRICTED : [l7],
        authenticated: authenticated && isAuthenticated(range, rules),
      },
    ];
  }

  /** A rule for one protocol lets every request of another one pass, so that only what all of them look at is restricted. */
  private l7Union(rules: readonly RuleContent[]): readonly L7Rule[] | undefined {
    const lists = rules.map(({ l7 }) => l7);
    const kinds = lists.map((list) => new Set(list?.map(({ protocol }) => protocol)));
    const union = new Map<string, L7Rule>();
    for (const list of lists) {
      if (list === undefined) return undefined;
      for (const rule of list) {
        if (kinds.every((kind) => kind.has(rule.protocol))) union.set(`${rule.protocol} ${rule.rule}`, rule);
      }
    }
    if (union.size === 0 && lists.some((list) => list?.length !== 0)) return undefined;
    const sorted = [...union].sort(([a], [b]) => (a < b ? -1 : 1));
    const key = sorted.map(([text]) => text).join('\n');
    const known = this.l7Lists.get(key);
    if (known !== undefined) return known;
    const list = sorted.map(([, rule]) => rule);
    this.l7Lists.set(key, list);
    return list;
  }

  private intern(segments: readonly Segment[]): Connection {
    const joined = joinNeighbours(segments);
    const key = JSON.stringify(joined);
    let found = this.bySegments.get(key);
    if (found === undefined) {
      found = Object.freeze({ id: this.bySegments.size, segments: joined });
      this.bySegments.set(key, found);
    }
    return found;
  }
}

/** Whether some rule denies it, or several deny all that the end may be. */
function isDenied(matching: readonly RuleContent[]): boolean {
  let covered = 0;
  for (const { effect, part } of matching) {
    if (effect === 'allow') continue;
    if (part === undefined) return true;
    covered |= part.covered;
    if (covered === part.all) return true;
  }
  return false;
}

function holds(outer: PortRange, inner: PortRange): boolean {
  return outer.protocol === inner.protocol && outer.first <= inner.first && inner.last <= outer.last;
}

function meet(a: Segment, b: Segment): readonly Segment[] {
  if (a.protocol !== b.protocol) return [];
  const [first, last] = [Math.max(a.first, b.first), Math.min(a.last, b.last)];
  if (first > last) return [];
  const l7 = [...new Map([...a.l7, ...b.l7].map((list) => [JSON.stringify(list), list]))].sort(([x], [y]) =>
    x < y ? -1 : 1,
  );
  return [
    {
      protocol: a.protocol,
      first,
      last,
      l7: l7.map(([, list]) => list),
      authenticated: a.authenticated || b.authenticated,
    },
  ];
}

/** Segments in order, those that touch and allow the same made one. */
function joinNeighbours(segments: readonly Segment[]): readonly Segment[] {
  const order = new Map(PROTOCOLS.map((protocol, index) => [protocol, index]));
  const sorted = [...segments].sort(
    (a, b) => (order.get(a.protocol) as number) - (order.get(b.protocol) as number) || a.first - b.first,
  );
  const joined: Segment[] = [];
  for (const segment of sorted) {
    const before = joined.at(-1);
    const touches = before?.protocol === segment.protocol && before.last + 1 === segment.first;
    if (!touches || !isAlike(before, segment)) joined.push(segment);
    else joined[joined.length - 1] = { ...before, last: segment.last };
  }
  return joined;
}

function isAlike(a: Segment, b: Segment): boolean {
  return a.authenticated === b.authenticated && JSON.stringify(a.l7) === JSON.stringify(b.l7);
}
