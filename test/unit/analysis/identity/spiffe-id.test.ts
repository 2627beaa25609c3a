import { describe, expect, test } from 'vitest';
import { ALIAS, clusterSpiffeIdOf, deployment, entry, messages, selectorsOf } from './build';

const WEB = deployment('shop/web');
const problems = (spiffeId: string) =>
  messages('invalid-spiffe-id', WEB, ALIAS, entry(spiffeId, selectorsOf('shop/web')));

describe('invalid-spiffe-id', () => {
  test.each([
    ['spiffe://td.test/agent/*', /holds a wildcard/],
    ['spiffe://td.test/agent/?', /holds a wildcard/],
    ['spiffe://td.test/a b', /holds blanks/],
    ['spiffe://td.test/a\t', /holds blanks/],
    ['spiffe://TD.test/a', /trust domain in upper case/],
    ['spiffe://td.test/spire/x', /lies below \/spire/],
    ['spiffe://td.test/spire', /lies below \/spire/],
    [`spiffe://td.test/${'a'.repeat(2048 - 16)}`, /has 2049 bytes/],
    ['', /does not start with 'spiffe:\/\/'/],
    ['https://td.test/a', /does not start with 'spiffe:\/\/'/],
    ['spiffe:///a', /no valid trust domain/],
    ['spiffe://td.test:8081/a', /no valid trust domain/],
    [`spiffe://${'a'.repeat(256)}/a`, /no valid trust domain/],
    ['spiffe://td.test', /has no path/],
    ['spiffe://td.test/a/', /empty path segment/],
    ['spiffe://td.test/a//b', /empty path segment/],
    ['spiffe://td.test/../b', /the path segment '\.\.'/],
    ['spiffe://td.test/a%20b', /the path segment 'a%20b'/],
  ])('%s', (spiffeId, message) => {
    expect(problems(spiffeId)).toEqual([expect.stringMatching(message)]);
  });

  test.each([
    'spiffe://td.test/Agent/ws_1.x-y',
    'spiffe://td.test/spire-agent/x',
    `spiffe://td.test/${'a'.repeat(2048 - 17)}`,
  ])('%s is one', (spiffeId) => {
    expect(problems(spiffeId)).toEqual([]);
  });

  test.each([
    ['spiffe://{{ .TrustDomain }}/ns/{{ .PodMeta.Namespace }}', []],
    ['spiffe://{{ .TrustDomain }}/{{ index .PodMeta.Labels "a b*" }}', []],
    ['spiffe://{{ .TrustDomain }}/agent/{{ .PodMeta.Name }}/*', [/holds a wildcard/]],
    ['spiffe://{{ .TrustDomain }}/spire/{{ .PodMeta.Name }}', [/lies below \/spire/]],
    ['spiffe://{{ .TrustDomain }}', [/has no path/]],
  ])('of the template %s, what stands outside of braces', (spiffeIDTemplate, expected) => {
    expect(messages('invalid-spiffe-id', WEB, clusterSpiffeIdOf('shop/web', { spiffeIDTemplate }))).toEqual(
      expected.map((message) => expect.stringMatching(message)),
    );
  });
});

describe('the parent', () => {
  const below = (parentID: string) =>
    messages('invalid-spiffe-id', WEB, entry('spiffe://td.test/a', selectorsOf('shop/web'), { parentID }));

  test.each(['spiffe://td.test/spire-agent', 'spiffe://td.test/spire/agent/x', 'spiffe://td.test/spire/server'])(
    '%s may be one',
    (parentID) => expect(below(parentID)).toEqual([]),
  );

  test.each(['', 'spiffe://td.test/spire/else', 'spiffe://td.test/spire/agent/*', 'spiffe://TD.test/spire/server'])(
    "'%s' may not",
    (parentID) => expect(below(parentID)).toHaveLength(1),
  );
});
