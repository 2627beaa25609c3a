import { cidrRange } from '../address/address-range';
import type { Analysis } from '../analysis';
import type { Path } from '../policy/policy-reader';
import { type Fields, isMap, listOf, type WrittenRule, writtenRules } from './raw-rules';
import { refusedLines } from './refused-lines';
import { placeIn, type Rule, type RuleFinding } from './rule';
import { rangesHold } from './subsume';

/**
 * Finds exceptions that are not a part of their own block. The API server refuses such a NetworkPolicy, and Cilium such a
 * policy of its own, so that nothing of it is enforced; of an exception that is the whole block, Cilium leaves nothing.
 * What reading the policy refused already is not said twice.
 * @see ValidateIPBlock in https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/networking/validation/validation.go
 * @see https://github.com/cilium/cilium/blob/v1.19.4/pkg/policy/api/rule_validation.go
 */
export const ipBlockExceptOutsideCidr: Rule = {
  id: 'ip-block-except-outside-cidr',
  severity: 'error',
  title: 'An exception that is not a part of its block',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    const refused = refusedLines(analysis);
    for (const rule of writtenRules(analysis)) {
      for (const block of blocks(rule)) {
        const found = [...problems(block, rule)];
        const { source } = rule.manifest;
        if (found.length > 0 && !refused.has(`${source.file}:${source.lineOf(block.path)}`)) yield* found;
      }
    }
  },
};

function* problems({ block: { cidr, except }, path }: WrittenBlock, rule: WrittenRule): Generator<RuleFinding> {
  for (const [index, text] of listOf(except).entries()) {
    if (typeof text !== 'string' || typeof cidr !== 'string') continue;
    const problem = exceptionProblem(cidr, text, rule.isCilium);
    if (problem === undefined) continue;
    yield {
      at: placeIn(rule.manifest, [...path, 'except', index]),
      message: `the exception ${text} ${problem}`,
      fix: 'name a part of the block; an exception only subtracts from its own block and denies nothing',
    };
  }
}

/** Kubernetes wants a part that is smaller; Cilium takes the whole too. */
function exceptionProblem(cidr: string, exception: string, ofCilium: boolean): string | undefined {
  const [outer, inner] = [cidrRange(cidr), cidrRange(exception)];
  if (outer === undefined || inner === undefined) return undefined;
  if (!rangesHold([outer], [inner]))
    return `is not within ${cidr}: the policy is refused, and nothing of it is enforced`;
  if (outer.first !== inner.first || outer.last !== inner.last) return undefined;
  return `is the whole of ${cidr}: ${ofCilium ? 'nothing is left of the block' : 'the API server refuses the policy'}`;
}

interface WrittenBlock {
  readonly block: Fields;
  readonly path: Path;
}

function* blocks({ fields, path, isCilium, direction }: WrittenRule): Generator<WrittenBlock> {
  const far = direction === 'ingress' ? 'from' : 'to';
  const field = isCilium ? `${far}CIDRSet` : far;
  for (const [index, peer] of listOf(fields[field]).entries()) {
    if (!isMap(peer)) continue;
    if (isCilium) yield { block: peer, path: [...path, field, index] };
    else if (isMap(peer.ipBlock)) yield { block: peer.ipBlock, path: [...path, field, index, 'ipBlock'] };
  }
}
