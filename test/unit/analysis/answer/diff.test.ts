import { describe, expect, test } from 'vitest';
import { diff } from '../../../../lib/analysis/answer/diff';
import type { ChangeGroup, Difference } from '../../../../lib/analysis/answer/difference';
import { changeSentence } from '../../../../lib/analysis/format/change-sentence';
import type { Manifests } from '../../../../lib/analysis/load/manifests';
import { ciliumPolicy, denyAll, manifests, networkPolicy, type PodsOf } from './cluster';

const PODS = { 'shop/cart': {}, 'shop/pay': {} };

function changes(before: Manifests, after: Manifests): string[] {
  return diff(before, after).groups.map(text);
}

function text(group: ChangeGroup): string {
  const tags = group.tags.length === 0 ? '' : ` [${group.tags.join()}]`;
  return `${group.kind}${tags}: ${changeSentence(group)}`;
}

function egress(peer: string, ports: string, subject = 'cart', namespace = 'shop'): string {
  return networkPolicy(
    `${namespace}/${subject}-out`,
    `{ podSelector: { matchLabels: { app: ${subject} } }, policyTypes: [Egress], egress: [{ to: [${peer}], ports: [${ports}] }] }`,
  );
}

const TO_PAY = '{ podSelector: { matchLabels: { app: pay } } }';
const WORLD = '{ ipBlock: { cidr: 0.0.0.0/0 } }';
const DENY_EGRESS = networkPolicy('shop/deny', '{ podSelector: {}, policyTypes: [Egress] }');

describe('a connection', () => {
  const state = (...policies: string[]) => manifests(PODS, DENY_EGRESS + policies.join(''));

  test('that was not there is added, and removed the other way round', () => {
    const [closed, open] = [state(), state(egress(TO_PAY, '{ port: 80 }'))];
    expect(changes(closed, open)).toEqual([
      'added: shop/cart[Deployment] may newly reach shop/pay[Deployment] on TCP 80',
    ]);
    expect(changes(open, closed)).toEqual([
      'removed: shop/cart[Deployment] may no longer reach shop/pay[Deployment] on TCP 80',
    ]);
  });

  test('on other ports is widened by some and narrowed by others', () => {
    const [old, now] = [
      state(egress(TO_PAY, '{ port: 80 }, { port: 81 }')),
      state(egress(TO_PAY, '{ port: 81 }, { port: 82 }')),
    ];
    expect(changes(old, now)).toEqual([
      'widened: shop/cart[Deployment] may reach shop/pay[Deployment] on more: TCP 82',
      'narrowed: shop/cart[Deployment] may reach shop/pay[Deployment] on less: no longer TCP 80',
    ]);
  });

  test('to addresses of the other state only is told from the rest', () => {
    const old = state(egress('{ ipBlock: { cidr: 10.0.0.0/8 } }', '{ port: 443 }'));
    const now = state(egress('{ ipBlock: { cidr: 10.0.0.0/7 } }', '{ port: 443 }'));
    expect(changes(old, now)).toEqual(['added [world]: shop/cart[Deployment] may newly reach 11.0.0.0/8 on TCP 443']);
  });

  test('to all addresses holds the metadata service', () => {
    expect(changes(state(), state(egress(WORLD, '{ port: 80 }')))[0]).toContain('added [world,metadata]');
  });

  test('to the metadata service alone is not to the world', () => {
    const now = state(egress('{ ipBlock: { cidr: 169.254.169.254/32 } }', '{ port: 80 }'));
    expect(changes(state(), now)).toEqual([
      'added [metadata]: shop/cart[Deployment] may newly reach 169.254.169.254/32 on TCP 80',
    ]);
  });
});

test('policies that are written otherwise and mean the same are no change', () => {
  const both = networkPolicy(
    'shop/all',
    '{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [cart] }] }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: pay } } }], ports: [{ port: 80, endPort: 81 }] }] }',
  );
  const two = egress(TO_PAY, '{ port: 80 }') + egress(TO_PAY, '{ port: 81 }').replace('cart-out', 'cart-more');
  expect(changes(manifests(PODS, DENY_EGRESS + both), manifests(PODS, DENY_EGRESS + two))).toEqual([]);
});

