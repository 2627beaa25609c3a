import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ENTITIES, type Entity, formatPeer, isExternal, Peer } from '../../../lib/model/peer';
import { expectProblem, problemOf } from './refusal';

const AGENTS = { namespace: 'portarium-agents', labels: { app: 'agent' } };

describe('makes peers', () => {
  test.each([
    [Peer.pods(AGENTS), { kind: 'pods', ...AGENTS }],
    [Peer.namespace('vault'), { kind: 'namespace', namespace: 'vault' }],
    [Peer.entity('kube-apiserver'), { kind: 'entity', entity: 'kube-apiserver' }],
    [Peer.fqdn('API.Stripe.com.'), { kind: 'fqdn', host: 'api.stripe.com' }],
    [
      Peer.fqdn('xn--bcher-kva.example', { displays: 'bücher.example' }),
      { kind: 'fqdn', host: 'xn--bcher-kva.example' },
    ],
    [
      Peer.cidr('203.0.113.0/24', { except: ['203.0.113.128/25'] }),
      { kind: 'cidr', cidr: '203.0.113.0/24', except: ['203.0.113.128/25'] },
    ],
    [Peer.cidr('100.64.0.0/10'), { kind: 'cidr', cidr: '100.64.0.0/10', except: ['100.100.100.200/32'] }],
    [Peer.internet({ reason: ' a web crawler ' }), { kind: 'internet', reason: 'a web crawler' }],
  ])('%j', (peer, expected) => {
    expect(peer).toMatchObject(expected);
    expect(Object.isFrozen(peer)).toBe(true);
  });

  test('of labels that its caller may go on changing', () => {
    const labels: Record<string, string> = { app: 'agent' };
    const peer = Peer.pods({ namespace: 'agents', labels });
    delete labels.app;
    expect(peer.labels).toEqual({ app: 'agent' });
  });
});

describe('refuses', () => {
  test.each<readonly [string, () => unknown, RegExp, RegExp]>([
    ['an empty selector', () => Peer.pods({ namespace: 'a', labels: {} }), /selects every pod/, /at least one label/],
    [
      'a namespace in upper case',
      () => Peer.pods({ ...AGENTS, namespace: 'Agents' }),
      /namespace 'Agents'/,
      /lower-case/,
    ],
    ['a namespace of 64', () => Peer.namespace('a'.repeat(64)), /has 64 characters/, /63/],
    ['a namespace that ends in a dash', () => Peer.namespace('agents-'), /is not a DNS label/, /end with a letter/],
    ['no namespace', () => Peer.namespace(''), /namespace '' is not a DNS label/, /letters/],
    ['every namespace', () => Peer.namespace('*'), /namespace '\*' is not a DNS label/, /letters/],
    [
      "another namespace in Cilium's clothes",
      () => Peer.pods({ ...AGENTS, labels: { 'io.kubernetes.pod.namespace': 'kube-system' } }),
      /derived by Cilium/,
      /name the namespace itself/,
    ],
    ['every host', () => Peer.fqdn('*'), /would allow every host/, /name each host/],
    ['punycode that shows nothing', () => Peer.fqdn('xn--bcher-kva.example'), /displays as/, /add displays/],
    [
      'displays for another host',
      () => Peer.fqdn('evil.example.com', { displays: 'api.stripe.com' }),
      /plain ASCII/,
      /remove/,
    ],
    ['the internet as a range', () => Peer.cidr('0.0.0.0/0'), /the whole internet/, /name the hosts/],
    [
      'an exception outside',
      () => Peer.cidr('10.0.0.0/8', { except: ['11.0.0.0/16'] }),
      /not strictly inside/,
      /inside 10/,
    ],
    ['the internet without a reason', () => Peer.internet({ reason: ' \n' }), /without a reason/, /say why/],
    ['a reason that cannot be seen', () => Peer.internet({ reason: '\u200b' }), /says nothing/, /say why/],
    ['a reason of several lines', () => Peer.internet({ reason: 'crawl\n2. agents' }), /several lines/, /one line/],
    ['a reason that is reordered', () => Peer.internet({ reason: 'crawl \u202etnega' }), /invisible/, /remove them/],
  ])('%s', (_, make, message, fix) => expectProblem(problemOf(make), message, fix));

  test.each(['world', 'all', 'ALL', 'none', 'unmanaged', 'init', ''])('the entity %j', (entity) => {
    expectProblem(
      problemOf(() => Peer.entity(entity as Entity)),
      /is not an entity that an edge may name/,
      /use one of kube-apiserver, .*; for the internet, use Peer\.internet/,
    );
  });
});

test.each([
  [Peer.pods(AGENTS), 'portarium-agents/{app=agent}', false],
  [Peer.namespace('vault'), 'vault/*', false],
  [Peer.entity('host'), 'entity host', false],
  [Peer.fqdn('*.example.com'), '*.example.com', true],
  [Peer.cidr('10.0.0.0/8'), '10.0.0.0/8', true],
  [Peer.cidr('10.0.0.0/8', { except: ['10.1.0.0/16'] }), '10.0.0.0/8 except 10.1.0.0/16', true],
  [Peer.internet({ reason: 'a web crawler' }), 'the internet (a web crawler)', true],
])('%j reads %j', (peer, text, external) => {
  expect(formatPeer(peer)).toBe(text);
  expect(isExternal(peer)).toBe(external);
});

test('no two different peers read alike', () => {
  const word = fc.constantFrom('a', 'b', 'host', 'cluster');
  const peer = fc.oneof(
    fc
      .record({ namespace: word, labels: fc.dictionary(word, word, { minKeys: 1, maxKeys: 2 }) })
      .map((of): Peer => Peer.pods(of)),
    word.map((namespace): Peer => Peer.namespace(namespace)),
    fc.constantFrom(...ENTITIES).map((entity): Peer => Peer.entity(entity)),
    word.map((name): Peer => Peer.fqdn(`${name}.example.com`)),
    fc.subarray(['10.1.0.0/16', '10.2.0.0/16']).map((except): Peer => Peer.cidr('10.0.0.0/8', { except })),
    word.map((reason): Peer => Peer.internet({ reason })),
  );
  const facts = (one: Peer) =>
    JSON.stringify(one.kind === 'pods' ? { ...one, labels: Object.entries(one.labels).sort() } : one);
  fc.assert(
    fc.property(peer, peer, (one, other) => {
      expect(formatPeer(one) === formatPeer(other)).toBe(facts(one) === facts(other));
    }),
    { numRuns: 2000 },
  );
});
