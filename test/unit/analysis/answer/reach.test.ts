import { describe, expect, test } from 'vitest';
import type { Analysis } from '../../../../lib/analysis/analysis';
import { parsePeer } from '../../../../lib/analysis/answer/peer';
import { parsePort } from '../../../../lib/analysis/answer/port-query';
import { reach } from '../../../../lib/analysis/answer/reach';
import type { ReachPair } from '../../../../lib/analysis/answer/reach-pair';
import { connectionText } from '../../../../lib/analysis/format/connection-text';
import { ciliumPolicy, cluster, denyAll, networkPolicy } from './cluster';

function lines(analysis: Analysis, query: { from?: string; to?: string; port?: string } = {}): string[] {
  const { from, to, port } = query;
  const pairs = reach(analysis, {
    ...(from === undefined ? {} : { from: parsePeer(from) }),
    ...(to === undefined ? {} : { to: parsePeer(to) }),
    ...(port === undefined ? {} : { port: parsePort(port) }),
  });
  return [...pairs].map(line);
}

function line({ from, to, segments }: ReachPair): string {
  return `${from.label} => ${to.label} : ${connectionText(segments)}`;
}

const SHOP = { 'shop/cart': {}, 'shop/pay': {} };

const CART_TO_PAY = [
  denyAll('shop'),
  networkPolicy(
    'shop/cart',
    '{ podSelector: { matchLabels: { app: cart } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: pay } } }], ports: [{ port: 80 }, { port: 443, endPort: 445 }] }] }',
  ),
  networkPolicy(
    'shop/pay',
    '{ podSelector: { matchLabels: { app: pay } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: cart } } }], ports: [{ port: 80 }, { port: 443, endPort: 9000 }] }] }',
  ),
].join('');

describe('pairs', () => {
  test('show what both ends allow', () => {
    expect(lines(cluster(SHOP, CART_TO_PAY))).toEqual([
      'shop/cart[Deployment] => shop/pay[Deployment] : TCP 80,443-445',
    ]);
  });

  test('are everything where nothing denies', () => {
    expect(lines(cluster({ 'shop/cart': { kind: 'Pod' } }))).toEqual([
      'shop/cart[Pod] => world : all',
      'world => shop/cart[Pod] : all',
    ]);
  });

  test('have replicas of a workload reach each other, and no pod itself', () => {
    expect(lines(cluster({ 'shop/a': { kind: 'Pod' }, 'shop/b': {} }), { to: 'shop/', from: 'shop/' })).toEqual([
      'shop/a[Pod] => shop/b[Deployment] : all',
      'shop/b[Deployment] => shop/a[Pod] : all',
      'shop/b[Deployment] => shop/b[Deployment] : all',
    ]);
  });

  test('come by name, whatever the order of the manifests', () => {
    const forth = cluster({ 'shop/cart': {}, 'shop/pay': {}, 'a/z': {} });
    const back = cluster({ 'a/z': {}, 'shop/pay': {}, 'shop/cart': {} });
    expect(lines(back)).toEqual(lines(forth));
    expect(lines(forth)[0]).toBe('a/z[Deployment] => a/z[Deployment] : all');
  });

  test('expand classes to the workloads asked for', () => {
    const analysis = cluster({ 'shop/cart': {}, 'shop/pay': {} });
    expect(lines(analysis, { from: 'shop/cart', to: 'shop/pay' })).toEqual([
      'shop/cart[Deployment] => shop/pay[Deployment] : all',
    ]);
  });

  test('are made as they are asked for', () => {
    const pods = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`shop/w${index}`, {}]));
    const iterator = reach(cluster(pods))[Symbol.iterator]();
    expect(iterator.next().done).toBe(false);
    expect(iterator.next().done).toBe(false);
  });

  test('stand for all that are alike, where together is asked for', () => {
    const analysis = cluster(SHOP);
    const pairs = [...reach(analysis, { alike: 'together', to: parsePeer('shop/'), from: parsePeer('shop/') })];
    expect(pairs.map(line)).toEqual(['shop/cart[Deployment] and 1 alike => shop/cart[Deployment] and 1 alike : all']);
    const one = [...reach(analysis, { alike: 'together', from: parsePeer('shop/pay'), to: parsePeer('world') })];
    expect(one.map(line)).toEqual(['shop/pay[Deployment] and 1 alike => world : all']);
  });
});

