import { describe, expect, test } from 'vitest';
import { addressCidr, cidrProblem, cidrRange, cidrRangeProblem } from '../../../lib/model/cidr';
import { METADATA_ADDRESSES, metadataCidr } from '../../../lib/model/metadata-address';
import { expectProblem, problemOf, type Refused } from './refusal';

describe('accepts a range outside the cluster', () => {
  test.each([
    ['203.0.113.7/32', '203.0.113.7/32', []],
    ['203.0.113.0/24', '203.0.113.0/24', []],
    ['10.0.0.0/8', '10.0.0.0/8', []],
    ['172.16.0.0/12', '172.16.0.0/12', []],
    ['fd12:3456::/32', 'fd12:3456::/32', []],
    ['FD12:3456:0:0::/32', 'fd12:3456::/32', []],
    ['2001:db8::7/128', '2001:db8::7/128', []],
    ['2600:1f00::/24', '2600:1f00::/24', []],
    // Wider ranges lose what no edge may reach.
    ['100.64.0.0/10', '100.64.0.0/10', ['100.100.100.200/32']],
    ['168.63.129.16/31', '168.63.129.16/31', ['168.63.129.16/32']],
    ['192.0.0.0/24', '192.0.0.0/24', ['192.0.0.192/32']],
    ['169.0.0.0/8', '169.0.0.0/8', ['169.254.0.0/16']],
    ['fd00:ec2::/32', 'fd00:ec2::/32', ['fd00:ec2::23/128', 'fd00:ec2::254/128']],
    ['2001::/16', '2001::/16', ['2001::/32']],
  ])('%s as %s less %j', (text, cidr, except) => {
    expect(cidrRangeProblem(text)).toBeUndefined();
    expect(cidrRange(text)).toEqual({ cidr, except });
  });

  test('with exceptions, sorted, each once, and those of its own where none covers them', () => {
    expect(cidrRange('10.0.0.0/8', ['10.3.0.0/16', '10.20.0.0/16', '10.3.0.0/16']).except).toEqual([
      '10.20.0.0/16',
      '10.3.0.0/16',
    ]);
    expect(cidrRange('100.64.0.0/10', ['100.100.100.0/24']).except).toEqual(['100.100.100.0/24']);
    expect(cidrRange('100.64.0.0/10', ['100.100.100.0/25']).except).toEqual(['100.100.100.0/25', '100.100.100.200/32']);
  });

  test('and freezes it', () => {
    const range = cidrRange('10.0.0.0/8', ['10.3.0.0/16']);
    expect(Object.isFrozen(range) && Object.isFrozen(range.except)).toBe(true);
  });
});

const INTERNET_BY_ANOTHER_NAME: readonly Refused[] = [
  ['0.0.0.0/0', /covers the whole internet/, /name the hosts, or ranges of \/8 at the widest/],
  ['::/0', /covers the whole internet/, /ranges of \/16 at the widest/],
  ...['0.0.0.0/1', '128.0.0.0/1', '0.0.0.0/7', '203.0.113.7/0', '8.0.0.0/7'].map(
    (text): Refused => [text, /covers (the whole|a large part of the) internet/, /ranges of \/8 at the widest/],
  ),
  ...['::/1', '8000::/1', '2000::/3', '2a00::/12', 'fc00::/7', 'fd00::/8', '::ffff:0:0/0'].map(
    (text): Refused => [text, /covers (the whole|a large part of the) internet/, /ranges of \/16 at the widest/],
  ),
];

const METADATA: readonly Refused[] = [
  '169.254.169.254',
  'fd00:ec2::254',
  'fd00:0ec2:0::0254/128',
  'FD00:EC2::254/128',
  ...METADATA_ADDRESSES.map(metadataCidr),
].map(
  (text): Refused => [text, /is a cloud metadata address, which hands out credentials/, /remove it; .*own identity/],
);

