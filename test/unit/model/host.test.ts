import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { host, hostProblem, isHostPattern, normalizeHost } from '../../../lib/model/host';
import { expectProblem, expectReadable, problemOf, type Refused } from './refusal';

describe('accepts a host outside the cluster', () => {
  test.each([
    ['api.stripe.com', 'api.stripe.com'],
    ['s3.amazonaws.com', 's3.amazonaws.com'],
    ['sts.eu-central-1.amazonaws.com', 'sts.eu-central-1.amazonaws.com'],
    ['octocat.github.io', 'octocat.github.io'],
    ['example.co.uk', 'example.co.uk'],
    ['*.eu.example.com', '*.eu.example.com'],
    ['**.example.com', '**.example.com'],
    ['*.amazonaws.com', '*.amazonaws.com'],
    ['API.Stripe.COM', 'api.stripe.com'],
    ['api.stripe.com.', 'api.stripe.com'],
    ['*.Example.com.', '*.example.com'],
    ['1password.com', '1password.com'],
    ['3.14.example.com', '3.14.example.com'],
    ['0xcafe.example.com', '0xcafe.example.com'],
    ['a--b.example.com', 'a--b.example.com'],
    ['erp.corp', 'erp.corp'],
    ['billing.eu.acme', 'billing.eu.acme'],
    ['db.prod.internal', 'db.prod.internal'],
    ['api.svc.example.com', 'api.svc.example.com'],
    [`${'a'.repeat(63)}.example.com`, `${'a'.repeat(63)}.example.com`],
  ])('%j as %j', (text, spelling) => {
    expect(hostProblem(text)).toBeUndefined();
    expect(host(text)).toBe(spelling);
  });

  test('up to 253 characters, the root dot not counted', () => {
    const longest = `${`${'a'.repeat(63)}.`.repeat(3)}${'b'.repeat(57)}.com`;
    expect(longest).toHaveLength(253);
    expect(host(`${longest}.`)).toBe(longest);
    expectProblem(hostProblem(`b${longest}`), /254 characters/, /at most 253/);
  });
});

const CATCH_ALL: readonly Refused[] = [
  ...['*', '**', '*.*', '**.*', '*.', 'all', 'ALL', 'any', 'world', 'internet'].map(
    (text): Refused => [text, /would allow every host/, /name each host/],
  ),
  ...['', ' ', '\t', '\n', '.', '..', ' . '].map((text): Refused => [text, /is empty/, /name the host/]),
];

