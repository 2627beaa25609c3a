import fc from 'fast-check';
import type { LockEntry, LockedEnd, LockedPort } from '../../../../lib/governance/lock/entry';

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
const scope = fc.tuple(label, label).map(([environment, program]) => `${environment}/${program}`);
/** What people call things: anything that is seen. */
const name = fc.oneof(
  label,
  fc.tuple(label, label).map((parts) => parts.join('/')),
  fc.constantFrom('host', 'pods', '->', '=', 'a b', 'nats (aegisnet)', 'a#b', '"quoted"', 'back\\slash', 'tool'),
  fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 }),
);
const labels = fc.dictionary(
  fc.constantFrom('app', 'portarium.io/component', 'a.b/c'),
  fc.constantFrom('', 'web', 'a.b'),
  { maxKeys: 3 },
);
const host = fc.constantFrom('a.example.com', 'b.example.com', '*.example.com', '**.example.com', 'x.a.example.com');
const end: fc.Arbitrary<LockedEnd> = fc.oneof(
  name.map((text) => ({ kind: 'pods', name: text }) as const),
  label.map((namespace) => ({ kind: 'namespace', namespace }) as const),
  fc.constantFrom('host', 'kube-apiserver').map((entity) => ({ kind: 'entity', entity }) as const),
  host.map((text) => ({ kind: 'host', host: text }) as const),
  fc
    .tuple(fc.constantFrom('203.0.113.0/24', '2001:db8::/32'), fc.subarray(['203.0.113.8/32', '203.0.113.9/32']))
    .map(([cidr, except]) => ({ kind: 'cidr', cidr, except }) as const),
  fc.constant({ kind: 'internet' } as const),
);
const port: fc.Arbitrary<LockedPort> = fc.oneof(
  fc
    .tuple(fc.constantFrom('TCP', 'UDP', 'SCTP'), fc.nat({ max: 65534 }), fc.nat({ max: 20 }))
    .map(([protocol, first, more]) => ({ protocol, first: first + 1, last: Math.min(65535, first + 1 + more) })),
  fc.constantFrom('TCP', 'UDP').map((protocol) => ({ protocol, name: 'grpc' }) as const),
);
const requests = fc.uniqueArray(fc.constantFrom('http GET /v1', 'http * *', 'dns a.example.com', 'http GET "#/.*'));

/** Everything that a line of the lock may say. */
export const lockEntry: fc.Arbitrary<LockEntry> = fc.oneof(
  fc.record({ kind: fc.constant('pods' as const), scope, name, namespace: label, labels }),
  fc
    .record({ kind: fc.constant('edge' as const), scope, from: end, to: end, port, authenticated: fc.boolean() })
    .chain((edge) =>
      fc.oneof(
        fc.constant(edge),
        requests.map((list) => ({ ...edge, requests: list })),
      ),
    ),
  fc.record({
    kind: fc.constant('tool' as const),
    scope,
    workspace: label,
    tool: fc.constantFrom('a:b', 'invoice:read'),
  }),
  fc.record({
    kind: fc.constant('identity' as const),
    scope,
    spiffeId: fc.constantFrom('spiffe://td.test/a', 'spiffe://td.test/b/c'),
    namespace: label,
    serviceAccount: label,
    labels,
  }),
  fc.record({
    kind: fc.constant('right' as const),
    scope,
    agent: name,
    right: fc.constantFrom('task', 'vault', 'message'),
    subject: name,
    capabilities: fc.subarray(['a:b', 'c:d', 'invoice:read']),
  }),
  fc.record({
    kind: fc.constant('trust' as const),
    scope,
    what: fc.constantFrom('registry', 'deployer', 'dns'),
    subject: fc.oneof(name, fc.constantFrom('ghcr.io/', 'ghcr.io/a/')),
  }),
  fc.record({ kind: fc.constant('exemption' as const), scope, rule: label, subject: name }),
);
