import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dnsLabelProblem, dnsSubdomainProblem } from '../../../lib/model/name';
import { expectProblem, expectReadable } from './refusal';

test.each(['a', 'portarium-agents', '0', '1a', 'a--b', 'a'.repeat(63)])('%j is a DNS label', (text) => {
  expect(dnsLabelProblem(text, 'namespace')).toBeUndefined();
  expect(dnsSubdomainProblem(text, 'policy name')).toBeUndefined();
});

const BAD_LABELS = [
  '',
  'Portarium',
  'a_b',
  '-a',
  'a-',
  'a b',
  'a\n',
  ' a',
  'ä',
  'a/b',
  '..',
  '*',
  'a\u200b',
  'a\u0000',
];

describe('refuses a label that Kubernetes refuses', () => {
  test.each([...BAD_LABELS, 'a.b'])('%j', (text) => {
    expectProblem(
      dnsLabelProblem(text, 'namespace'),
      /^namespace '.*' is not a DNS label$/,
      /lower-case letters, digits and '-'/,
    );
  });

  test('of 64 characters', () => {
    expectProblem(
      dnsLabelProblem('a'.repeat(64), 'workspace id'),
      /^workspace id 'a{64}' has 64 characters$/,
      /63 .* at most/,
    );
  });
});

test.each(['example.com', 'a.b-c.0', `${`${'a'.repeat(62)}.`.repeat(4)}b`])('%j is a DNS subdomain', (text) => {
  expect(dnsSubdomainProblem(text, 'domain')).toBeUndefined();
});

describe('refuses a subdomain that Kubernetes refuses', () => {
  test.each([...BAD_LABELS, '.a', 'a.', 'a..b', 'a.-b'])('%j', (text) => {
    expectProblem(dnsSubdomainProblem(text, 'domain'), /^domain '.*' is not a DNS subdomain$/, /every part/);
  });

  test('of 254 characters', () => {
    expectProblem(
      dnsSubdomainProblem('a'.repeat(254), 'domain'),
      /^domain has 254 characters$/,
      /253 characters at most/,
    );
  });
});

const text = fc.oneof(
  fc.stringMatching(/^[-a-z0-9.A]{0,80}$/),
  fc.domain(),
  fc.string(),
  fc.string({ unit: 'binary' }),
);
const isLabel = (part: string) =>
  part.length > 0 && !/[^-a-z0-9]/.test(part) && part.at(0) !== '-' && part.at(-1) !== '-';

test('both accept exactly what RFC 1123 and the API server accept', () => {
  fc.assert(
    fc.property(text, (candidate) => {
      const label = dnsLabelProblem(candidate, 'namespace');
      const subdomain = dnsSubdomainProblem(candidate, 'policy name');
      expect(label === undefined).toBe(isLabel(candidate) && candidate.length < 64);
      expect(subdomain === undefined).toBe(candidate.split('.').every(isLabel) && candidate.length < 254);
      for (const problem of [label, subdomain]) if (problem !== undefined) expectReadable(problem);
    }),
    { numRuns: 2000 },
  );
});
