import type { RuleContent } from './connection-table';
import type { PortRange } from './port-ranges';

/**
 * Whether both ends have to authenticate on these ports, by the rules that allow them.
 *
 * Cilium keeps rules for certain peers and rules for everybody apart. Of each kind the narrowest rule counts, one that
 * looks at requests before one that does not; if it says nothing about authentication, it takes over what the narrowest
 * wider one says. Of the two kinds, the one that looks at requests decides; else the narrower one, certain peers before
 * everybody; and if that says nothing itself, `required` of the other kind holds.
 *
 * @see authPreferredInsert and lookup in pkg/policy/mapstate.go of Cilium 1.19
 */
export function isAuthenticated(range: PortRange, allowing: readonly RuleContent[]): boolean {
  const some = deciding(
    range,
    allowing.filter(({ forEveryone }) => !forEveryone),
  );
  const everyone = deciding(
    range,
    allowing.filter(({ forEveryone }) => forEveryone),
  );
  if (some === undefined || everyone === undefined) return (some ?? everyone)?.required === true;
  if (some.redirects !== everyone.redirects) return (some.redirects ? some : everyone).required;
  const [chosen, other] = everyone.width < some.width ? [everyone, some] : [some, everyone];
  return chosen.required || (!chosen.isExplicit && other.required);
}

interface Deciding {
  /** Number of ports of the rule that decides. */
  readonly width: number;
  readonly redirects: boolean;
  /** Whether a rule of that very width says something. */
  readonly isExplicit: boolean;
  readonly required: boolean;
}

function deciding(range: PortRange, rules: readonly RuleContent[]): Deciding | undefined {
  if (rules.length === 0) return undefined;
  const looking = rules.filter(({ l7 }) => l7 !== undefined);
  const redirects = looking.length > 0;
  const width = Math.min(...(redirects ? looking : rules).map((rule) => widthOf(rule, range)));
  const saying = rules.filter((rule) => rule.authentication !== undefined && widthOf(rule, range) >= width);
  const nearest = Math.min(...saying.map((rule) => widthOf(rule, range)));
  const said = saying.filter((rule) => widthOf(rule, range) === nearest);
  return {
    width,
    redirects,
    isExplicit: nearest === width,
    required: said.some(({ authentication }) => authentication === 'required'),
  };
}

/** Ports of the narrowest range of the rule that holds these; everything is wider than all ports of a protocol. */
function widthOf({ ranges, allPorts }: RuleContent, { protocol, first, last }: PortRange): number {
  if (allPorts) return Number.MAX_SAFE_INTEGER;
  const holding = ranges.filter((range) => range.protocol === protocol && range.first <= first && last <= range.last);
  return Math.min(...holding.map((range) => range.last - range.first));
}
