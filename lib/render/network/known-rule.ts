import { EdgeMemo } from '../../model/edge-memo';
import { share } from '../../model/shared';
import type { Stage } from '../../model/stage';
import { describeRule, type PolicyRule } from './rule';

/** A rule as a dialect writes it. */
export interface RenderedRule<Rule> {
  readonly rule: Rule;
  /** What it is for, on one line. */
  readonly line: string;
}

interface KnownRule<Rule> extends RenderedRule<Rule> {
  /** Of the line. */
  readonly purpose: string;
}

const IGNORING_PURPOSES = { ignoresPurpose: true };

/** Rules towards ends that many policies name, each rendered once, whatever it is for. */
export class KnownRules<Rule extends object> {
  private readonly known: Readonly<Record<Stage, EdgeMemo<PolicyRule, KnownRule<Rule>>>> = {
    observe: new EdgeMemo((rule, _, isKept) => this.rendered(rule, 'observe', isKept), IGNORING_PURPOSES),
    enforce: new EdgeMemo((rule, _, isKept) => this.rendered(rule, 'enforce', isKept), IGNORING_PURPOSES),
  };

  constructor(private readonly render: (rule: PolicyRule, stage: Stage) => Rule) {}

  /** The rendered rule; frozen if others have it too. */
  get(rule: PolicyRule, stage: Stage): RenderedRule<Rule> {
    const [end] = rule.ends;
    const isCommon = end !== undefined && rule.ends.length === 1 && rule.queries === undefined;
    if (!isCommon) return this.rendered(rule, stage, false);
    const known = this.known[stage].get(rule, end);
    return known.purpose === rule.purpose ? known : { rule: known.rule, line: describeRule(rule) };
  }

  private rendered(rule: PolicyRule, stage: Stage, isKept: boolean): KnownRule<Rule> {
    const rendered = this.render(rule, stage);
    return { rule: isKept ? share(rendered) : rendered, line: describeRule(rule), purpose: rule.purpose };
  }
}