describe('under Cilium', () => {
  const pay = (rest: string) =>
    ciliumPolicy(
      'shop/pay',
      `{ endpointSelector: { matchLabels: { app: pay } }, ingress: [{ fromEndpoints: [{ matchLabels: { app: cart } }], ${rest} }] }`,
    );
  const state = (rest: string) => manifests(PODS, pay(rest));
  const port = (rules = '') => `toPorts: [{ ports: [{ port: '80', protocol: TCP }]${rules} }]`;
  const http = (...paths: string[]) =>
    port(`, rules: { http: [${paths.map((path) => `{ method: GET, path: ${path} }`).join()}] }`);

  test.each([
    ['authentication', `authentication: { mode: required }, ${port()}`, port(), ['lost-auth'], ['gained-auth']],
    ['rules for requests', http('/a'), port(), ['lost-l7'], ['gained-l7']],
    ['a rule for requests', http('/a', '/b'), http('/a'), ['narrowed'], ['widened']],
    ['one rule for another', http('/a'), http('/b'), ['widened', 'narrowed'], ['widened', 'narrowed']],
  ])('%s is lost and gained', (_, before, after, forth, back) => {
    expect(diff(state(before), state(after)).groups.map(({ kind }) => kind)).toEqual(forth);
    expect(diff(state(after), state(before)).groups.map(({ kind }) => kind)).toEqual(back);
  });

  test('the rules that are new are named', () => {
    expect(changes(state(http('/a')), state(http('/a', '/b')))).toEqual([
      'widened: shop/cart[Deployment] may reach shop/pay[Deployment] on more: TCP 80 {http GET /b}',
    ]);
  });

  test('a name that is new is added', () => {
    const fqdn = (name: string) =>
      ciliumPolicy(
        'shop/cart',
        `{ endpointSelector: { matchLabels: { app: cart } }, egress: [{ toFQDNs: [{ matchName: ${name} }] }] }`,
      );
    expect(changes(manifests(PODS, fqdn('a.example.com')), manifests(PODS, fqdn('b.example.com')))).toEqual([
      'added [world]: shop/cart[Deployment] may newly reach b.example.com on all ports',
      'removed [world]: shop/cart[Deployment] may no longer reach a.example.com on all ports',
    ]);
  });

  test('the API server has a tag', () => {
    const entity = (...entities: string[]) =>
      ciliumPolicy(
        'shop/cart',
        `{ endpointSelector: { matchLabels: { app: cart } }, egress: [{ toEntities: [${entities}] }] }`,
      );
    const [group] = diff(manifests(PODS, entity('health')), manifests(PODS, entity('health', 'kube-apiserver'))).groups;
    expect(group?.tags).toContain('api-server');
  });

  test('what nodes may do anyway is no change', () => {
    const pods = { 'shop/cart': { kind: 'Pod' }, 'kube-system/agent': { kind: 'Pod', hostNetwork: true } };
    const policies = [
      '',
      ciliumPolicy('shop/deny', '{ endpointSelector: {}, ingress: [{}] }'),
      ciliumPolicy('shop/deny', '{ endpointSelector: {}, ingress: [{ fromEntities: [host] }] }'),
    ];
    const [open, closed, host] = policies.map((policy) => ({ ...manifests(pods, policy), dialect: 'cilium 1.19' }));
    const sources = (before = open, after = open) =>
      diff(before as Manifests, after as Manifests).groups.flatMap(({ examples }) => examples.map(({ from }) => from));
    expect(sources(open, closed)).toContain('world');
    expect(sources(open, closed)).not.toContain('kube-system/agent[Pod]');
    expect(sources(open, closed).filter((from) => from.split(', ').includes('host'))).toEqual([]);
    expect(sources(closed, host).filter((from) => from.split(', ').includes('host'))).toEqual([]);
  });
});

describe('workloads', () => {
  test('that come and go are named, with what they may reach', () => {
    const [few, many] = [manifests({ 'shop/cart': {} }), manifests({ 'shop/cart': {}, 'ops/tool': { kind: 'Pod' } })];
    const { appeared, disappeared, groups } = diff(few, many);
    expect([appeared, disappeared]).toEqual([['ops/tool[Pod]'], []]);
    expect(groups.map(text)).toContain(
      'added [cross-namespace]: ops/tool[Pod] may newly reach shop/cart[Deployment] on all ports',
    );
    expect(groups.some(({ examples }) => examples.some(({ from, to }) => from === to))).toBe(false);
    expect(diff(many, few).disappeared).toEqual(['ops/tool[Pod]']);
  });

  test('whose labels change keep their name', () => {
    const { appeared, groups } = diff(
      manifests(
        { 'shop/cart': {}, 'shop/pay': { labels: { app: 'pay' } } },
        DENY_EGRESS + egress(TO_PAY, '{ port: 80 }'),
      ),
      manifests(
        { 'shop/cart': {}, 'shop/pay': { labels: { app: 'other' } } },
        DENY_EGRESS + egress(TO_PAY, '{ port: 80 }'),
      ),
    );
    expect(appeared).toEqual([]);
    expect(groups.map(text)).toEqual([
      'removed: shop/cart[Deployment] may no longer reach shop/pay[Deployment] on TCP 80',
    ]);
  });
});

