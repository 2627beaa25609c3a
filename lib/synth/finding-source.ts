import type { Construct, IConstruct } from 'constructs';
import { type Finding, formatFinding } from '../finding';

const COLLECT = Symbol.for('portcullis.findings');

type FindingSource = IConstruct & { [COLLECT]: () => readonly Finding[] };

/**
 * Lets synthesis ask a construct for its findings. Plain `app.synth()` knows strings only, so the errors among them
 * are registered as cdk8s validations as well.
 */
export function addFindingSource(construct: Construct, collect: () => readonly Finding[]): void {
  Object.defineProperty(construct, COLLECT, { value: collect });
  construct.node.addValidation({
    validate: () =>
      collect()
        .filter((finding) => finding.severity === 'error')
        .map(formatFinding),
  });
}

/** The findings of a construct: its own, or what its cdk8s validations say. */
export function findingsOf(construct: IConstruct): readonly Finding[] {
  if (COLLECT in construct) return (construct as FindingSource)[COLLECT]();
  return construct.node.validate().map((message) => ({
    rule: 'construct-validation',
    severity: 'error',
    where: { construct: construct.node.path },
    message,
    fix: 'see the message of the construct',
  }));
}
