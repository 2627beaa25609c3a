import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostProblem } from '../../../lib/model/host';
import { METADATA_HOSTS } from '../../../lib/model/metadata-address';
import { expectProblem, type Refused } from './refusal';

const SUFFIX: readonly Refused[] = [
  ...['*.com', '*.co.uk', '*.kawasaki.jp', '*.github.io', '**.github.io', '*.s3.amazonaws.com', '**.herokuapp.com'].map(
    (text): Refused => [
      text,
      /covers the public suffix '[a-z0-9.]+', under which anybody can have a name/,
      /registered domain or the hosts/,
    ],
  ),
  ['*.COM.', /covers the public suffix 'com'/, /registered domain/],
  ['*.corp', /covers the public suffix 'corp'/, /registered domain/],
  ['**.amazonaws.com', /covers the public suffix 's3\.amazonaws\.com'/, /the hosts themselves/],
  ['**.amazonaws.com.cn', /covers the public suffix 's3\.cn-north-1\.amazonaws\.com\.cn'/, /the hosts themselves/],
  ['**.windows.net', /covers the public suffix 'blob\.core\.windows\.net'/, /the hosts themselves/],
  ['**.core.windows.net', /covers the public suffix 'blob\.core\.windows\.net'/, /the hosts themselves/],
  ['co.uk', /is a public suffix, not a host/, /registered domain/],
  ['com', /single label, not a host on the internet/, /full name/],
  ['internal', /single label/, /full name/],
  ['localhost', /single label/, /Service/],
  ['LOCALHOST.', /single label/, /Service/],
  ['vault', /single label/, /Service/],
];

const INSIDE: readonly Refused[] = [
  ...[
    'x.svc.cluster.local',
    'vault.vault.svc.cluster.local',
    '10-0-0-1.vault.pod.cluster.local',
    'vault.vault.svc',
    '*.svc.cluster.local',
    '**.svc.cluster.local',
    '*.cluster.local',
    '**.cluster.local',
    'cluster.local',
    'api.localhost',
    'localhost.localdomain',
  ].map((text): Refused => [text, /is a name inside the cluster/, /declare the target as a Service/]),
  ...['vault.vault', 'kubernetes.default', '*.vault.vault'].map(
    (text): Refused => [text, /reads like <service>\.<namespace>/, /declare what runs in the cluster as a Service/],
  ),
];

const METADATA = [
  ...METADATA_HOSTS,
  'METADATA.google.internal.',
  'x.metadata.google.internal',
  '*.metadata.google.internal',
  '*.google.internal',
  '**.google.internal',
  '*.ec2.internal',
  '*.tencentyun.com',
  '*.metadata.cloud.ibm.com',
  '**.cloud.ibm.com',
].map(
  (text): Refused => [text, /reaches the cloud metadata endpoint/, /remove it; give the workload its own identity/],
);

const CARRIER = [
  '169.254.169.254.nip.io',
  'a9fea9fe.nip.io',
  'api.stripe.com.169-254-169-254.sslip.io',
  '10.0.0.1.traefik.me',
  'nip.io',
  '*.sslip.io',
  '**.sslip.io',
].map((text): Refused => [text, /IP address posing as a host: '[a-z.]+' answers with the address in the name/, /cidr/]);

describe.each([
  ['a public suffix', SUFFIX],
  ['a name inside the cluster', INSIDE],
  ['a metadata endpoint', METADATA],
  ['a domain that answers with any address', CARRIER],
])('refuses %s', (_, table) => {
  test.each(table)('%j', (text, message, fix) => expectProblem(hostProblem(text), message, fix));
});

test.each([
  // One label does not reach api.metadata.cloud.ibm.com.
  'cloud.ibm.com',
  '*.cloud.ibm.com',
  'cvm.tencentyun.com',
  'mydata.google.com',
  // Only what ends in the cluster's domain lies inside it.
  'svc.example.com',
  'cluster.local.example.com',
  'tenant.svc.ms',
  'nas.lan',
  'x.home.arpa',
  // A shared domain is fine where one host of it is named.
  'bucket.s3.amazonaws.com',
  'account.blob.core.windows.net',
  'octocat.github.io',
  'nip.io.example.com',
])('does not refuse %j for a likeness', (text) => {
  expect(hostProblem(text)).toBeUndefined();
});

const domain = fc.oneof(
  fc.domain(),
  fc.constantFrom(
    'amazonaws.com',
    's3.amazonaws.com',
    'google.internal',
    'ibm.com',
    'cluster.local',
    'vault.vault',
    'co.jp',
  ),
);

describe('for every domain', () => {
  test('a wider pattern is not accepted where the narrower one is refused', () => {
    fc.assert(
      fc.property(domain, (name) => hostProblem(`*.${name}`) === undefined || hostProblem(`**.${name}`) !== undefined),
    );
  });

  test('an accepted pattern reaches no metadata endpoint', () => {
    fc.assert(
      fc.property(domain, fc.constantFrom(...METADATA_HOSTS), fc.nat(3), (name, metadata, cut) => {
        const above = metadata.split('.').slice(cut).join('.');
        for (const base of [name, above]) {
          if (hostProblem(`**.${base}`) === undefined) expect(metadata.endsWith(`.${base}`)).toBe(false);
        }
      }),
    );
  });
});