describe('ports asked for', () => {
  const analysis = cluster(SHOP, CART_TO_PAY);
  test.each([
    ['tcp/443', ['shop/cart[Deployment] => shop/pay[Deployment] : TCP 443']],
    ['440-444', ['shop/cart[Deployment] => shop/pay[Deployment] : TCP 443-444']],
    ['tcp', ['shop/cart[Deployment] => shop/pay[Deployment] : TCP 80,443-445']],
    ['udp/443', []],
    ['tcp/81', []],
  ])('%s', (port, expected) => {
    expect(lines(analysis, { port })).toEqual(expected);
  });
});

describe('addresses', () => {
  const allow = (block: string) =>
    cluster(
      { 'shop/cart': { kind: 'Pod' } },
      networkPolicy('shop/out', `{ podSelector: {}, policyTypes: [Ingress, Egress], egress: [{ to: [${block}] }] }`),
    );

  test('with the same connection are one end', () => {
    expect(lines(allow('{ ipBlock: { cidr: 10.0.0.0/9 } }, { ipBlock: { cidr: 10.128.0.0/9 } }'))).toEqual([
      'shop/cart[Pod] => 10.0.0.0/8 : all',
    ]);
  });

  test('that are nearly all are told by what is missing', () => {
    expect(lines(allow('{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8, 169.254.169.254/32] } }'))).toEqual([
      'shop/cart[Pod] => 0.0.0.0/0 except 10.0.0.0/8, 169.254.169.254/32 : all',
    ]);
  });

  test('that are asked for are all that is shown', () => {
    const analysis = cluster({ 'shop/cart': { kind: 'Pod' } }, '', { addresses: ['10.1.2.3', '192.168.0.0/16'] });
    expect(lines(analysis, { from: 'shop/', to: '10.1.2.3' })).toEqual(['shop/cart[Pod] => 10.1.2.3/32 : all']);
    expect(lines(analysis, { from: '192.168.0.0/16' })).toEqual(['192.168.0.0/16 => shop/cart[Pod] : all']);
  });

  test('of pods are the pods', () => {
    const analysis = cluster({ 'shop/cart': { addresses: ['10.1.2.3'] }, 'shop/pay': {} }, '', {
      addresses: ['10.1.2.3'],
    });
    expect(lines(analysis, { from: 'shop/pay', to: '10.1.2.3' })).toEqual([
      'shop/pay[Deployment] => shop/cart[Deployment] : all',
    ]);
  });
});

describe('names under Cilium', () => {
  const policy = (dns: string, fqdn: string) =>
    ciliumPolicy(
      'shop/cart',
      `{ endpointSelector: {}, ingress: [{}], egress: [
        { toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': kube-system, k8s-app: kube-dns } }], toPorts: [{ ports: [{ port: '53', protocol: ANY }]${dns} }] },
        { toFQDNs: [${fqdn}], toPorts: [{ ports: [{ port: '443', protocol: TCP }] }] } ] }`,
    );
  const resolvable = (analysis: Analysis) =>
    [...reach(analysis, { from: parsePeer('shop/') })].flatMap(({ to, resolvable: is }) =>
      to.kind === 'name' ? [[to.name, is]] : [],
    );

  test.each([
    ['{ matchName: api.example.com }', 'matchName: api.example.com', true],
    ["{ matchPattern: '*.example.com' }", 'matchName: api.example.com', true],
    ['{ matchName: other.example.com }', 'matchName: api.example.com', false],
  ])('say whether %s lets %s be resolved', (dns, fqdn, expected) => {
    const analysis = cluster({ 'shop/cart': {} }, policy(`, rules: { dns: [${dns}] }`, `{ ${fqdn} }`));
    expect(resolvable(analysis)).toEqual([['api.example.com', expected]]);
  });

  test('are not resolvable in a useful way past the DNS proxy', () => {
    expect(resolvable(cluster({ 'shop/cart': {} }, policy('', '{ matchName: api.example.com }')))).toEqual([
      ['api.example.com', false],
    ]);
  });

  test('are not listed where the world is open, unless asked for', () => {
    const world = ciliumPolicy('ops/out', '{ endpointSelector: {}, ingress: [{}], egress: [{ toEntities: [world] }] }');
    const text = policy('', '{ matchName: api.example.com }') + world;
    const analysis = cluster({ 'shop/cart': {}, 'ops/tool': {} }, text);
    expect(lines(analysis, { from: 'ops/', to: 'world' })).toEqual(['ops/tool[Deployment] => world : all']);
    expect(lines(analysis, { from: 'ops/', to: 'api.example.com' })).toEqual([
      'ops/tool[Deployment] => api.example.com : all',
    ]);
  });
});