const NEVER_OUTSIDE: readonly Refused[] = [
  ['169.254.0.0/16', /is a link-local range, which is never outside the cluster/, /routed/],
  ['169.254.169.0/24', /is a link-local range/, /routed/],
  ['169.254.169.254/31', /is a link-local range/, /routed/],
  ['fe80::/64', /is a link-local range/, /routed/],
  ['127.0.0.0/8', /is a loopback range/, /routed/],
  ['127.0.0.1/32', /is a loopback range/, /routed/],
  ['::1/128', /is the loopback address/, /routed/],
  ['0.0.0.0/8', /is an unspecified range/, /routed/],
  ['0.1.0.0/16', /is an unspecified range/, /routed/],
  ['::/128', /is the unspecified address/, /routed/],
  ['224.0.0.0/8', /is a multicast range/, /routed/],
  ['239.255.255.250/32', /is a multicast range/, /routed/],
  ['ff02::1/128', /is a multicast range/, /routed/],
  ['255.255.255.255/32', /is the broadcast address/, /routed/],
  ['240.0.0.0/8', /is a reserved range/, /routed/],
  ...['64::/16', '100::/64', 'fec0::/16', '5f00::/16', 'fe00::/16', '1::/16'].map(
    (text): Refused => [text, /is outside the ranges from which IPv6 addresses are assigned/, /routed/],
  ),
];

const IPV4_IN_IPV6: readonly Refused[] = [
  ['::ffff:169.254.169.254/128', 'mapped'],
  ['::ffff:a9fe:a9fe/128', 'mapped'],
  ['::ffff:a9fe:a9fe', 'mapped'],
  ['::ffff:0:0/96', 'mapped'],
  ['0:0:0:0:0:ffff:a9fe:0/112', 'mapped'],
  ['::ffff:0:169.254.169.254/128', 'translated'],
  ['::a9fe:a9fe/128', 'compatible'],
  ['::a00:0/104', 'compatible'],
  ['::169.254.169.254/128', '(mapped|compatible)'],
  ['64:ff9b::a9fe:a9fe/128', 'NAT64'],
  ['64:ff9b::/96', 'NAT64'],
  ['64:ff9b:1::a9fe:a9fe/128', 'NAT64'],
  ['2002:a9fe:a9fe::/48', '6to4'],
  ['2002::/16', '6to4'],
  ['2001:0:a9fe:a9fe::/64', 'Teredo'],
].map(
  ([text, kind]): Refused => [
    text as string,
    new RegExp(`is an IPv4 address in IPv6 clothes \\(${kind}\\)$`),
    /write the IPv4 range itself/,
  ],
);

const MISWRITTEN: readonly Refused[] = [
  ['203.0.113.7', /is an address, not a CIDR/, /write 203\.0\.113\.7\/32/],
  ['2001:db8::7', /is an address, not a CIDR/, /write 2001:db8::7\/128/],
  ['203.0.113.7/24', /has host bits set/, /write 203\.0\.113\.0\/24/],
  ['10.0.0.1/8', /has host bits set/, /write 10\.0\.0\.0\/8/],
  ['2001:db8::7/64', /has host bits set/, /write 2001:db8::\/64/],
  ['10.0.0.0/33', /prefix longer than the 32 bits/, /\/32 for a single address/],
  ['fd12::/129', /prefix longer than the 128 bits/, /\/128 for a single address/],
  ['010.0.0.0/8', /has leading zeros, which some tools read as octal/, /in decimal, without leading zeros/],
  ['10.0.00.0/8', /has leading zeros/, /without leading zeros/],
  ['010.0.0.1', /has leading zeros/, /without leading zeros/],
  ...[
    '',
    'internet',
    '10.0.0.0/08',
    '10.0.0.0/',
    '10.0.0.0/-8',
    '10.0.0.0/8.0',
    '10.0.0.0/255.0.0.0',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '10/8',
    '256.0.0.0/8',
    '0x0a.0.0.0/8',
    '2852039166',
    '2852039166/32',
    ' 10.0.0.0/8',
    '10.0.0.0/8\n',
    '10.0.0.0 /8',
    '１０.0.0.0/8',
    '10.0.0.0\u200b/8',
    'fd12::%eth0/32',
    '[fd12::]/32',
    'fd12:::/32',
    'fd12::1::/32',
    '*/8',
  ].map((text): Refused => [text, /is not a CIDR/, /such as 203\.0\.113\.0\/24/]),
];

