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

/** Rules towards ends that many policies name, each rendered once. */
export class KnownRules<Rule extends object> {
  private readonly known: Readonly<Record<Stage, EdgeMemo<PolicyRule, RenderedRule<Rule>>>> = {
    observe: new EdgeMemo((rule, _, isKept) => this.rendered(rule, 'observe', isKept)),
    enforce: new EdgeMemo((rule, _, isKept) => this.rendered(rule, 'enforce', isKept)),
  };

  constructor(private readonly render: (rule: PolicyRule, stage: Stage) => Rule) {}

  /** The rendered rule; frozen if others have it too. */
  get(rule: PolicyRule, stage: Stage): RenderedRule<Rule> {
    const [end] = rule.ends;
    const isCommon = end !== undefined && rule.ends.length === 1 && rule.queries === undefined;
    return isCommon ? this.known[stage].get(rule, end) : this.rendered(rule, stage, false);
  }

  private rendered(rule: PolicyRule, stage: Stage, isKept: boolean): RenderedRule<Rule> {
    const rendered = this.render(rule, stage);
    return { rule: isKept ? share(rendered) : rendered, line: describeRule(rule) };
  }
}
