import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  agentTlsProblems,
  allowedSpiffeIdProblem,
  baseUrlProblem,
  controlPlaneTlsProblems,
  socketPathProblem,
  TLS_MODES,
  type TlsMode,
} from '../../../../lib/model/identity/mtls';
import { expectProblem, expectReadable, type Refused } from '../refusal';
import { AGENT, CONTROL_PLANE } from './tls';

test.each(TLS_MODES)('mode %s is fine', (mode) => {
  expect(controlPlaneTlsProblems({ ...CONTROL_PLANE, mode })).toEqual([]);
  expect(agentTlsProblems({ ...AGENT, mode })).toEqual([]);
});

describe('socket paths', () => {
  test.each(['/run/spire/sockets/agent.sock', '/a/b', `/a/${'b'.repeat(104)}`])('%j is one', (path) =>
    expect(socketPathProblem(path)).toBeUndefined(),
  );

  test.each<Refused>([
    [`/a/${'b'.repeat(105)}`, /has 108 bytes/, /107 bytes/],
    ...[
      '',
      '/',
      '/agent.sock',
      'run/agent.sock',
      './run/agent.sock',
      'unix:///run/agent.sock',
      '/run/../agent.sock',
      '/run/./agent.sock',
      '/run//agent.sock',
      '/run/spire/',
      '/run/spire sockets/agent.sock',
      '/run/a\n',
      '/run/é/agent.sock',
    ].map((path): Refused => [path, /is not the path of a socket in a directory/, /an absolute path/]),
  ])('%j is refused', (path, message, fix) => expectProblem(socketPathProblem(path), message, fix));
});

describe('callers that the control plane lets in', () => {
  test.each(['spiffe://portarium.dev/agent/*', 'spiffe://portarium.dev/agent/ws-a', 'spiffe://portarium.dev/a/b/*'])(
    '%j',
    (text) => expect(allowedSpiffeIdProblem(text, 'portarium.dev')).toBeUndefined(),
  );

  test.each<Refused>([
    ...['*', '', 'portarium.dev/agent/*', 'https://portarium.dev/x'].map(
      (text): Refused => [text, /is not a SPIFFE ID/, /spiffe:\/\//],
    ),
    ...['spiffe://portarium.dev/*', 'spiffe://portarium.dev'].map(
      (text): Refused => [text, /every workload of the trust domain/, /name a path/],
    ),
    ...['spiffe://*/agent/*', 'spiffe://portarium.*/agent'].map(
      (text): Refused => [text, /wildcard/, /one trust domain/],
    ),
    ...[
      'spiffe://portarium.dev/*/ws-a',
      'spiffe://portarium.dev/agent*',
      'spiffe://portarium.dev/agent/ws-*',
      'spiffe://portarium.dev/a/**',
    ].map((text): Refused => [text, /wildcard/, /its own SPIFFE ID/]),
    ...['spiffe://portarium.dev/agent/', 'spiffe://portarium.dev//*'].map(
      (text): Refused => [text, /empty path segment/, /one slash/],
    ),
    ['spiffe://portarium.dev/../*', /path segment '\.\.'/, /that is meant/],
    ['spiffe://other.dev/agent/*', /another trust domain than 'portarium\.dev'/, /callers in 'portarium\.dev'/],
  ])('not %j', (text, message, fix) => expectProblem(allowedSpiffeIdProblem(text, 'portarium.dev'), message, fix));
});

describe('base URLs', () => {
  test.each(['https://control-plane.portarium-system.svc:443', 'https://10.0.0.1', 'https://cp.example/api/v1'])(
    '%j is one',
    (text) => expect(baseUrlProblem(text)).toBeUndefined(),
  );

  test.each<Refused>([
    ...['', 'control-plane:443/x y', 'https://', '//host', 'https://a b', 'https://host\n', 'https://ho\tst'].map(
      (text): Refused => [text, /is not a URL/, /https:\/\/host:port/],
    ),
    ...['http://control-plane', 'unix:///run/x', 'ftp://host'].map((text): Refused => [text, /not HTTPS/, /https/]),
    ...['https://host?x=1', 'https://host#x', 'https://host?'].map((text): Refused => [text, /query/, /https/]),
  ])('%j is refused', (text, message, fix) => expectProblem(baseUrlProblem(text), message, fix));

  test('a password does not reach the log', () => {
    const problem = baseUrlProblem('https://me:secret@host');
    expectProblem(problem, /holds credentials/, /https/);
    expect(JSON.stringify(problem)).not.toContain('secret');
  });
});

test('every problem of the control plane is named', () => {
  const problems = controlPlaneTlsProblems({
    mode: 'plain' as TlsMode,
    socketPath: 'x',
    trustDomain: 'TD',
    allowedSpiffeIds: [],
  });
  expect(problems.map(({ message }) => message)).toEqual([
    "'plain' is not a TLS mode",
    "'x' is not the path of a socket in a directory",
    expect.stringContaining('upper case'),
    'nobody is allowed to call the control plane',
  ]);
  problems.forEach(expectReadable);
});

test('every problem of the agents is named', () => {
  const problems = agentTlsProblems({ mode: '' as TlsMode, socketPath: '', baseUrl: '' });
  expect(problems).toHaveLength(3);
  problems.forEach(expectReadable);
});

test('whatever is let in lies below a named path of the trust domain', () => {
  const segment = fc.constantFrom('agent', '*', '', '.', '..', 'ws-a', 'a*', '**');
  fc.assert(
    fc.property(fc.constantFrom('td', '*', 'other'), fc.array(segment, { maxLength: 4 }), (domain, path) => {
      const text = `spiffe://${[domain, ...path].join('/')}`;
      if (allowedSpiffeIdProblem(text, 'td') === undefined) {
        expect(text).toMatch(/^spiffe:\/\/td(\/(agent|ws-a))+(\/\*)?$/);
      }
    }),
    { numRuns: 1000 },
  );
});
