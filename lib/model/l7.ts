import { type Problem, quoted } from '../finding';

/**
 * One kind of HTTP request that an edge lets through. Both fields are regular expressions (RE2) that have to match the
 * whole value; an absent field matches anything. The path is everything behind the host, the query included.
 * @see https://docs.cilium.io/en/stable/security/policy/language/#http
 */
export interface HttpRule {
  readonly method?: string;
  readonly path?: string;
}

const FIELDS = ['method', 'path'] as const;
/** Requests with nothing in common, and what only a wildcard matches; short, so that no expression is slow on them. */
const PROBES = {
  method: ['GET', 'DELETE', 'X-PROBE'],
  path: ['/', '/a', '/B-7_.j/k', '/?q=%20&r', '/~z;:@!'],
} as const;
/** Lookaround, named groups and backreferences, escapes that only JavaScript knows, and counts of 1000 and more. */
const BEYOND_RE2 = /\(\?[^:]|\\[1-9cku]|\[\^?\]|\{\d*,?\d{4}/;

/** What keeps a rule from being rendered, or from keeping any request out. */
export function httpRuleProblem(rule: HttpRule): Problem | undefined {
  for (const field of FIELDS) {
    const pattern = rule[field];
    const problem = pattern === undefined ? undefined : patternProblem(field, pattern);
    if (problem !== undefined) return problem;
  }
  if (!FIELDS.every((field) => matchesAll(rule[field], PROBES[field]))) return undefined;
  const said = rule.method === undefined && rule.path === undefined ? 'without method and path' : 'of wildcards only';
  return {
    message: `an HTTP rule ${said} allows every request`,
    fix: 'name a method or a path; where any request is meant, declare the edge without HTTP rules',
  };
}

function patternProblem(field: string, pattern: string): Problem | undefined {
  // Cilium takes an empty field for an absent one, so it would match anything.
  // See PortRuleHTTP in pkg/policy/api/http.go of Cilium 1.19.
  if (pattern.trim() === '') return { message: `HTTP ${field} is empty, which matches anything`, fix: 'leave it out' };
  try {
    // On its own, since `)|(?:.*` is only an expression inside parentheses.
    new RegExp(pattern, 'u');
  } catch {
    return {
      message: `HTTP ${field} ${quoted(pattern)} is not a regular expression`,
      fix: 'correct the expression; it has to match the whole value',
    };
  }
  if (!BEYOND_RE2.test(pattern.replaceAll('\\\\', ''))) return undefined;
  return {
    message: `HTTP ${field} ${quoted(pattern)} uses what RE2 does not know, and Cilium would refuse the policy`,
    fix: 'write it without lookaround, backreferences, named groups, Unicode escapes and large counts',
  };
}

function matchesAll(pattern: string | undefined, probes: readonly string[]): boolean {
  if (pattern === undefined) return true;
  const whole = new RegExp(`^(?:${pattern})$`, 'u');
  return probes.every((probe) => whole.test(probe));
}

/** `GET /v1/proofs/.*`, with `any` for what is not said. */
export function formatHttpRule(rule: HttpRule): string {
  return `${rule.method ?? 'any method'} ${rule.path ?? 'any path'}`;
}
