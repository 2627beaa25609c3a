import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatSpiffeId,
  parentIdProblem,
  parseParentId,
  parseSpiffeId,
  segmentProblem,
  spiffeId,
  spiffeIdProblem,
} from '../../../../lib/model/identity/spiffe-id';
import { expectProblem, expectReadable, problemOf, type Refused } from '../refusal';

const LONG = `spiffe://td/${'a'.repeat(2036)}`;

test.each([
  ['spiffe://portarium.dev/control-plane', 'portarium.dev', ['control-plane']],
  ['spiffe://portarium.dev/agent/ws-production', 'portarium.dev', ['agent', 'ws-production']],
  ['spiffe://td/A_b.c/...', 'td', ['A_b.c', '...']],
  ['spiffe://portarium.dev/spire-agent', 'portarium.dev', ['spire-agent']],
  ['spiffe://td/spired/x', 'td', ['spired', 'x']],
  ['spiffe://td/x/spire', 'td', ['x', 'spire']],
  ['spiffe://td/Spire/server', 'td', ['Spire', 'server']],
  [LONG, 'td', ['a'.repeat(2036)]],
])('reads %j', (text, trustDomain, path) => {
  expect(parseSpiffeId(text)).toEqual({ trustDomain, path });
  expect(parseParentId(text)).toEqual({ trustDomain, path });
  expect(spiffeId(trustDomain, ...path)).toEqual(parseSpiffeId(text));
});

const SYNTAX: readonly Refused[] = [
  ...['', 'portarium.dev/agent', 'SPIFFE://td/a', 'https://td/a', ' spiffe://td/a', 'spiffe:/td/a'].map(
    (text): Refused => [text, /does not start with 'spiffe:\/\/'/, /spiffe:\/\/trust-domain\/path/],
  ),
  [`${LONG}a`, /has 2049 bytes/, /2048 bytes at most/],
  [`spiffe://td/${'é'.repeat(1019)}`, /has 2050 bytes/, /2048 bytes at most/],
  ...['spiffe://portarium.dev/agent/*', 'spiffe://*/agent', 'spiffe://td/agent-?'].map(
    (text): Refused => [text, /wildcard.*names one identity/, /each identity by its own/],
  ),
  ...['spiffe://td/a b', 'spiffe://td/a\n', 'spiffe:// td/a', 'spiffe://td/a\u00a0b', 'spiffe://td/a\u200bb'].map(
    (text): Refused => [text, /holds blanks/, /remove them/],
  ),
  ['spiffe:///agent', /trust domain is empty/, /portarium\.dev/],
  ['spiffe://Portarium.dev/agent', /upper case/, /lower case/],
  ['spiffe://td:443/agent', /scheme, user, port or path/, /the name alone/],
  ['spiffe://me@td/agent', /scheme, user, port or path/, /the name alone/],
  [`spiffe://${'a'.repeat(256)}/agent`, /has 256 bytes/, /255 bytes/],
  ...['spiffe://td', 'spiffe://td/'].map((text): Refused => [text, /no path/, /add a path/]),
  ...['spiffe://td/agent/', 'spiffe://td/agent//'].map((text): Refused => [text, /ends in a slash/, /remove/]),
  ...['spiffe://td//agent', 'spiffe://td/a//b'].map((text): Refused => [text, /empty path segment/, /one slash/]),
  ...['spiffe://td/.', 'spiffe://td/../spire/server', 'spiffe://td/a/./b'].map(
    (text): Refused => [text, /has the path segment '\.\.?'/, /that is meant/],
  ),
  ...['spiffe://td/%61gent', 'spiffe://td/a%2Fb'].map((text): Refused => [text, /percent-encoded/, /characters alone/]),
  ...[
    'spiffe://td/a:b',
    'spiffe://td/{{.PodMeta.Name}}',
    'spiffe://td/agént',
    "spiffe://td/a'b",
    'spiffe://td/a#b',
  ].map((text): Refused => [text, /cannot be a path segment/, /letters, digits/]),
];

