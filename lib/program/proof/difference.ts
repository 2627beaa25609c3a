import { type PortRange, PROTOCOLS } from '../../analysis/graph/port-ranges';
import type { Finding, Severity } from '../../finding';
import { grouped } from '../../kube/grouped';
import type { KnownDifference } from '../../platform/known-difference';
import type { Platform } from '../../platform/platform';
import type { DifferenceRule, PairDifference } from './compare';
import type { BrokenClaim } from './invariant';
import type { Member, Members } from './member';
import type { NameDifference } from './names';

/** Findings of one rule that are printed one by one; of the rest only their number. */
const MOST = 25;

const MESSAGES: Readonly<Record<DifferenceRule, (from: string, to: string, range: string, purpose: string) => string>> =
  {
    'declared-not-reachable': (from, to, range, purpose) =>
      `the manifests do not let ${from} reach ${to} on ${range}, which is declared (${purpose})`,
    'reachable-not-declared': (from, to, range) =>
      `the manifests let ${from} reach ${to} on ${range}, which nobody declared`,
    'requests-not-restricted': (from, to, range, purpose) =>
      `the manifests let ${from} send ${to} any request on ${range}, and only some are declared (${purpose})`,
    'requests-refused': (from, to, range, purpose) =>
      `the manifests refuse requests of ${from} to ${to} on ${range} that are declared (${purpose})`,
    'authentication-not-required': (from, to, range, purpose) =>
      `the manifests let ${from} reach ${to} on ${range} without authentication, which is declared (${purpose})`,
  };

/** Collects what differs, and tells what the program accepts from what it does not. */
export class Differences {
  private readonly found: Finding[] = [];
  /** Number of differences that the program accepts. */
  accepted = 0;
  private readonly used = new Set<KnownDifference>();

  constructor(
    private readonly members: Members,
    private readonly platforms: readonly Platform[],
  ) {}

  /** Notes how one pair of ends differs, all ports of a kind in one finding. */
  pair(found: readonly PairDifference[], from: Member, to: Member): void {
    if (found.length === 0) return;
    const [source, target] = [this.members.text(from), this.members.text(to)];
    for (const rule of new Set(found.map((difference) => difference.rule))) {
      const alike = found.filter((difference) => difference.rule === rule);
      const declared = alike.flatMap((difference) => difference.declared);
      const purposes = [...new Set(declared.map(({ purpose }) => purpose))].join('; ');
      const ranges = formatRanges(alike.map(({ range }) => range));
      this.add(rule, declared[0]?.declaredAt, MESSAGES[rule](source, target, ranges, purposes), source, target);
    }
  }

  name({ rule, from, name, declaredAt }: NameDifference): void {
    const source = this.members.text(from);
    const message =
      rule === 'name-not-resolvable'
        ? `no DNS rule lets ${source} look up ${name}, which an edge of it needs`
        : `DNS rules let ${source} look up ${name}, which no edge of it needs`;
    this.add(rule, declaredAt, message, source, name);
  }

  claim({ name, workspace, from, to, what }: BrokenClaim): void {
    const [source, target] = [this.members.text(from), this.members.text(to)];
    const message = `'${name}' does not hold: from ${source} to ${target}, ${what}`;
    if (workspace.stage === 'enforce') this.add('invariant-broken', workspace.node.path, message, source, target);
    else {
      const fix = 'it will hold once the workspace enforces; set its stage to enforce when what it does is known';
      const where = { construct: workspace.node.path };
      this.found.push({ rule: 'invariant-not-enforced', severity: 'info', where, message, fix });
    }
  }

  /** Everything that differs, and accepted differences that are none any more. */
  findings(): readonly Finding[] {
    return [...limited(this.found), ...this.stale()];
  }

  private add(rule: string, construct: string | undefined, message: string, from: string, to: string): void {
    const known = this.platforms
      .flatMap(({ knownDifferences }) => knownDifferences)
      .find((candidate) => candidate.rule === rule && matches(candidate.from, from) && matches(candidate.to, to));
    if (known !== undefined) {
      this.accepted++;
      this.used.add(known);
    }
    const where = { construct: construct ?? this.platforms[0]?.node.path ?? '' };
    const severity: Severity = known === undefined ? 'error' : 'info';
    const fix =
      known?.reason ?? 'declare the edge, or report a fault in the rendering: the manifests and the program disagree';
    this.found.push({ rule, severity, where, message, fix });
  }

  private stale(): readonly Finding[] {
    return this.platforms.flatMap(({ knownDifferences, node }) =>
      knownDifferences
        .filter((known) => !this.used.has(known))
        .map(({ rule, from = '*', to = '*' }): Finding => {
          const message = `the difference '${rule}' from ${from} to ${to} is accepted, and there is none`;
          return {
            rule: 'stale-difference',
            severity: 'error',
            where: { construct: node.path },
            message,
            fix: 'remove it from the list',
          };
        }),
    );
  }
}

/** `TCP 80, 443-445, UDP 53`; neighbours made one. */
function formatRanges(ranges: readonly PortRange[]): string {
  return PROTOCOLS.flatMap((protocol) => {
    const joined: { first: number; last: number }[] = [];
    for (const { first, last } of ranges.filter((range) => range.protocol === protocol)) {
      const before = joined.at(-1);
      if (before !== undefined && before.last + 1 === first) before.last = last;
      else joined.push({ first, last });
    }
    if (joined.length === 0) return [];
    return [`${protocol} ${joined.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join(', ')}`];
  }).join(', ');
}

function matches(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

function limited(findings: readonly Finding[]): readonly Finding[] {
  return [...grouped(findings, ({ rule, severity }) => `${rule} ${severity}`).values()].flatMap((group) => {
    const [first] = group;
    if (group.length <= MOST || first === undefined) return group;
    const message = `${group.length - MOST} more findings of this kind`;
    return [...group.slice(0, MOST), { ...first, message, fix: 'repair the first ones and run again' }];
  });
}
