import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { InvalidValueError } from '../../../lib/finding';
import { DEFAULT_CLUSTER } from '../../../lib/model/cluster';
import { POLICY_VERSION } from '../../../lib/model/policy-version';
import { Component } from '../../../lib/platform/component';
import type { NamespaceSettings } from '../../../lib/platform/managed-namespace';
import { Workspace } from '../../../lib/platform/workspace';
import { kubernetes } from '../../../lib/render/network/kubernetes';
import { allows, connects, DIALECTS, files, findings, manifest, manifests, platform, rules } from './build';

/** What every namespace carries. */
const RESTRICTED = Object.fromEntries(
  ['enforce', 'audit', 'warn'].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, 'restricted'],
    [`pod-security.kubernetes.io/${mode}-version`, 'latest'],
  ]),
);

const OUTSIDE = { namespace: 'elsewhere', labels: {} };

describe('the default deny, as a reviewer reads it', () => {
  test('for Cilium', () => {
    const root = platform();
    root.manageNamespace('ws');
    expect(stringify(manifest(root, 'CiliumNetworkPolicy', 'default-deny'))).toMatchInlineSnapshot(`
      "apiVersion: cilium.io/v2
      kind: CiliumNetworkPolicy
      metadata:
        name: default-deny
        namespace: ws
        labels:
          portcullis.dev/policy-version: 5d9a3600019e4fbc
        annotations:
          portcullis.dev/policy-version: 5d9a3600019e4fbc
      spec:
        endpointSelector: {}
        ingress:
          - {}
        egress:
          - {}
        egressDeny:
          - toCIDRSet:
              - cidr: 100.100.100.200/32
              - cidr: 168.63.129.16/32
              - cidr: 169.254.0.23/32
              - cidr: 169.254.169.254/32
              - cidr: 169.254.170.2/32
              - cidr: 169.254.170.23/32
              - cidr: 169.254.42.42/32
              - cidr: 192.0.0.192/32
              - cidr: fd00:42::42/128
              - cidr: fd00:a9fe:a9fe::1/128
              - cidr: fd00:c1::a9fe:a9fe/128
              - cidr: fd00:ec2::23/128
              - cidr: fd00:ec2::254/128
              - cidr: fd20:ce::254/128
              - cidr: fe80::a9fe:a9fe/128
      "
    `);
  });

  test('for plain Kubernetes', () => {
    const root = platform({ dialect: kubernetes() });
    root.manageNamespace('ws');
    expect(stringify(manifest(root, 'NetworkPolicy', 'default-deny'))).toMatchInlineSnapshot(`
      "apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: default-deny
        namespace: ws
        labels:
          portcullis.dev/policy-version: 76b4f70b552d2418
        annotations:
          portcullis.dev/policy-version: 76b4f70b552d2418
      spec:
        podSelector: {}
        policyTypes:
          - Ingress
          - Egress
      "
    `);
  });
});