const RESERVED: readonly Refused[] = [
  'spiffe://td/spire',
  'spiffe://td/spire/server',
  'spiffe://td/spire/agent',
  'spiffe://td/spire/x/agent/y',
].map((text) => [text, /below \/spire/, /another path/]);

describe('refuses', () => {
  test.each([...SYNTAX, ...RESERVED])('%j', (text, message, fix) => {
    expectProblem(spiffeIdProblem(text), message, fix);
    expect(problemOf(() => parseSpiffeId(text))).toEqual(spiffeIdProblem(text));
    expect(parentIdProblem(text)).toEqual(spiffeIdProblem(text));
    expect(problemOf(() => parseParentId(text))).toEqual(spiffeIdProblem(text));
  });
});

test('an agent of SPIRE is a parent and no workload', () => {
  const agent = 'spiffe://td/spire/agent/k8s_psat/production/3f2b';
  expectProblem(spiffeIdProblem(agent), /below \/spire/, /another path/);
  expect(parseParentId(agent).path).toEqual(['spire', 'agent', 'k8s_psat', 'production', '3f2b']);
});

describe('spiffeId refuses parts that would be read as other parts', () => {
  test.each<Refused<[string, ...string[]]>>([
    [['td', 'a/b'], /'a\/b' cannot be a path segment/, /letters, digits/],
    [['td', 'agent', ''], /empty path segment/, /one slash/],
    [['td', 'agent', '*'], /wildcard/, /its own SPIFFE ID/],
    [['td', 'agent', 'a b'], /holds blanks/, /remove/],
    [['td/agent', 'x'], /scheme, user, port or path/, /name alone/],
    [['TD', 'x'], /upper case/, /lower case/],
    [['td'], /no path/, /add a path/],
    [['td', 'spire', 'x'], /below \/spire/, /another path/],
    [['td', 'a'.repeat(2037)], /has 2049 bytes/, /2048/],
  ])('%j', ([domain, ...path], message, fix) => {
    expectProblem(
      problemOf(() => spiffeId(domain, ...path)),
      message,
      fix,
    );
  });
});

const segment = fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/).filter((text) => text !== '.' && text !== '..');
const path = fc.array(segment, { minLength: 1, maxLength: 5 }).filter(([first]) => first !== 'spire');
const domain = fc.stringMatching(/^[a-z0-9._-]{1,20}$/);

test('what was made is read back, and what was read is written back', () => {
  fc.assert(
    fc.property(domain, path, (trustDomain, segments) => {
      const id = spiffeId(trustDomain, ...segments);
      expect(id).toEqual({ trustDomain, path: segments });
      expect(parseSpiffeId(formatSpiffeId(id))).toEqual(id);
      expect(Object.isFrozen(id) && Object.isFrozen(id.path)).toBe(true);
    }),
  );
});

test('accepts exactly what the specification and SPIRE accept', () => {
  const nearly = fc
    .tuple(domain, fc.array(fc.oneof(segment, fc.constantFrom('', '.', '..', 'spire', 'a%20', '*')), { maxLength: 4 }))
    .map(([name, segments]) => `spiffe://${[name, ...segments].join('/')}`);
  fc.assert(
    fc.property(
      fc.oneof(
        nearly,
        fc.string({ unit: 'binary' }).map((text) => `spiffe://td/${text}`),
      ),
      (text) => {
        const [, reservedOrNot = ''] =
          /^spiffe:\/\/[a-z0-9._-]+((?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)+)$/.exec(text) ?? [];
        const accepted = reservedOrNot !== '' && !/^\/spire(\/|$)/.test(reservedOrNot) && !text.endsWith('\n');
        const problem = spiffeIdProblem(text);
        expect(problem === undefined).toBe(accepted);
        if (problem !== undefined) expectReadable(problem);
      },
    ),
    { numRuns: 2000 },
  );
});

test.each(['', '.', '..', 'a/b', 'a%', '*', ' ', 'ä'])('%j is no segment', (text) => {
  expectReadable(segmentProblem(text) ?? { message: '', fix: '' });
  expect(segmentProblem(text)).toBeDefined();
});
