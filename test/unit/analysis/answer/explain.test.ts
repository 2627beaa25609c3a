import { describe, expect, test } from 'vitest';
import type { Analysis } from '../../../../lib/analysis/analysis';
import { explain } from '../../../../lib/analysis/answer/explain';
import type { Explanation, Verdict } from '../../../../lib/analysis/answer/explanation';
import { parsePeer } from '../../../../lib/analysis/answer/peer';
import { parsePort } from '../../../../lib/analysis/answer/port-query';
import { ciliumPolicy, cluster, denyAll, networkPolicy } from './cluster';

function ask(analysis: Analysis, from: string, to: string, port: string): Explanation {
  return explain(analysis, { from: parsePeer(from), to: parsePeer(to), port: parsePort(port) });
}

function only(explanation: Explanation): Verdict {
  expect(explanation.verdicts).toHaveLength(1);
  return explanation.verdicts[0] as Verdict;
}

const EGRESS = (subject: string, peer: string, port: number) =>
  networkPolicy(
    `shop/${subject}-out`,
    `{ podSelector: { matchLabels: { app: ${subject} } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: ${peer} } } }], ports: [{ port: ${port} }] }] }`,
  );
const INGRESS = (subject: string, peer: string, port: number) =>
  networkPolicy(
    `shop/${subject}-in`,
    `{ podSelector: { matchLabels: { app: ${subject} } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: ${peer} } } }], ports: [{ port: ${port} }] }] }`,
  );
const PODS = { 'shop/cart': {}, 'shop/pay': {}, 'shop/mail': {} };

test('what is allowed names the rules of both ends', () => {
  const analysis = cluster(PODS, denyAll('shop') + EGRESS('cart', 'pay', 80) + INGRESS('pay', 'cart', 80));
  const explanation = ask(analysis, 'shop/cart', 'shop/pay', 'tcp/80');
  expect(explanation.allowed).toBe('yes');
  const { egress, ingress } = only(explanation);
  expect(egress?.granting).toEqual([
    {
      file: 'policies.yaml',
      line: 2,
      object: 'NetworkPolicy shop/cart-out',
      rule: 'spec.egress[0]',
      construct: 'app/policy-2',
    },
  ]);
  expect(ingress?.granting.map(({ object, rule }) => `${object} ${rule}`)).toEqual([
    'NetworkPolicy shop/pay-in spec.ingress[0]',
  ]);
  expect(egress?.isolating.map(({ object }) => object)).toEqual([
    'NetworkPolicy shop/default-deny',
    'NetworkPolicy shop/cart-out',
  ]);
});

test('ICMP among plain Kubernetes policies is up to what enforces them', () => {
  expect(() => ask(cluster(PODS, denyAll('shop')), 'shop/cart', 'shop/pay', 'icmp/EchoRequest')).toThrow(
    /plain Kubernetes says nothing about ICMP/,
  );
});

