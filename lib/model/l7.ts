import type { Problem } from '../finding';

/**
 * One kind of HTTP request that an edge lets through. Both fields are regular expressions that have to match the
 * whole value; an absent field matches anything.
 * @see https://docs.cilium.io/en/stable/security/policy/language/#http
 */
export interface HttpRule {
  readonly method?: string;
  readonly path?: string;
}

/** What keeps a rule from being rendered: a field that is not a regular expression, or no field at all. */
export function httpRuleProblem(rule: HttpRule): Problem | undefined {
  if (rule.method === undefined && rule.path === undefined) {
    return { message: 'an HTTP rule without method and path allows every request', fix: 'name a method or a path' };
  }
  for (const [field, pattern] of Object.entries(rule)) {
    try {
      new RegExp(`^(?:${pattern})$`, 'u');
    } catch {
      return {
        message: `HTTP ${field} '${pattern}' is not a regular expression`,
        fix: 'correct the expression; it has to match the whole value',
      };
    }
  }
  return undefined;
}

/** `GET /v1/proofs/.*`, with `any` for what is not said. */
export function formatHttpRule(rule: HttpRule): string {
  return `${rule.method ?? 'any method'} ${rule.path ?? 'any path'}`;
}
