import { describe, expect, test } from 'vitest';
import { connectionText } from '../../../../lib/analysis/format/connection-text';
import { ciliumPolicy, cluster, networkPolicy, type PodsOf } from '../answer/cluster';
import { endIndex } from './compare';

const PODS: Readonly<Record<string, PodsOf>> = {
  'shop/cart': { ports: [{ name: 'http', port: 8080, protocol: 'TCP' }] },
  'shop/pay': { ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
  'bank/web': {},
};

/** What the first of two workloads may send to the other one. */
function between(policies: string, from: string, to: string, pods = PODS): string {
  const analysis = cluster(pods, policies);
  const [source, target] = [from, to].map((workload) => endIndex(analysis, { workload }) as number);
  return connectionText(analysis.graph.between(source as number, target as number).segments);
}

describe('names of ports', () => {
  const plainEgress = networkPolicy(
    'shop/p',
    '{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: http }] }] }',
  );
  const ciliumEgress = ciliumPolicy(
    'shop/p',
    '{ endpointSelector: {}, egress: [{ toEntities: [all], toPorts: [{ ports: [{ port: http, protocol: TCP }] }] }] }',
  );
  const AGREED = { ...PODS, 'shop/cart': { ports: [{ name: 'http', port: 80, protocol: 'TCP' as const }] } };

  test('are what the serving pod calls them', () => {
    const ingress = networkPolicy('shop/p', '{ podSelector: {}, ingress: [{ ports: [{ port: http }] }] }');
    expect(between(ingress, 'bank/web', 'shop/cart')).toBe('TCP 8080');
    expect(between(ingress, 'bank/web', 'shop/pay')).toBe('TCP 80');
    expect(between(plainEgress, 'shop/pay', 'shop/cart')).toBe('TCP 8080');
    expect(between(plainEgress, 'shop/pay', 'bank/web')).toBe('');
  });

  test('are what all pods agree on for egress of Cilium, whoever serves', () => {
    expect(between(ciliumEgress, 'shop/pay', 'shop/cart')).toBe('');
    expect(between(ciliumEgress, 'shop/pay', 'bank/web', AGREED)).toBe('TCP 80');
  });
});

test('what policies say about a pod adds up, and one that denies nothing by default still denies', () => {
  const allow = ciliumPolicy(
    'shop/p',
    '{ endpointSelector: {}, ingress: [{ fromEntities: [all], toPorts: [{ ports: [{ port: "80", protocol: TCP }] }] }] }',
  );
  const open = ciliumPolicy(
    'shop/q',
    '{ endpointSelector: {}, enableDefaultDeny: { ingress: false }, ingressDeny: [{ fromEntities: [all], toPorts: [{ ports: [{ port: "90", protocol: TCP }] }] }] }',
  );
  expect(between(allow, 'bank/web', 'shop/pay')).toBe('TCP 80');
  expect(between(open, 'bank/web', 'shop/pay')).toContain('TCP 1-89,91-65535');
  expect(between(allow + open, 'bank/web', 'shop/pay')).toBe('TCP 80');
});

/** Cilium keeps the wildcard alone of a list of peers that holds it. */
test('authentication of a peer that a rule names beside everybody is that of everybody', () => {
  const rules = (...required: readonly string[]) =>
    ciliumPolicy(
      'shop/p',
      `{ endpointSelector: {}, ingress: [${[
        ...required.map((peers) => `{ fromEntities: [${peers}], authentication: { mode: required } }`),
        '{ fromEntities: [cluster], toPorts: [{ ports: [{ port: "80", protocol: TCP }], rules: { http: [{ method: PUT }] } }] }',
      ]}] }`,
    );
  const only = between(rules('all'), 'bank/web', 'shop/pay');
  expect(only).toContain('authenticated; TCP 80');
  expect(between(rules('all, cluster'), 'bank/web', 'shop/pay')).toBe(only);
  expect(between(rules('all', 'cluster'), 'bank/web', 'shop/pay')).toMatch(/^all TCP, .* authenticated$/);
});

describe("the host's network", () => {
  const HOST = { ...PODS, 'shop/agent': { hostNetwork: true } };
  const deny = networkPolicy('shop/p', '{ podSelector: {}, policyTypes: [Ingress, Egress] }');
  const ciliumDeny = ciliumPolicy('shop/q', '{ endpointSelector: {}, ingress: [{}], egress: [{}] }');

  test('is out of reach of policies both ways for plain Kubernetes', () => {
    expect(between(deny, 'shop/agent', 'shop/pay', HOST)).toBe('all');
    expect(between(deny, 'shop/pay', 'shop/agent', HOST)).toBe('all');
    expect(between(deny, 'shop/cart', 'shop/pay', HOST)).toBe('');
  });

  test('reaches its pods under Cilium, which do not reach it', () => {
    expect(between(ciliumDeny, 'shop/agent', 'shop/pay', HOST)).toBe('all');
    expect(between(ciliumDeny, 'shop/pay', 'shop/agent', HOST)).toBe('');
  });
});
