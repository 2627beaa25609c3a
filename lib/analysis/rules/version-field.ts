import type { Analysis } from '../analysis';
import { fieldText, type Path } from '../policy/policy-reader';
import { type Fields, isMap, listOf, type WrittenRule, writtenRules } from './raw-rules';
import { placeIn, type Rule, type RuleFinding } from './rule';

/** What the version at hand does with a field that it does not know as the author did. */
interface Mismatch {
  readonly path: Path;
  readonly effect: string;
  readonly fix: string;
}

/**
 * Finds fields that the Cilium version does not have (any more), or reads as something else. What its schema does not
 * know the API server drops, with a warning at most unless the client asks for strict validation, so that the policy
 * says less than its file. What was required of peers it refuses: the field is still there, for lists that are empty.
 * @see https://docs.cilium.io/en/stable/operations/upgrade/
 * @see https://github.com/cilium/cilium/pull/43167 for what was required
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#setting-the-field-validation-level
 * @see https://github.com/cilium/cilium/blob/v1.19.4/pkg/fqdn/matchpattern/matchpattern.go
 */
export const versionField: Rule = {
  id: 'version-field',
  severity: 'error',
  title: 'A field that this version of Cilium does not have',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    const { dialect } = analysis;
    if (dialect.kind !== 'cilium') return;
    const minor = Number(dialect.version.split('.')[1]);
    for (const rule of writtenRules(analysis)) {
      if (!rule.isCilium) continue;
      for (const { path, effect, fix } of mismatches(rule, minor)) {
        const message = `Cilium ${dialect.version} ${effect} (${fieldText(path)})`;
        yield { at: placeIn(rule.manifest, path), message, fix };
      }
    }
  },
};

function* mismatches({ fields, path, direction }: WrittenRule, minor: number): Generator<Mismatch> {
  const required = direction === 'ingress' ? 'fromRequires' : 'toRequires';
  if (minor >= 19 && isThere(fields[required]) && !isEmptyList(fields[required])) {
    yield {
      path: [...path, required],
      effect: `takes no ${required} any more: the API server refuses the policy, and nothing of it is enforced`,
      fix: 'add the required labels to the selectors of the peers, and to endpointSelector',
    };
  }
  if (minor >= 21 && isThere(fields.authentication)) {
    yield {
      path: [...path, 'authentication'],
      effect: 'has no authentication any more: nobody has to prove an identity',
      fix: 'authenticate in the application or in Envoy with SPIFFE certificates, and remove the field',
    };
  }
  for (const [index, entry] of listOf(fields.toPorts).entries()) {
    if (!isMap(entry) || !isMap(entry.rules)) continue;
    const at = [...path, 'toPorts', index, 'rules'];
    if (minor >= 20 && listOf(entry.rules.kafka).length > 0) {
      yield {
        path: [...at, 'kafka'],
        effect: 'has no Kafka rules any more: every request passes on these ports',
        fix: "restrict topics with Kafka's own access control lists, and remove the rules",
      };
    }
    if (minor < 19) yield* deepPatterns(entry.rules.dns, [...at, 'dns']);
  }
  if (minor < 19) yield* deepPatterns(fields.toFQDNs, [...path, 'toFQDNs']);
}

function* deepPatterns(list: unknown, path: Path): Generator<Mismatch> {
  for (const [index, entry] of listOf(list).entries()) {
    const pattern: unknown = (entry as Fields | null)?.matchPattern;
    if (typeof pattern !== 'string' || !pattern.startsWith('**.')) continue;
    yield {
      path: [...path, index],
      effect: `reads ${pattern} as ${pattern.slice(1)}: one label in front, not any number`,
      fix: 'write one pattern for each depth, or upgrade to Cilium 1.19',
    };
  }
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** The API server takes an empty list, which requires nothing. */
function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
