import { expect, test } from 'vitest';
import type { L7Rule } from '../../../../lib/analysis/connection/connection';
import type { AnalysisDialect } from '../../../../lib/analysis/dialect';
import type { FlowRequest } from '../../../../lib/analysis/flow/flow';
import { requestPasses } from '../../../../lib/analysis/replay/request-match';

const CILIUM: AnalysisDialect = { kind: 'cilium', version: '1.19' };
const http = (rule: string): L7Rule => ({ protocol: 'http', rule });
const dns = (rule: string): L7Rule => ({ protocol: 'dns', rule });
const get = (path: string, host?: string): FlowRequest => {
  return { protocol: 'http', method: 'GET', path, ...(host === undefined ? {} : { host }) };
};
const ask = (name: string): FlowRequest => ({ protocol: 'dns', name });

test.each<[FlowRequest, L7Rule, string]>([
  [get('/v1'), http('GET /v1'), 'yes'],
  [get('/v1'), http('POST /v1'), 'no'],
  [get('/v1'), http('GET|POST /v1'), 'yes'],
  [get('/v1'), http('* *'), 'yes'],
  [get('/v1'), http(' '), 'yes'],
  [get('/v1'), http('GET *'), 'yes'],
  // Envoy holds the whole path against the expression, with its query.
  [get('/v1/a'), http('GET /v1'), 'no'],
  [get('/v1?x=1'), http('GET /v1'), 'no'],
  [get('/v1?x=1'), http('GET /v1(\\?.*)?'), 'yes'],
  [get('/admin/v1'), http('GET /v1'), 'no'],
  [get('/v1', 'api.example.com'), http('GET host api\\.example\\.com /v1'), 'yes'],
  [get('/v1', 'evil.example.com'), http('GET host api\\.example\\.com /v1'), 'no'],
  [get('/v1'), http('GET host api\\.example\\.com /v1'), 'unknown'],
  [get('/v1'), http('GET /v1 {"headers":["X-Token: yes"]}'), 'unknown'],
  [get('/v2'), http('GET /v1 {"headers":["X-Token: yes"]}'), 'no'],
  // RE2 and JavaScript do not read these alike, or JavaScript could take forever.
  [get('/V1'), http('GET (?i)/v1'), 'unknown'],
  [get('/v1'), http('GET /[[:alpha:]]1'), 'unknown'],
  [get('/v1'), http('GET /v1('), 'unknown'],
  [get('/v1'), http('GET ([a-z]{1,99}){1,99}'), 'unknown'],
  [get(`/${'v'.repeat(9000)}`), http('GET /v*'), 'unknown'],
  [get('/v1'), dns('*.example.com'), 'no'],
  [get('/v1'), { protocol: 'l7', rule: '{}' }, 'unknown'],
  [{ protocol: 'other' }, { protocol: 'kafka', rule: '{"topic":"orders"}' }, 'unknown'],
  [{ protocol: 'other' }, http('GET /'), 'no'],
  [ask('api.example.com'), dns('api.example.com'), 'yes'],
  [ask('api.example.com'), dns('*.example.com'), 'yes'],
  [ask('a.b.example.com'), dns('*.example.com'), 'no'],
  [ask('a.b.example.com'), dns('**.example.com'), 'yes'],
  [ask('api.example.com'), http('GET /'), 'no'],
])('%j against %j: %s', (request, rule, expected) => {
  expect(requestPasses(request, [[rule]], CILIUM)).toBe(expected);
});

test('one rule of each list has to match', () => {
  const [v1, v2, any, unclear] = [http('GET /v1'), http('GET /v2'), http('* *'), http('GET /v1 {"headers":["X"]}')];
  expect(requestPasses(get('/v1'), [[v2, v1]], CILIUM)).toBe('yes');
  expect(requestPasses(get('/v1'), [[v1], [any]], CILIUM)).toBe('yes');
  expect(requestPasses(get('/v1'), [[v1], [v2]], CILIUM)).toBe('no');
  expect(requestPasses(get('/v1'), [[unclear, any]], CILIUM)).toBe('yes');
  expect(requestPasses(get('/v1'), [[unclear], [any]], CILIUM)).toBe('unknown');
  expect(requestPasses(get('/v1'), [[unclear], [v2]], CILIUM)).toBe('no');
});

test('a request that is made to be hard is judged all the same', () => {
  // Backtracking would take longer than the universe is old.
  expect(requestPasses(get(`/${'a'.repeat(60)}!`), [[http('GET /(a|aa)+')]], CILIUM)).toBe('no');
});