describe('what is not allowed says which half is missing', () => {
  test('at the destination, with the rule for another port', () => {
    const analysis = cluster(PODS, denyAll('shop') + EGRESS('cart', 'pay', 80) + INGRESS('pay', 'cart', 443));
    const { allowed, egress, ingress } = only(ask(analysis, 'shop/cart', 'shop/pay', 'tcp/80'));
    expect([allowed, egress?.allowed, ingress?.allowed]).toEqual(['no', 'yes', 'no']);
    expect(ingress?.nearest).toEqual([
      expect.objectContaining({ differs: 'port', text: 'allows TCP 443 from it, not TCP 80' }),
    ]);
  });

  test('at the source, with the label that differs at the other end', () => {
    const analysis = cluster(PODS, denyAll('shop') + EGRESS('cart', 'payments', 80));
    const { egress } = only(ask(analysis, 'shop/cart', 'shop/pay', 'tcp/80'));
    expect(egress?.nearest).toEqual([
      expect.objectContaining({ differs: 'peer', text: 'allows TCP 80 to pods with label app payments (here pay)' }),
    ]);
  });

  test('with the rule that is for other pods', () => {
    const analysis = cluster(PODS, denyAll('shop') + EGRESS('mail', 'pay', 80));
    const { egress } = only(ask(analysis, 'shop/cart', 'shop/pay', 'tcp/80'));
    expect(egress?.nearest).toEqual([
      expect.objectContaining({ differs: 'subject', text: 'allows it, for pods with label app mail (here cart)' }),
    ]);
  });

  test('with the nearest first, and no more than three', () => {
    const rules = ['a', 'b', 'c', 'd'].map((peer) => EGRESS('cart', peer, 80).replace('cart-out', `cart-${peer}`));
    const analysis = cluster(PODS, denyAll('shop') + rules.join('') + EGRESS('cart', 'pay', 81));
    const { egress } = only(ask(analysis, 'shop/cart', 'shop/pay', 'tcp/80'));
    expect(egress?.nearest).toHaveLength(3);
    expect(egress?.nearest.map(({ differs }) => differs)).toContain('peer');
  });

  test('without naming policies of other namespaces', () => {
    const elsewhere = EGRESS('cart', 'pay', 80).replace('namespace: shop', 'namespace: ops');
    const analysis = cluster(PODS, denyAll('shop') + elsewhere);
    expect(only(ask(analysis, 'shop/cart', 'shop/pay', 'tcp/80')).egress?.nearest).toEqual([]);
  });

  test('with the name of a port that the server does not have', () => {
    const named = networkPolicy(
      'shop/pay-in',
      '{ podSelector: { matchLabels: { app: pay } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: http }] }] }',
    );
    const { ingress } = only(ask(cluster(PODS, named), 'shop/cart', 'shop/pay', 'tcp/80'));
    expect(ingress?.nearest[0]?.text).toBe("is for the port called 'http', which these pods do not have");
  });
});

test('a deny rule is named before all that allows', () => {
  const deny = ciliumPolicy(
    'shop/cart',
    `{ endpointSelector: { matchLabels: { app: cart } }, egress: [{ toEntities: [all] }],
       egressDeny: [{ toCIDR: [169.254.169.254/32] }] }`,
  );
  const analysis = cluster(PODS, deny, { addresses: ['169.254.169.254'] });
  const { allowed, egress } = only(ask(analysis, 'shop/cart', '169.254.169.254', 'tcp/80'));
  expect(allowed).toBe('no');
  expect(egress?.denying.map(({ rule }) => rule)).toEqual(['spec.egressDeny[0]']);
  expect(egress?.granting.map(({ rule }) => rule)).toEqual(['spec.egress[0]']);
  expect(egress?.nearest).toEqual([]);
});

test('requests and authentication that are in force are part of the answer', () => {
  const policy = ciliumPolicy(
    'shop/pay',
    `{ endpointSelector: { matchLabels: { app: pay } }, ingress: [{ fromEndpoints: [{}], authentication: { mode: required },
       toPorts: [{ ports: [{ port: '80', protocol: TCP }], rules: { http: [{ method: GET, path: /v1 }] } }] }] }`,
  );
  const { segments } = only(ask(cluster(PODS, policy), 'shop/cart', 'shop/pay', 'tcp/80'));
  expect(segments).toEqual([
    {
      protocol: 'TCP',
      first: 80,
      last: 80,
      l7: [[{ protocol: 'http', rule: 'GET /v1' }]],
      authenticated: true,
    },
  ]);
});

