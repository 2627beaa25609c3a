import { expect, test } from 'vitest';
import { didYouMean, nearest } from '../../../lib/environment/did-you-mean';

const KNOWN = ['host', 'cidr', 'purpose', 'egressAllowlist', 'to'];

test.each([
  ['hots', 'host'],
  ['HOST', 'host'],
  ['prupose', 'purpose'],
  ['egressAllowList', 'egressAllowlist'],
  ['egress_allow_list', 'egressAllowlist'],
  ['To', 'to'],
])("'%s' was meant to be '%s'", (text, meant) => {
  expect(nearest(text, KNOWN)).toBe(meant);
  expect(didYouMean(text, KNOWN)).toBe(`; did you mean '${meant}'?`);
});

test.each(['from', 'x', '', '12', '1.17', 'tools', 'x'.repeat(1_000_000)])("'%s' was not meant to be any", (text) => {
  expect(didYouMean(text, [...KNOWN, '1.18'])).toBe('');
});

test('where nothing is known nothing was meant', () => {
  expect(nearest('host', [])).toBeUndefined();
});
