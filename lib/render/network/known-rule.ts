import type { EdgeEnd } from '../../model/edge';
import { share } from '../../model/shared';
import type { Stage } from '../../model/stage';
import type { PolicyRule } from './rule';

/** The ends that a program names most come first: its services, before the workspaces that use them. */
const MOST_ENDS = 1024;
const MOST_RULES = 16;

interface KnownRule<Rule> extends Pick<PolicyRule, 'ports' | 'authentication'> {
  readonly stage: Stage;
  readonly rendered: Rule;
}

/** Rules towards ends that many policies name, each rendered once: ten thousand workspaces reach one vault alike. */
export class KnownRules<Rule extends object> {
  private readonly known = new Map<EdgeEnd, KnownRule<Rule>[]>();

  constructor(private readonly render: (rule: PolicyRule, stage: Stage) => Rule) {}

  /** The rendered rule; frozen if others have it too. */
  get(rule: PolicyRule, stage: Stage): Rule {
    const [end] = rule.ends;
    if (end === undefined || rule.ends.length > 1 || rule.l7 !== undefined) return this.render(rule, stage);
    const rules = this.known.get(end);
    if (rules === undefined) {
      if (this.known.size >= MOST_ENDS) return this.render(rule, stage);
      return this.add(end, [], rule, stage);
    }
    for (const { ports, authentication, stage: when, rendered } of rules) {
      if (ports === rule.ports && authentication === rule.authentication && when === stage) return rendered;
    }
    return rules.length < MOST_RULES ? this.add(end, rules, rule, stage) : this.render(rule, stage);
  }

  private add(end: EdgeEnd, rules: KnownRule<Rule>[], rule: PolicyRule, stage: Stage): Rule {
    const { ports, authentication } = rule;
    const rendered = share(this.render(rule, stage));
    rules.push({ ports, authentication, stage, rendered });
    this.known.set(end, rules);
    return rendered;
  }
}
