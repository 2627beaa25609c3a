import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatHttpRule, type HttpRule, httpRuleProblem } from '../../../lib/model/l7';
import { expectProblem, expectReadable, type Refused } from './refusal';

test.each<HttpRule>([
  { method: 'GET', path: '/v1/proofs/.*' },
  { method: 'GET|HEAD' },
  { method: 'GET', path: '.*' },
  { method: '.*', path: '/v1/.*' },
  { path: '/healthz' },
  { path: '/v1/[a-z0-9-]{1,63}/\\d+' },
  { path: '/v1/(?:a|b)/\\w+\\.json' },
  { path: '/back\\\\1' },
  { method: '[A-Z]{3}' },
])('lets %j through', (rule) => expect(httpRuleProblem(rule)).toBeUndefined());

describe('refuses', () => {
  test.each<Refused<HttpRule>>([
    [{}, /without method and path allows every request/, /name a method or a path/],
    ...[
      { path: '.*' },
      { path: '/.*' },
      { path: '/?.*' },
      { path: '.+' },
      { path: '[^ ]*' },
      { path: '(/.*)?' },
      { path: '|.*' },
      { path: '\\S*' },
      { method: '.*' },
      { method: '[A-Z-]+' },
      { method: '\\D+' },
      { method: '.*', path: '.*' },
      { method: 'GET|.*', path: '/v1|.*' },
    ].map((rule): Refused<HttpRule> => [rule, /of wildcards only allows every request/, /without HTTP rules/]),
    // Cilium reads an empty field as an absent one.
    [{ method: 'GET', path: '' }, /HTTP path is empty, which matches anything/, /leave it out/],
    [{ method: '', path: '/v1' }, /HTTP method is empty, which matches anything/, /leave it out/],
    [{ method: ' ' }, /HTTP method is empty/, /leave it out/],
    ...['(', '[', '/v1/(a', '*', 'a{2,1}', ')|(?:.*', '/v1)|(.*', '\\'].map(
      (path): Refused<HttpRule> => [{ path }, /HTTP path .* is not a regular expression/, /whole value/],
    ),
    [{ method: 'GET', path: '/\u001b[' }, /HTTP path '\/\\u\{1b\}\[' is not/, /whole value/],
    ...[
      '(?!/admin).*',
      '/(?=a).*',
      '(?<!x)/v1',
      '(?<id>a)/v1',
      '/(a)\\1',
      '/\\u0061',
      '/[^]*',
      '/a{1001}',
      '/a{1,2000}',
    ].map(
      (path): Refused<HttpRule> => [{ path }, /HTTP path .* uses what RE2 does not know/, /lookaround, backreferences/],
    ),
  ])('%j', (rule, message, fix) => expectProblem(httpRuleProblem(rule), message, fix));
});

test('an expression that backtracks without end takes no time', () => {
  expect(httpRuleProblem({ path: '(.+)+#' })).toBeUndefined();
  expect(httpRuleProblem({ method: '(?:\\w+\\w+)+#', path: '(?:/?.*)*#' })).toBeUndefined();
});

test('an accepted rule keeps some request out', () => {
  const pattern = fc.oneof(
    fc.constantFrom('.*', '/.*', '.+', 'GET', 'GET|POST', '/v1/.*', '[^x]*', '\\S+', ''),
    fc.string({ maxLength: 6 }),
    fc.stringMatching(/^[.*+?a/()|[\]\\]{0,6}$/),
  );
  const rule = fc.record({ method: pattern, path: pattern }, { requiredKeys: [] });
  const requests = ['GET', 'POST', 'QUX'].flatMap((method) =>
    ['/', '/q/u-x?y=%2e', '/~z'].map((path) => ({ method, path })),
  );
  const lets = (field: string | undefined, value: string) =>
    field === undefined || field === '' || new RegExp(`^(?:${field})$`).test(value);
  fc.assert(
    fc.property(rule, (candidate) => {
      const problem = httpRuleProblem(candidate);
      if (problem !== undefined) return expectReadable(problem);
      expect(requests.every(({ method, path }) => lets(candidate.method, method) && lets(candidate.path, path))).toBe(
        false,
      );
    }),
    { numRuns: 2000 },
  );
});

test.each([
  [{ method: 'GET', path: '/v1/.*' }, 'GET /v1/.*'],
  [{ method: 'GET' }, 'GET any path'],
  [{ path: '/v1' }, 'any method /v1'],
])('%j reads %j', (rule, text) => expect(formatHttpRule(rule)).toBe(text));