describe.each(DIALECTS)('a managed namespace in %s', (_, dialect) => {
  test.each([{}, { app: 'agent' }, { 'portcullis.dev/workspace': 'x' }])('denies pods with %j both ways', (labels) => {
    const root = platform({ dialect });
    for (const namespace of ['one', 'two', 'three']) root.manageNamespace(namespace);
    for (const namespace of ['one', 'two', 'three']) {
      const pod = { namespace, labels };
      expect(connects(root, pod, OUTSIDE, { port: 443 })).toBe(false);
      expect(connects(root, OUTSIDE, pod, { port: 443 })).toBe(false);
      expect(connects(root, pod, { namespace, labels: { app: 'neighbour' } }, { port: 443 })).toBe(false);
      const internet = { address: '93.184.216.34' };
      expect(allows(root, { direction: 'Egress', pod, far: internet, protocol: 'UDP', port: 53 })).toBe(false);
      expect(allows(root, { direction: 'Ingress', pod, far: internet, protocol: 'TCP', port: 443 })).toBe(false);
    }
    expect(connects(root, OUTSIDE, { namespace: 'unmanaged', labels }, { port: 443 })).toBe(true);
  });

  test('may keep its Namespace object from being rendered', () => {
    const root = platform({ dialect });
    root.manageNamespace('ws', { create: false });
    expect(manifests(root).map(({ kind }) => kind)).toEqual([dialect.policy.kind]);
  });

  test('is rendered with its labels and annotations, its names and its files', () => {
    const root = platform({ dialect, policyLabels: { team: 'net' } });
    root.manageNamespace('ws', {
      labels: { tier: 'agents' },
      annotations: { owner: 'security' },
      namespaceFile: 'ns/ws.yaml',
      policyName: 'deny-all',
      policyLabels: { part: 'base' },
    });
    expect(manifest(root, 'Namespace', 'ws').metadata).toEqual({
      name: 'ws',
      labels: { tier: 'agents', ...RESTRICTED },
      annotations: { owner: 'security' },
    });
    expect(manifest(root, dialect.policy.kind, 'deny-all').metadata.labels).toEqual({
      team: 'net',
      part: 'base',
      [POLICY_VERSION]: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(files(root)).toEqual(['EGRESS.md', 'inventory.json', 'network-policies/deny-all.yaml', 'ns/ws.yaml']);
  });

  describe('leaves out what only observes', () => {
    const watched = { namespace: 'ws', labels: { app: 'watched' } };
    const free = (root: ReturnType<typeof platform>, pod: typeof watched) => [
      connects(root, pod, OUTSIDE, { port: 443 }),
      connects(root, OUTSIDE, pod, { port: 443 }),
    ];
    const observe = (root: ReturnType<typeof platform>, over: object = {}) =>
      new Component(root, 'watched', {
        title: 'watched',
        namespace: 'ws',
        selector: { app: 'watched' },
        stage: 'observe',
        ...over,
      });

    test.each([
      ['before', true],
      ['after', false],
    ])('whether it was declared %s the namespace', (_name, first) => {
      const root = platform({ dialect });
      if (first) observe(root, { manageNamespace: false });
      root.manageNamespace('ws');
      if (!first) observe(root);
      expect(free(root, watched)).toEqual([true, true]);
      expect(free(root, { ...watched, labels: { app: 'other' } })).toEqual([false, false]);
      expect(rules(root).filter((rule) => rule.startsWith('error'))).toEqual([]);
    });

    test('and nothing that merely carries one of its labels', () => {
      const root = platform({ dialect });
      observe(root, { selector: { app: 'watched', tier: 'x' } });
      expect(free(root, { ...watched, labels: { app: 'watched' } as typeof watched.labels })).toEqual([false, false]);
      expect(rules(root)).toContain('error observing-denied platform0/watched');
    });

    test('nor a whole workspace of which one component observes', () => {
      const root = platform({ dialect, sharedNamespace: 'ws' });
      const workspace = new Workspace(root, 'one', { isolation: 'label' });
      new Component(workspace, 'watched', { ...workspace.component('watched'), stage: 'observe' });
      const stray = { namespace: 'ws', labels: { 'portcullis.dev/workspace': 'one' } };
      expect(connects(root, stray, OUTSIDE, { port: 443 })).toBe(false);
      expect(rules(root)).toContain('error observing-denied platform0/one/watched');
    });
  });
});

test('a namespace that observes denies nothing where the dialect can observe', () => {
  const root = platform();
  root.manageNamespace('ws', { stage: 'observe' });
  expect(manifest(root, 'CiliumNetworkPolicy', 'default-deny').spec).toEqual({
    endpointSelector: {},
    enableDefaultDeny: { ingress: false, egress: false },
    ingress: [{}],
    egress: [{}],
  });
});

test('a namespace that observes has no default deny where the dialect cannot, and says so', () => {
  const root = platform({ dialect: kubernetes() });
  root.manageNamespace('ws', { stage: 'observe' });
  expect(manifests(root).map(({ kind }) => kind)).toEqual(['Namespace']);
  expect(rules(root)).toEqual(['warning policy-held-back platform0/namespace-ws']);
});

test('a default deny as somebody wrote it is rendered to the letter', () => {
  const root = platform();
  root.manageNamespace('ws', { written: { endpointSelector: {}, ingress: [] } });
  expect(manifest(root, 'CiliumNetworkPolicy', 'default-deny').spec).toEqual({ endpointSelector: {}, ingress: [] });
});

describe('Pod Security', () => {
  const label = (root: ReturnType<typeof platform>, mode: string) =>
    manifest(root, 'Namespace', 'ws').metadata.labels?.[`pod-security.kubernetes.io/${mode}`];

  test('goes by the rules of the version that the cluster has', () => {
    const root = platform({ cluster: { ...DEFAULT_CLUSTER, kubernetes: '1.33' } });
    root.manageNamespace('ws');
    expect(label(root, 'enforce')).toBe('restricted');
    expect(label(root, 'enforce-version')).toBe('v1.33');
  });

  test('may be lowered with a reason, which shows with every run', () => {
    const root = platform();
    root.manageNamespace('ws', { podSecurity: { level: 'privileged', reason: 'agents of the node' } });
    expect(['enforce', 'audit', 'warn'].map((mode) => label(root, mode))).toEqual([
      'privileged',
      'restricted',
      'restricted',
    ]);
    expect(findings(root)).toMatchObject([
      { rule: 'pod-security-exemption', severity: 'info', message: expect.stringContaining('agents of the node') },
    ]);
  });

  test.each<NamespaceSettings>([
    { podSecurity: { level: 'baseline', reason: ' ' } },
    { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
  ])('is refused as %j', (settings) => {
    expect(() => platform().manageNamespace('ws', settings)).toThrow(InvalidValueError);
  });

  test('is left out where policies are rendered as somebody wrote them', () => {
    const root = platform({ directions: ['Egress'] });
    root.manageNamespace('ws');
    expect(manifest(root, 'Namespace', 'ws').metadata.labels).toBeUndefined();
  });
});
