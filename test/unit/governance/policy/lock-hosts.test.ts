import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLock } from '../../../../lib/governance/lock/lock-file';
import { isCovered } from '../../../../lib/governance/policy/host-cover';
import { approvedHosts, hostDrift } from '../../../../lib/governance/policy/lock-hosts';

const LOCK = parseLock(
  `# reviewed

dev/shop web -> host dev.example.com tcp/443
prod/shop web -> db tcp/5432
prod/shop web -> host api.example.com tcp/443
prod/shop web -> host api.example.com tcp/8443
prod/shop web -> cidr 203.0.113.0/24 tcp/443
prod/shop web -> host **.invoices.example.com tcp/443
prod/sdr sensor -> host api.example.com tcp/443
`,
  'the.lock',
);

test('what leaves the cluster is approved, each once, with its first line', () => {
  expect(LOCK.findings).toEqual([]);
  expect(approvedHosts(LOCK, (scope) => scope === 'prod/shop')).toEqual([
    { host: 'api.example.com', line: 5 },
    { host: '203.0.113.0/24', line: 7 },
    { host: '**.invoices.example.com', line: 8 },
  ]);
});

test('keywords approve the hosts that were reviewed for them', () => {
  const plain = parseLock('# a\nopenai\napi.example.com\n', 'the.lock');
  expect(approvedHosts(plain, () => false)).toEqual([
    { host: 'api.openai.com', line: 2 },
    { host: 'api.example.com', line: 3 },
  ]);
});

test.each<[string, string, boolean]>([
  ['api.example.com', 'api.example.com', true],
  ['eu.api.example.com', 'api.example.com', false],
  ['eu.example.com', '*.example.com', true],
  ['a.b.example.com', '*.example.com', false],
  ['a.b.example.com', '**.example.com', true],
  ['*.example.com', '**.example.com', true],
  ['**.example.com', '*.example.com', false],
  ['evil-openai.com', 'openai.com', false],
  ['203.0.113.7/32', '203.0.113.0/24', true],
  ['203.0.113.0/24', '203.0.113.7/32', false],
  ['api.example.com', '203.0.113.0/24', false],
  ['203.0.113.0/24', 'api.example.com', false],
  ['api.example.com', 'internet', true],
  ['internet', 'api.example.com', false],
])('%s is covered by %s: %s', (host, by, expected) => {
  expect(isCovered(host, [by])).toBe(expected);
});

test('list and lock differ in what is on one of them alone', () => {
  const approved = approvedHosts(LOCK, () => true);
  const drift = hostDrift(['api.example.com', 'eu.invoices.example.com', 'new.example.com'], approved);
  expect(drift.added).toEqual(['new.example.com']);
  expect(drift.removed.map(({ host }) => host)).toEqual(['dev.example.com', '203.0.113.0/24']);
});

test('a list never differs from a lock of the same', () => {
  const hosts = fc.uniqueArray(
    fc.constantFrom('a.com', '*.a.com', '**.b.com', 'x.b.com', '10.0.0.0/8', '10.1.0.0/16', 'internet'),
  );
  fc.assert(
    fc.property(hosts, (list) => {
      const approved = list.map((host, index) => ({ host, line: index + 1 }));
      expect(hostDrift(list, approved)).toEqual({ added: [], removed: [] });
    }),
  );
});