describe('names', () => {
  const policy = (dns: string) =>
    ciliumPolicy(
      'shop/cart',
      `{ endpointSelector: { matchLabels: { app: cart } }, egress: [
        { toEndpoints: [{ matchLabels: { app: dns } }], toPorts: [{ ports: [{ port: '53', protocol: ANY }]${dns} }] },
        { toFQDNs: [{ matchName: api.example.com }], toPorts: [{ ports: [{ port: '443', protocol: TCP }] }] }] }`,
    );
  test.each([
    [', rules: { dns: [{ matchName: api.example.com }] }', 'observed', ['spec.egress[0].toPorts[0]']],
    [', rules: { dns: [{ matchName: other.example.com }] }', 'denied', ['spec.egress[0].toPorts[0]']],
    ['', 'unobserved', ['spec.egress[0].toPorts[0]']],
  ])('with DNS rules %s are %s', (dns, status, rules) => {
    const { resolution } = only(ask(cluster(PODS, policy(dns)), 'shop/cart', 'api.example.com', 'tcp/443'));
    expect(resolution?.status).toBe(status);
    expect(resolution?.rules.map(({ rule }) => rule)).toEqual(rules);
  });
});

describe('why no rule is needed', () => {
  test.each([
    ['shop/cart', 'shop/pay', '', 'not-restricted'],
    ['kube-system/agent', 'shop/pay', '', 'host-network'],
  ])('from %s', (from, to, policies, because) => {
    const analysis = cluster({ ...PODS, 'kube-system/agent': { hostNetwork: true } }, policies);
    expect(only(ask(analysis, from, to, '80')).egress?.because).toBe(because);
  });

  test('to a pod from its node', () => {
    const analysis = cluster({ ...PODS, 'kube-system/agent': { hostNetwork: true } }, denyAll('shop'));
    const { allowed, ingress } = only(ask(analysis, 'kube-system/agent', 'shop/pay', '80'));
    expect([allowed, ingress?.because]).toEqual(['yes', 'node']);
  });

  test('for a pod and itself, unlike for replicas', () => {
    const analysis = cluster({ 'shop/a': { kind: 'Pod' }, 'shop/b': {} }, denyAll('shop'));
    expect(only(ask(analysis, 'shop/a', 'shop/a', '80')).isSelf).toBe(true);
    expect(ask(analysis, 'shop/b', 'shop/b', '80').allowed).toBe('no');
  });
});

describe('ends that policies do not tell apart', () => {
  test('are explained once', () => {
    const { from } = only(ask(cluster(PODS), 'shop/', 'world', '443'));
    expect(from.label).toBe('shop/cart[Deployment] and 2 alike');
  });

  test('among addresses are one', () => {
    const block = networkPolicy(
      'ops/x',
      '{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }',
    );
    expect(only(ask(cluster({ 'shop/cart': {} }, block), 'shop/', 'world', '443')).to.label).toBe('world');
  });

  test('make the answer some where they differ', () => {
    const analysis = cluster(PODS, EGRESS('cart', 'pay', 80));
    const { allowed, verdicts } = ask(analysis, 'shop/', 'world', '443');
    expect(allowed).toBe('some');
    expect(verdicts.map((verdict) => [verdict.from.label, verdict.allowed])).toEqual([
      ['shop/cart[Deployment]', 'no'],
      ['shop/pay[Deployment]', 'yes'],
      ['shop/mail[Deployment]', 'yes'],
    ]);
  });

  test('are counted beyond the limit', () => {
    const analysis = cluster(PODS, EGRESS('cart', 'pay', 80));
    const { verdicts, omitted } = explain(analysis, {
      from: parsePeer('shop/'),
      to: parsePeer('shop/'),
      port: parsePort('80'),
      limit: 2,
    });
    expect([verdicts.length, omitted]).toEqual([2, 7]);
  });
});

test('ports that are open in part say so', () => {
  const analysis = cluster(PODS, EGRESS('cart', 'pay', 80));
  const { allowed, segments } = only(ask(analysis, 'shop/cart', 'shop/pay', 'tcp/79-81'));
  expect([allowed, segments.map(({ first, last }) => [first, last])]).toEqual(['some', [[80, 80]]]);
});

test('an end that is not there is refused', () => {
  expect(() => ask(cluster(PODS), 'shop/crat', 'shop/pay', '80')).toThrow(/did you mean 'cart'/);
});