describe('groups', () => {
  const many = (count: number, policies: (namespace: string) => string, apps = ['cart', 'pay']) => {
    const namespaces = Array.from({ length: count }, (_, index) => `ws-${index}`);
    const pods: Record<string, PodsOf> = {};
    for (const namespace of namespaces) for (const app of apps) pods[`${namespace}/${app}`] = {};
    return manifests({ ...pods, 'vault/vault': {} }, namespaces.map(policies).join('') + denyAll('vault'));
  };
  const deny = (namespace: string) => denyAll(namespace);

  test('are of one namespace while they are few', () => {
    const open = (namespace: string) => deny(namespace) + egress(WORLD, '{ port: 443 }', 'cart', namespace);
    expect(changes(many(3, deny), many(3, open))).toEqual([
      'added [world,metadata]: ws-0/cart[Deployment] may newly reach 0.0.0.0/0 on TCP 443',
      'added [world,metadata]: ws-1/cart[Deployment] may newly reach 0.0.0.0/0 on TCP 443',
      'added [world,metadata]: ws-2/cart[Deployment] may newly reach 0.0.0.0/0 on TCP 443',
    ]);
  });

  test('are of all namespaces that change alike', () => {
    const open = (namespace: string) => deny(namespace) + egress(WORLD, '{ port: 443 }', 'cart', namespace);
    const { groups } = diff(many(40, deny), many(40, open));
    expect(groups.map(text)).toEqual([
      'added [world,metadata]: 40 workloads of 40 namespaces (ws-0, ws-1, ws-10, …) may newly reach 0.0.0.0/0 on TCP 443',
    ]);
    expect(groups[0]).toMatchObject({ pairs: 40, from: { workloads: 40 } });
    expect(groups[0]?.examples).toEqual([{ from: 'ws-0/cart[Deployment]', to: '0.0.0.0/0' }]);
  });

  test('say so where each namespace changes within itself', () => {
    const inside = (namespace: string) =>
      networkPolicy(
        `${namespace}/in`,
        '{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }] }',
      );
    const { groups } = diff(
      many(40, (namespace) => networkPolicy(`${namespace}/in`, '{ podSelector: {} }')),
      many(40, inside),
    );
    expect(groups.map(text)).toEqual([
      'added: 80 workloads of 40 namespaces (ws-0, ws-1, ws-10, …) may newly reach 80 workloads, each of its own namespace, on TCP 80',
    ]);
    expect(groups[0]?.pairs).toBe(160);
  });

  test('stay few where everybody may newly reach everybody', () => {
    const { groups } = diff(
      many(80, deny),
      many(80, () => ''),
    );
    expect(groups.length).toBeLessThan(10);
    const cross = groups.find(({ tags, from, to }) => tags.includes('cross-namespace') && from.kind === to.kind);
    expect(cross).toMatchObject({ pairs: 160 * 158, from: { workloads: 160 }, to: { workloads: 160 } });
  });

  test('hold as many examples as are asked for', () => {
    const { groups } = diff(manifests(PODS, denyAll('shop')), manifests(PODS), { examples: 1 });
    expect(groups.every(({ examples }) => examples.length === 1)).toBe(true);
  });

  test('come with what is dangerous first', () => {
    const now = DENY_EGRESS + egress(`${TO_PAY}, ${WORLD}`, '{ port: 80 }');
    const kinds = diff(manifests(PODS, DENY_EGRESS + egress(TO_PAY, '{ port: 81 }')), manifests(PODS, now)).groups;
    expect(kinds.map(({ kind, tags }) => [kind, tags[0]])).toEqual([
      ['added', 'world'],
      ['added', undefined],
      ['widened', undefined],
      ['narrowed', undefined],
    ]);
  });
});

describe('dialects', () => {
  const cilium = manifests(PODS, ciliumPolicy('shop/x', '{ endpointSelector: {}, egress: [{ toEntities: [world] }] }'));
  const kinds = ({ before, after }: Difference) => [before.dialect.kind, after.dialect.kind];

  test('are the same for a cluster that gets its first policy of Cilium', () => {
    const plain = manifests(PODS, denyAll('shop'));
    const { groups, ...difference } = diff(plain, cilium);
    expect(kinds({ groups, ...difference })).toEqual(['cilium', 'cilium']);
    expect(groups.some(({ kind, tags }) => kind === 'added' && tags.includes('world'))).toBe(true);
    expect(kinds(diff(cilium, plain))).toEqual(['cilium', 'cilium']);
  });

  test('that the manifests state differ, and are compared as far as they know the same ends', () => {
    expect(kinds(diff({ ...manifests(PODS), dialect: 'kubernetes' }, cilium))).toEqual(['kubernetes', 'cilium']);
  });
});

describe('pods that are imagined', () => {
  const WEB = networkPolicy('shop/web', '{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress] }');
  const API = networkPolicy('shop/api', '{ podSelector: { matchLabels: { app: api } }, policyTypes: [Egress] }');

  test('are still there when the policy that they were imagined for is gone', () => {
    const { groups, appeared, disappeared } = diff(manifests({}, WEB + API), manifests({}, API));
    expect(groups.map(({ kind, tags, from }) => [kind, tags[0], from])).toContainEqual([
      'added',
      'world',
      expect.objectContaining({ kind: 'workloads', workloads: 1 }),
    ]);
    expect(groups.every(({ kind }) => kind === 'added')).toBe(true);
    expect([appeared, disappeared]).toEqual([[], []]);
  });

  test('were there before the policy came', () => {
    const { groups } = diff(manifests({}, API), manifests({}, WEB + API));
    expect(new Set(groups.map(({ kind }) => kind))).toEqual(new Set(['removed']));
  });
});
