import { expect, test } from 'vitest';
import { ipBlockExceptOutsideCidr } from '../../../../lib/analysis/rules/ip-block-except-outside-cidr';
import { cnp, findings, lines, np } from './build';

const block = (ipBlock: string) =>
  np('a', 'p', `podSelector: {}\npolicyTypes: [Egress]\negress:\n- to:\n  - ipBlock: ${ipBlock}`);

test('the whole block', () => {
  const yaml = block('{cidr: 10.0.0.0/8, except: [10.0.0.0/8]}');
  expect(findings(ipBlockExceptOutsideCidr, { yaml })).toEqual([
    'error: the exception 10.0.0.0/8 is the whole of 10.0.0.0/8: the API server refuses the policy',
  ]);
  const cilium = cnp(
    'a',
    'p',
    'endpointSelector: {}\negress:\n- toCIDRSet:\n  - cidr: 10.0.0.0/8\n    except:\n    - 10.0.0.0/8',
  );
  expect(findings(ipBlockExceptOutsideCidr, { yaml: cilium })).toEqual([
    expect.stringContaining('nothing is left of the block'),
  ]);
  expect(lines(ipBlockExceptOutsideCidr, { yaml: cilium })).toEqual(['- 10.0.0.0/8']);
});

test('what reading refused is not said twice', () => {
  expect(findings(ipBlockExceptOutsideCidr, { yaml: block('{cidr: 10.0.0.0/8, except: [192.168.0.0/16]}') })).toEqual(
    [],
  );
});

test('silent: a part', () => {
  expect(findings(ipBlockExceptOutsideCidr, { yaml: block('{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}') })).toEqual([]);
});

test('each exception of each block of Cilium, in both directions', () => {
  const rule = (far: string, except: string) => `- ${far}CIDRSet:\n  - {cidr: 10.0.0.0/8, except: [${except}]}`;
  const part = '10.1.0.0/16';
  const whole = '10.0.0.0/8';
  const yaml = (inside: string, outside: string) =>
    cnp('a', 'p', `endpointSelector: {}\ningress:\n${rule('from', inside)}\negress:\n${rule('to', outside)}`);
  expect(findings(ipBlockExceptOutsideCidr, { yaml: yaml(`${part}, ${whole}`, whole) })).toHaveLength(2);
  expect(findings(ipBlockExceptOutsideCidr, { yaml: yaml(part, part) })).toEqual([]);
});