const NO_HOST: readonly Refused[] = [
  ['https://api.stripe.com', /not a host: it holds a scheme/, /write the host alone \('api\.stripe\.com'\)/],
  ['api.stripe.com/v1', /not a host/, /write the host alone \('api\.stripe\.com'\)/],
  ['api.stripe.com:443', /not a host/, /'api\.stripe\.com'\) and the port under its own key/],
  ['user:secret@api.stripe.com', /not a host/, /write the host alone \('api\.stripe\.com'\)/],
  ['https://api.stripe.com@evil.example.com/', /not a host/, /write the host alone \('evil\.example\.com'\)/],
  ['api.stripe.com?x', /not a host/, /write the host alone/],
  ['api.stripe.com#x', /not a host/, /write the host alone/],
  ['api.stripe.com\\x', /not a host/, /write the host/],
  [' api.stripe.com', /not a host/, /write the host/],
  ['api.stripe.com ', /not a host/, /write the host/],
  ['api.stripe.com\n', /not a host.*blanks or control characters/, /write the host/],
  ['api.stripe.com\nevil.example.com', /'api\.stripe\.com\\u\{a\}evil/, /write the host/],
  ['api.stripe.com\u0000.evil.example.com', /'api\.stripe\.com\\u\{0\}\.evil/, /write the host name alone/],
  ['api.stripe.com\u001b[2K', /\\u\{1b\}\[2K' is not a host/, /write the host name alone/],
  ['10.0.0.0/8', /is a range of addresses, not a host/, /under cidr/],
  ['fd12:3456::/32', /is a range of addresses, not a host/, /under cidr/],
];

const ADDRESS: readonly Refused[] = [
  ['203.0.113.7', /IP address posing as a host$/, /write it under cidr \(203\.0\.113\.7\/32\)/],
  ['203.0.113.7.', /IP address posing as a host$/, /203\.0\.113\.7\/32/],
  ['3405803783', /IP address posing as a host$/, /203\.0\.113\.7\/32/],
  ['2001:db8::7', /IP address posing as a host$/, /2001:db8::7\/128/],
  ['[2001:DB8::7]', /IP address posing as a host$/, /2001:db8::7\/128/],
  ...['169.254.169.254', '2852039166', '0xa9fea9fe', '0XA9FEA9FE', '0251.0376.0251.0376', '169.254.43518'].map(
    (text): Refused => [
      text,
      /IP address posing as a host, and '169\.254\.169\.254\/32' is a cloud metadata/,
      /identity/,
    ],
  ),
  ...['fd00:ec2::254', '[fd00:ec2::254]', 'FD00:EC2:0::254'].map(
    (text): Refused => [text, /IP address posing as a host, and 'fd00:ec2::254\/128' is a cloud metadata/, /identity/],
  ),
  ...['::ffff:169.254.169.254', '[::ffff:a9fe:a9fe]'].map(
    (text): Refused => [text, /IP address posing as a host, and .* IPv4 address in IPv6 clothes \(mapped\)/, /IPv4/],
  ),
  ['64:ff9b::169.254.169.254', /posing as a host, and .* IPv6 clothes \(NAT64\)/, /IPv4/],
  ['2002:a9fe:a9fe::1', /posing as a host, and .* IPv6 clothes \(6to4\)/, /IPv4/],
  ['127.1', /posing as a host, and '127\.0\.0\.1\/32' is a loopback/, /routed/],
  ['[::1]', /posing as a host, and '::1\/128' is the loopback/, /routed/],
  ['fe80::1%eth0', /posing as a host, and 'fe80::1\/128' is a link-local/, /routed/],
  ['0', /posing as a host, and '0\.0\.0\.0\/32' is an unspecified/, /routed/],
  ['api.example.123', /ends in a number, so resolvers read it as an IP address/, /cidr/],
  ['*.254', /ends in a number/, /cidr/],
];

const WILDCARD: readonly Refused[] = [
  [
    '*example.com',
    /wildcard that is not a whole label \('\*x\.com' also matches 'evilx\.com'\)/,
    /write '\*\.example\.com'/,
  ],
  ['**example.com', /wildcard that is not a whole label/, /write '\*\.example\.com'/],
  ['api*.example.com', /wildcard that is not a whole label/, /write '\*\.example\.com'/],
  ['***.example.com', /wildcard that is not a whole label/, /write '\*\.example\.com'/],
  ['a.*.example.com', /wildcard behind its first label/, /write '\*\.example\.com'/],
  ['*.*.example.com', /wildcard behind its first label/, /write '\*\.example\.com'/],
  ['api.example.*', /wildcard behind its first label/, /write '\*\.example\.com'/],
  ['api?.example.com', /not a host/, /write the host/],
];

const NAME: readonly Refused[] = [
  ['api.example.com..', /has an empty label/, /one dot between labels, and at most one at the end/],
  ['.example.com', /has an empty label/, /one dot between labels/],
  ['api..example.com', /has an empty label/, /one dot between labels/],
  ['*.', /every host/, /name each/],
  ['_acme.example.com', /'_acme' in host '_acme\.example\.com' is not a DNS label/, /letters, digits and '-'/],
  ['api_1.example.com', /'api_1' .* is not a DNS label/, /letters, digits and '-'/],
  ['-api.example.com', /'-api' .* is not a DNS label/, /starting and ending with a letter or digit/],
  ['api-.example.com', /'api-' .* is not a DNS label/, /starting and ending with a letter or digit/],
  [`${'a'.repeat(64)}.example.com`, /is not a DNS label/, /at most 63/],
  ['api.example.com,evil.example.com', /is not a DNS label/, /letters, digits/],
  ['api.$(HOST).com', /is not a DNS label/, /letters, digits/],
  ['api%2eexample.com', /is not a DNS label/, /letters, digits/],
];

describe.each([
  ['a catch-all', CATCH_ALL],
  ['what is no host', NO_HOST],
  ['an address', ADDRESS],
  ['a wildcard that is not the whole first label', WILDCARD],
  ['a name that no host has', NAME],
])('refuses %s', (_, table) => {
  test.each(table)('%j', (text, message, fix) => {
    expectProblem(hostProblem(text), message, fix);
    expect(problemOf(() => host(text))).toEqual(hostProblem(text));
  });
});

test('a URL is never given a fix that would be refused', () => {
  for (const text of ['http://169.254.169.254/latest', 'http://2852039166/', 'vault:8200', '*.com:443']) {
    expectProblem(hostProblem(text), /not a host/, /^write the host name alone$/);
  }
});

test.each([
  ['API.Example.COM.', 'api.example.com'],
  ['api.example.com..', 'api.example.com..'],
  // The Kelvin sign has a lower case in ASCII, and is no k.
  ['\u212aube.example.com', '\u212aube.example.com'],
])('normalizeHost(%j) is %j', (text, spelling) => {
  expect(normalizeHost(text)).toBe(spelling);
});

test.each([
  ['api.example.com', false],
  ['*.example.com', true],
  ['**.example.com', true],
])('isHostPattern(%j) is %j', (text, pattern) => {
  expect(isHostPattern(text)).toBe(pattern);
});

const label = fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9]{0,20}[A-Za-z0-9])?$/);
const plausible = fc
  .tuple(
    fc.constantFrom('', '', '*.', '**.', '*', '*.*.'),
    fc.array(label, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('com', 'co.uk', 'github.io', 'internal', 'corp', '1', '0xa9', 'svc.cluster.local', 'XN--P1AI'),
    fc.constantFrom('', '', '.', '..', ' ', ':443'),
  )
  .map(([wildcard, labels, suffix, end]) => `${wildcard}${[...labels, suffix].join('.')}${end}`);
const numeric = fc.oneof(
  fc.ipV4(),
  fc.ipV4Extended(),
  fc.ipV6(),
  fc.ipV6().map((text) => `[${text}]`),
  fc.nat().map(String),
);
const anything = fc.oneof(plausible, fc.domain(), numeric, fc.string(), fc.string({ unit: 'binary' }), fc.webUrl());

describe('for every text', () => {
  test('normalisation is idempotent', () => {
    fc.assert(fc.property(anything, (text) => normalizeHost(normalizeHost(text)) === normalizeHost(text)));
  });

  test('an accepted host is lower case, has a dot but no trailing one, and is never an address', () => {
    fc.assert(
      fc.property(anything, (text) => {
        if (hostProblem(text) !== undefined) return;
        const accepted = host(text);
        const name = accepted.replace(/^\*{1,2}\./, '');
        expect(accepted).toMatch(/^(\*{1,2}\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$/);
        expect(accepted.length).toBeLessThanOrEqual(253);
        expect(isIP(name)).toBe(0);
        // The WHATWG parser rewrites whatever it takes for an IPv4 address, in any notation.
        expect(new URL(`http://${name}/`).hostname).toBe(name);
      }),
      { numRuns: 2000 },
    );
  });

  test('an accepted host is accepted in its one spelling', () => {
    fc.assert(fc.property(anything, (text) => hostProblem(text) !== undefined || host(host(text)) === host(text)));
  });

  test('case and the root dot decide nothing', () => {
    fc.assert(
      fc.property(plausible, (text) => {
        const spelled = /[.\s]$|\d$/.test(text) ? text : `${text}.`;
        expect(hostProblem(spelled.toUpperCase()) === undefined).toBe(hostProblem(text) === undefined);
      }),
    );
  });

  test('no address is a host', () => {
    fc.assert(fc.property(numeric, (text) => hostProblem(text) !== undefined));
  });

  test('a refusal can be read, whatever was written', () => {
    fc.assert(
      fc.property(anything, fc.option(fc.string({ unit: 'binary' }), { nil: undefined }), (text, displays) => {
        const problem = hostProblem(text, displays);
        if (problem !== undefined) expectReadable(problem);
      }),
    );
  });
});
