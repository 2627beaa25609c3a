import type { Finding, Severity, Where } from '../../finding';
import { SUPPRESS_ANNOTATION, writtenSuppressions } from '../../kube/suppression';
import type { Analysis } from '../analysis';
import type { CheckFinding, Suppression } from '../check';
import { RULES } from './index';
import { objectName, type Rule } from './rule';

const ELSEWHERE: Where = { file: 'suppressions' };

interface Entry {
  readonly suppression: Suppression;
  readonly where: () => Where;
  used: boolean;
}

/** Findings that somebody has accepted, with a reason; those without one accept nothing. */
export class Suppressions {
  private readonly byRule = new Map<string, Entry[]>();
  private readonly problems: Finding[] = [];

  constructor(
    analysis: Analysis,
    given: readonly Suppression[],
    private readonly rules: readonly Rule[],
  ) {
    for (const suppression of given) this.add(suppression, () => suppression.where ?? ELSEWHERE);
    for (const manifest of analysis.manifests.suppressing ?? []) {
      const text = manifest.object.metadata.annotations?.[SUPPRESS_ANNOTATION];
      if (typeof text !== 'string') continue;
      const where = () => {
        const { file } = manifest.source;
        return { file, line: manifest.source.lineOf(['metadata', 'annotations', SUPPRESS_ANNOTATION]) };
      };
      const object = objectName(manifest);
      for (const written of writtenSuppressions(text)) this.add({ ...written, object }, where);
    }
  }

  /** Why a finding is accepted; undefined if it is not. */
  reasonFor({ rule, object }: CheckFinding): string | undefined {
    const entry = this.byRule.get(rule)?.find(({ suppression }) => (suppression.object ?? object) === object);
    if (entry === undefined) return undefined;
    entry.used = true;
    return entry.suppression.reason;
  }

  /** What is wrong with suppressions, and those that suppressed nothing of what was found so far. */
  findings(): readonly Finding[] {
    const unused = [...this.byRule.values()].flat().filter(({ used }) => !used);
    return [
      ...this.problems,
      ...unused.map(({ suppression: { rule, object }, where }): Finding => {
        const about = object === undefined ? '' : ` of ${object}`;
        const message = `there is no finding ${rule}${about} to suppress`;
        return finding('unused-suppression', 'warning', where(), message, 'remove the suppression');
      }),
    ];
  }

  private add(suppression: Suppression, where: () => Where): void {
    const { rule, reason } = suppression;
    const isRun = this.rules.some(({ id }) => id === rule);
    // A run with some of the rules knows nothing about what accepts findings of the others.
    if (!isRun && !RULES.some(({ id }) => id === rule)) {
      const message = `'${rule}' is no rule, so this suppresses nothing`;
      this.problems.push(
        finding('bad-suppression', 'error', where(), message, 'write `<rule>: <reason>` with the id of a rule'),
      );
    } else if (reason.trim() === '') {
      const message = `the suppression of ${rule} gives no reason, so it suppresses nothing`;
      this.problems.push(finding('bad-suppression', 'error', where(), message, `write \`${rule}: <reason>\``));
    } else if (isRun) {
      const entries = this.byRule.get(rule) ?? [];
      this.byRule.set(rule, [...entries, { suppression, where, used: false }]);
    }
  }
}

function finding(rule: string, severity: Severity, where: Where, message: string, fix: string): Finding {
  return { rule, severity, where, message, fix };
}