describe('the host', () => {
  const pods = { 'shop/cart': {}, 'kube-system/agent': { kind: 'DaemonSet', hostNetwork: true } };
  const deny = ciliumPolicy('shop/deny', '{ endpointSelector: {}, ingress: [{}], egress: [{}] }');

  test('reaches its pods unseen, unless asked for', () => {
    const analysis = cluster(pods, deny);
    expect(lines(analysis, { to: 'shop/' })).toEqual([]);
    expect(lines(analysis, { from: 'host', to: 'shop/' })).toEqual([
      'kube-system/agent[DaemonSet] => shop/cart[Deployment] : all',
      'host => shop/cart[Deployment] : all',
    ]);
    expect(lines(analysis, { from: 'kube-system/agent', to: 'shop/' })).toEqual([
      'kube-system/agent[DaemonSet] => shop/cart[Deployment] : all',
    ]);
  });

  test('is seen where a rule lets it in', () => {
    const allow = ciliumPolicy(
      'shop/health',
      "{ endpointSelector: {}, ingress: [{ fromEntities: [host], toPorts: [{ ports: [{ port: '8080', protocol: TCP }] }] }] }",
    );
    const [fromPod, fromHost] = lines(cluster(pods, deny + allow), { to: 'shop/' });
    expect(fromPod).toBe('kube-system/agent[DaemonSet] => shop/cart[Deployment] : TCP 8080');
    expect(fromHost).toMatch(/^host.* => shop\/cart\[Deployment\] : TCP 8080$/);
  });

  test('is its pods in plain Kubernetes, where everybody reaches them', () => {
    const analysis = cluster(pods, denyAll('shop'));
    expect(lines(analysis, { from: 'shop/' })).toEqual([]);
    expect(lines(analysis, { from: 'shop/', to: 'kube-system/agent' })).toEqual([
      'shop/cart[Deployment] => kube-system/agent[DaemonSet] : all',
    ]);
    expect(lines(analysis, { from: 'host', to: 'shop/' })).toEqual([
      'kube-system/agent[DaemonSet] => shop/cart[Deployment] : all',
    ]);
  });

  test('is marked', () => {
    const [pair] = reach(cluster(pods), { from: parsePeer('kube-system/') });
    expect(pair?.from).toMatchObject({ kind: 'workload', hostNetwork: true });
  });
});

describe('grants', () => {
  test('are the rules of both ends that let it pass', () => {
    const [pair] = reach(cluster(SHOP, CART_TO_PAY), { grants: true });
    expect(pair?.grants).toEqual({
      egress: {
        restricted: true,
        rules: [
          {
            file: 'policies.yaml',
            line: 2,
            object: 'NetworkPolicy shop/cart',
            rule: 'spec.egress[0]',
            construct: 'app/policy-2',
          },
        ],
      },
      ingress: {
        restricted: true,
        rules: [
          {
            file: 'policies.yaml',
            line: 3,
            object: 'NetworkPolicy shop/pay',
            rule: 'spec.ingress[0]',
            construct: 'app/policy-3',
          },
        ],
      },
    });
  });

  test('need no rule where nothing denies', () => {
    const [pair] = reach(cluster(SHOP), { grants: true, to: parsePeer('world') });
    expect(pair?.grants).toEqual({ egress: { restricted: false, rules: [] } });
  });
});
