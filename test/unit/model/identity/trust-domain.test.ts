import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { trustDomain, trustDomainProblem } from '../../../../lib/model/identity/trust-domain';
import { expectProblem, expectReadable, problemOf, type Refused } from '../refusal';

test.each(['portarium.dev', 'a', 'td-1_x.y', '10.0.0.1', 'a'.repeat(255)])('%j is a trust domain', (text) => {
  expect(trustDomainProblem(text)).toBeUndefined();
  expect(trustDomain(text)).toBe(text);
});

describe('refuses', () => {
  test.each<Refused>([
    ['', /is empty/, /portarium\.dev/],
    ['a'.repeat(256), /has 256 bytes/, /255 bytes at most/],
    ['é'.repeat(128), /has 256 bytes/, /255 bytes at most/],
    ...['*', '*.portarium.dev', 'portarium.?'].map((text): Refused => [text, /wildcard/, /one trust domain/]),
    ...['spiffe://portarium.dev', 'portarium.dev/', 'portarium.dev:443', 'me@portarium.dev', '[::1]', 'a#b'].map(
      (text): Refused => [text, /scheme, user, port or path/, /the name alone/],
    ),
    ...['Portarium.dev', 'portarium.DEV'].map((text): Refused => [text, /upper case/, /lower case/]),
    ...[' ', 'portarium dev', 'portarium.dev\n', '\tportarium.dev', 'portarium%2edev', 'pörtarium.dev', 'a\u200bb'].map(
      (text): Refused => [text, /blanks or characters/, /lower-case letters/],
    ),
    // The Kelvin sign has a lower case in ASCII, and is not an upper-case letter of it.
    ['\u212aube.dev', /blanks or characters/, /lower-case letters/],
  ])('%j', (text, message, fix) => {
    expectProblem(trustDomainProblem(text), message, fix);
    expect(problemOf(() => trustDomain(text))).toEqual(trustDomainProblem(text));
  });
});

test('accepts exactly what go-spiffe accepts, up to 255 bytes', () => {
  const allowed = new Set('abcdefghijklmnopqrstuvwxyz0123456789.-_');
  const text = fc.oneof(fc.stringMatching(/^[a-z0-9._-]{0,300}$/), fc.domain(), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(text, (name) => {
      const problem = trustDomainProblem(name);
      expect(problem === undefined).toBe(
        name !== '' && name.length <= 255 && [...name].every((character) => allowed.has(character)),
      );
      if (problem !== undefined) expectReadable(problem);
    }),
    { numRuns: 1000 },
  );
});
