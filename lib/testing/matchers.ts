import { explain } from '../analysis/answer/explain';
import type { Explanation } from '../analysis/answer/explanation';
import { parsePeer } from '../analysis/answer/peer';
import { parsePort } from '../analysis/answer/port-query';
import { check } from '../analysis/check';
import { explainText } from '../analysis/format/explain-text';
import { formatFinding } from '../finding';
import { analysisOf } from './subject';

/** Who to whom, on which ports. */
export interface ReachExpectation {
  /** `ns/name`, `ns/` for a namespace, an address, a CIDR, a host name, `world` or another entity. */
  readonly from: string;
  readonly to: string;
  /** `443` or `tcp/443`, `udp/8000-8010`, `tcp` for every port. */
  readonly port: string | number;
  /**
   * `kubernetes`, `cilium-1.19`, …
   * @default - as the manifests say, see analyse
   */
  readonly dialect?: string;
}

export interface FindingsExpectation {
  /** @default - as the manifests say, see analyse */
  readonly dialect?: string;
  /**
   * From which severity on a finding counts.
   * @default warning
   */
  readonly severity?: 'error' | 'warning' | 'info';
}

/** What a matcher tells vitest or Jest. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** The matchers' signatures, for the declaration that makes a test framework know them. */
export interface PortcullisMatchers<Result> {
  /** Every pair of the ends may connect on every one of the ports. */
  toAllow(expectation: ReachExpectation): Result;
  /** No pair of the ends may connect on any of the ports. Not the same as `.not.toAllow`, which one pair fulfils. */
  toDeny(expectation: ReachExpectation): Result;
  /** Whatever gets through has to authenticate; and something does. */
  toRequireAuthentication(expectation: ReachExpectation): Result;
  /** `portcullis check` finds nothing. */
  toHaveNoFindings(expectation?: FindingsExpectation): Result;
}

function explained(subject: unknown, { from, to, port, dialect }: ReachExpectation): Explanation {
  const query = { from: parsePeer(from), to: parsePeer(to), port: parsePort(String(port)), limit: LIMIT };
  const explanation = explain(analysisOf(subject, [query.from, query.to], dialect), query);
  if (explanation.omitted === 0) return explanation;
  throw new Error(`${from} to ${to} are more than ${LIMIT} pairs that policies tell apart; name fewer`);
}

/** More pairs would take long to explain, and no test means so many. */
const LIMIT = 10_000;

function told(expected: string, { from, to, port }: ReachExpectation, explanation: Explanation): string {
  return `expected ${from} ${expected} ${to} on ${port}\n\n${[...explainText(explanation)].join('')}`;
}

const SEVERITIES = ['error', 'warning', 'info'] as const;

/**
 * Assertions about what manifests allow, for vitest and Jest.
 *
 * @example
 * expect.extend(portcullisMatchers);
 * expect('dist/manifests/prod').toAllow({ from: 'shop/cart', to: 'vault/vault', port: 8200 });
 * expect('dist/manifests/prod').toDeny({ from: 'shop/cart', to: 'world', port: 'tcp' });
 */
export const portcullisMatchers = {
  toAllow(subject: unknown, expectation: ReachExpectation): MatcherResult {
    const explanation = explained(subject, expectation);
    const pass = explanation.allowed === 'yes';
    return { pass, message: () => told(pass ? 'not to reach all of' : 'to reach', expectation, explanation) };
  },

  toDeny(subject: unknown, expectation: ReachExpectation): MatcherResult {
    const explanation = explained(subject, expectation);
    const pass = explanation.allowed === 'no';
    return { pass, message: () => told(pass ? 'to reach any of' : 'not to reach', expectation, explanation) };
  },

  toRequireAuthentication(subject: unknown, expectation: ReachExpectation): MatcherResult {
    const explanation = explained(subject, expectation);
    const segments = explanation.verdicts.flatMap((verdict) => verdict.segments);
    const pass = segments.length > 0 && segments.every(({ authenticated }) => authenticated);
    const expected = pass ? 'to reach without authentication' : 'to need authentication to reach';
    return { pass, message: () => told(expected, expectation, explanation) };
  },

  toHaveNoFindings(subject: unknown, expectation: FindingsExpectation = {}): MatcherResult {
    const analysis = analysisOf(subject, [], expectation.dialect);
    const counting = SEVERITIES.slice(0, SEVERITIES.indexOf(expectation.severity ?? 'warning') + 1);
    const findings = [...analysis.findings, ...check(analysis).findings].filter(({ severity }) =>
      counting.includes(severity),
    );
    const list = findings.map((finding) => `  ${formatFinding(finding)}`).join('\n');
    const pass = findings.length === 0;
    return { pass, message: () => (pass ? 'expected findings, and there are none' : `expected no findings\n${list}`) };
  },
};
