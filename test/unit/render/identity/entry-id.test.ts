import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatSpiffeId, spiffeId } from '../../../../lib/model/identity/spiffe-id';
import { dnsLabelProblem } from '../../../../lib/model/name';
import { entryId, resourceName } from '../../../../lib/render/identity/entry-id';

const segment = fc.stringMatching(/^[A-Za-z0-9_-]([A-Za-z0-9._-]{0,40}[A-Za-z0-9_-])?$/);
const id = fc
  .tuple(fc.constantFrom('td', 'portarium.dev'), fc.array(segment, { minLength: 1, maxLength: 12 }))
  .filter(([, path]) => path[0] !== 'spire')
  .map(([domain, path]) => spiffeId(domain, ...path));
const owner = fc.constantFrom('ws-a', 'ws-b', 'a');

test('an id says what it stands for, and stays the same', () => {
  expect(entryId(spiffeId('portarium.dev', 'agent', 'ws-production'), 'ws-production')).toBe(
    // Any other id would leave the entries of running clusters behind.
    'portcullis.agent.ws-production.672561b0a11ce577bbe88f75cc44bcfe',
  );
  expect(resourceName(spiffeId('portarium.dev', 'Agent', '_WS.production-'), 'x')).toMatch(
    /^agent-ws-production-[0-9a-f]{16}$/,
  );
  expect(resourceName(spiffeId('td', '___'), 'x')).toMatch(/^identity-[0-9a-f]{16}$/);
});

test('an id is one that SPIRE takes, and a name one that Kubernetes takes', () => {
  fc.assert(
    fc.property(id, owner, (of, by) => {
      expect(entryId(of, by)).toMatch(/^[A-Za-z0-9._-]{1,255}$/);
      expect(dnsLabelProblem(resourceName(of, by), 'name')).toBeUndefined();
    }),
    { numRuns: 1000 },
  );
});

test('the longest path still makes an id that SPIRE takes', () => {
  const long = spiffeId('td', 'a'.repeat(2000));
  expect(entryId(long, 'x')).toHaveLength(255);
  expect(entryId(long, 'x')).not.toBe(entryId(spiffeId('td', `${'a'.repeat(1999)}b`), 'x'));
});

test.each([
  ['slashes and dots', ['a', 'b'], ['a.b']],
  ['slashes and dashes', ['a', 'b'], ['a-b']],
  ['upper and lower case', ['A'], ['a']],
])('%s are not confused', (_, one, other) => {
  const ids = [spiffeId('td', ...one), spiffeId('td', ...other)];
  expect(new Set(ids.map((of) => entryId(of, 'x').toLowerCase())).size).toBe(2);
  expect(new Set(ids.map((of) => resourceName(of, 'x'))).size).toBe(2);
});

test('two identities have two ids, and two owners of one identity too', () => {
  fc.assert(
    fc.property(id, id, owner, owner, (one, other, by, byOther) => {
      const same = formatSpiffeId(one) === formatSpiffeId(other) && by === byOther;
      expect(entryId(one, by) === entryId(other, byOther)).toBe(same);
      expect(resourceName(one, by) === resourceName(other, byOther)).toBe(same);
      expect(entryId(one, 'ws-a')).not.toBe(entryId(one, 'ws-b'));
      expect(entryId(one, by)).toBe(entryId({ ...one }, by));
    }),
  );
});
