import { isIP } from 'node:net';
import { expect, test } from 'vitest';
import { cidrProblem } from '../../../lib/model/cidr';
import { hostProblem } from '../../../lib/model/host';
import { knownRange, rangeText } from '../../../lib/model/ip-range';
import { METADATA_ADDRESSES, METADATA_HOSTS, metadataCidr } from '../../../lib/model/metadata-address';

test.each(['169.254.169.254', 'fd00:ec2::254', '168.63.129.16', '100.100.100.200'])('%s is known', (address) => {
  expect(METADATA_ADDRESSES).toContain(address);
});

test.each(METADATA_ADDRESSES)('%s is a canonical address that no edge may name', (address) => {
  const cidr = metadataCidr(address);
  expect(cidr).toBe(`${address}/${isIP(address) === 4 ? 32 : 128}`);
  expect(rangeText(knownRange(cidr))).toBe(cidr);
  expect(cidrProblem(cidr)?.message).toContain('cloud metadata address');
  expect(hostProblem(address)?.message).toContain('cloud metadata address');
});

test.each(METADATA_HOSTS)('%s is a host that no edge may name', (host) => {
  expect(hostProblem(host)?.message).toContain('cloud metadata endpoint');
});

test('the lists are in order, hold each entry once, and cannot be changed', () => {
  for (const list of [METADATA_ADDRESSES, METADATA_HOSTS]) {
    expect([...new Set(list)].sort()).toEqual(list);
    expect(Object.isFrozen(list)).toBe(true);
  }
});
