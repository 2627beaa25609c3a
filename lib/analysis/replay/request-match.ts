import { setFlagsFromString } from 'node:v8';
import type { L7Rule } from '../connection/connection';
import type { AnalysisDialect } from '../dialect';
import type { FlowRequest } from '../flow/flow';
import { namePatternMatches } from '../universe/name-pattern';

/** `unknown`: it depends on what the recording does not hold, or on an expression that cannot be evaluated here. */
export type Match = 'yes' | 'no' | 'unknown';

/** Whether a request matches one rule of each list. */
export function requestPasses(
  request: FlowRequest,
  lists: readonly (readonly L7Rule[])[],
  dialect: AnalysisDialect,
): Match {
  let answer: Match = 'yes';
  for (const list of lists) {
    const matches = list.map((rule) => matchOf(request, rule, dialect));
    if (matches.includes('yes')) continue;
    if (!matches.includes('unknown')) return 'no';
    answer = 'unknown';
  }
  return answer;
}

function matchOf(request: FlowRequest, { protocol, rule }: L7Rule, dialect: AnalysisDialect): Match {
  if (protocol === 'dns') {
    if (request.protocol !== 'dns') return 'no';
    return namePatternMatches(rule, request.name, dialect) ? 'yes' : 'no';
  }
  if (protocol === 'http' && request.protocol === 'http') return httpMatch(request, rule);
  // A parser of another protocol judges these, and recordings do not hold what it looks at.
  return protocol === 'http' || request.protocol === 'dns' ? 'no' : 'unknown';
}

/** Parts of an HTTP rule as the analysis writes it: `GET host api\.example\.com /v1/.* {"headers":[…]}`. */
const RULE = /^(\S*) (?:host (\S+) )?(.*?)(?: (\{.*\}))?$/s;

/**
 * Each expression has to match as a whole, the path's with the query; a part that is not there matches everything.
 * Conditions on headers cannot be told: Hubble leaves headers out, or makes them unreadable.
 * @see getHTTPRule in pkg/envoy/policy/envoy_l7_rules_translator.go of Cilium 1.19
 */
function httpMatch(request: FlowRequest & { readonly protocol: 'http' }, rule: string): Match {
  const [, method = '', host, path = '', others] = RULE.exec(rule) ?? [];
  const parts = [wholeMatch(method, request.method), wholeMatch(path, request.path)];
  if (host !== undefined) parts.push(request.host === undefined ? 'unknown' : wholeMatch(host, request.host));
  if (parts.includes('no')) return 'no';
  return others !== undefined || parts.includes('unknown') ? 'unknown' : 'yes';
}

const LONGEST = 8192;
const known = new Map<string, RegExp | undefined>();

function wholeMatch(expression: string, text: string): Match {
  if (expression === '' || expression === '*') return 'yes';
  let compiled = known.get(expression);
  if (!known.has(expression)) {
    compiled = compile(expression);
    if (known.size > 10_000) known.clear();
    known.set(expression, compiled);
  }
  if (compiled === undefined || text.length > LONGEST) return 'unknown';
  return compiled.test(text) ? 'yes' : 'no';
}

/** What RE2 reads otherwise than JavaScript: flags in the expression, classes by name, \A, \z, \Q, \C and octal codes. */
const OTHERWISE = /\(\?(?!:)|\[\[[:.=]|\\[AzZQECpPx0-9]/;
/** A group that repeats something and is itself repeated by number, which V8's linear engine does not take. */
const RUNAWAY = /[*+}][^()]*\)\{|\)[^()]*\)\{/;

let isLinear = false;

/**
 * RE2 takes linear time, and whoever sends requests chooses the texts: an expression on which V8 goes back and forth too
 * often is left to its own linear engine, with the same answer.
 */
function makeLinear(): void {
  if (!isLinear) setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
  isLinear = true;
}

function compile(expression: string): RegExp | undefined {
  if (OTHERWISE.test(expression) || RUNAWAY.test(expression)) return undefined;
  makeLinear();
  try {
    return new RegExp(`^(?:${expression})$`);
  } catch {
    return undefined;
  }
}