describe.each([
  ['the internet by another name', INTERNET_BY_ANOTHER_NAME],
  ['a metadata address', METADATA],
  ['what is never outside the cluster', NEVER_OUTSIDE],
  ['IPv4 in IPv6 clothes', IPV4_IN_IPV6],
  ['what is miswritten', MISWRITTEN],
])('refuses %s', (_, table) => {
  test.each(table)('%j', (text, message, fix) => {
    expectProblem(cidrProblem(text), message, fix);
    expect(problemOf(() => cidrRange(text))).toEqual(cidrProblem(text));
    expect(cidrRangeProblem(text)).toEqual(cidrProblem(text));
  });
});

test.each([
  ['10.0.0.0/8', ['10.0.0.0/9', '10.128.0.0/9']],
  ['10.0.0.0/30', ['10.0.0.0/32', '10.0.0.1/32', '10.0.0.2/31', '10.0.0.3/32', '10.0.0.2/31']],
  ['fd12::/48', ['fd12:0:0:8000::/49', 'fd12::/49', 'fd12::1/128']],
  // The other half is a metadata address, which nobody need name.
  ['100.100.100.200/31', ['100.100.100.201/32']],
])('refuses exceptions that leave nothing of %s: %j', (cidr, except) => {
  expectProblem(cidrRangeProblem(cidr, except), /the exceptions leave no address of/, /name fewer/);
  expect(problemOf(() => cidrRange(cidr, except))).toEqual(cidrRangeProblem(cidr, except));
});

test('accepts exceptions that leave a single address', () => {
  expect(cidrRangeProblem('10.0.0.0/30', ['10.0.0.0/31', '10.0.0.3/32', '10.0.0.3/32'])).toBeUndefined();
});

describe('refuses an exception', () => {
  test.each<Refused<readonly [string, string]>>([
    [
      ['10.0.0.0/8', '11.0.0.0/16'],
      /'11\.0\.0\.0\/16' is not strictly inside 10\.0\.0\.0\/8/,
      /smaller range inside 10/,
    ],
    [['10.0.0.0/8', '10.0.0.0/8'], /is not strictly inside/, /smaller range/],
    [['10.0.0.0/8', '0.0.0.0/0'], /is not strictly inside/, /smaller range/],
    [['10.0.0.0/8', 'fd12::/32'], /is not strictly inside/, /smaller range/],
    [['fd12::/32', '10.0.0.0/8'], /is not strictly inside/, /smaller range/],
    [['10.0.0.0/8', '::ffff:10.1.0.0/112'], /is not strictly inside/, /smaller range/],
    [['10.0.0.0/8', '10.1.0.1/16'], /has host bits set/, /write 10\.1\.0\.0\/16/],
    [['10.0.0.0/8', '10.1.0.0'], /is not a CIDR/, /name a range inside 10\.0\.0\.0\/8/],
    [['10.0.0.0/8', '10.01.0.0/16'], /is not a CIDR/, /name a range inside/],
    [['10.0.0.0/8', ''], /exception '' is not a CIDR/, /name a range inside/],
  ])('%j', ([cidr, except], message, fix) => {
    expectProblem(cidrRangeProblem(cidr, [except]), message, fix);
    expectProblem(cidrRangeProblem(cidr, ['10.1.0.0/16', 'fd12::/48', except]), /exception '/, /./);
  });
});

test.each([
  ['169.254.169.254', '169.254.169.254/32'],
  ['2852039166', '169.254.169.254/32'],
  ['0xa9fea9fe', '169.254.169.254/32'],
  ['0251.0376.0251.0376', '169.254.169.254/32'],
  ['127.1', '127.0.0.1/32'],
  ['[FD00:EC2::254]', 'fd00:ec2::254/128'],
  ['fe80::1%eth0', 'fe80::1/128'],
  ['api.example.com', undefined],
  ['', undefined],
])('addressCidr(%j) is %j', (text, cidr) => expect(addressCidr(text)).toBe(cidr));
