import type { Construct, IConstruct } from 'constructs';
import { type Finding, formatFinding } from '../finding';

const SOURCE = Symbol.for('portcullis.findings');

interface FindingSource {
  readonly collect: () => readonly Finding[];
  /** True while the construct's cdk8s validations are asked only for what `collect` does not say. */
  collected: boolean;
}

/**
 * Lets synthesis ask a construct for its findings. Plain `app.synth()` knows strings only, so the errors among them
 * are registered as cdk8s validations as well.
 */
export function addFindingSource(construct: Construct, collect: () => readonly Finding[]): void {
  const source: FindingSource = { collect, collected: false };
  Object.defineProperty(construct, SOURCE, { value: source });
  construct.node.addValidation({
    validate: () =>
      source.collected
        ? []
        : collect()
            .filter((finding) => finding.severity === 'error')
            .map(formatFinding),
  });
}

/** The findings of a construct: its own, and what its other cdk8s validations say. */
export function findingsOf(construct: IConstruct): readonly Finding[] {
  if (!(SOURCE in construct)) return validationFindings(construct);
  const source = construct[SOURCE] as FindingSource;
  source.collected = true;
  try {
    return [...source.collect(), ...validationFindings(construct)];
  } finally {
    source.collected = false;
  }
}

function validationFindings({ node }: IConstruct): readonly Finding[] {
  return node.validate().map((message) => ({
    rule: 'construct-validation',
    severity: 'error',
    where: { construct: node.path },
    message,
    fix: 'see the message of the construct',
  }));
}
