import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { Component, cilium, Peer, Port, Sdr, type SdrProps, Service } from '../../../../lib';
import type { Finding } from '../../../../lib/finding';
import { sdrPodLabels } from '../../../../lib/stacks/sdr/label';
import { plan } from '../../../../lib/synth/synthesize';

function findings(change: (sdr: Sdr) => void, props: Partial<SdrProps> = {}): readonly Finding[] {
  const app = new App();
  change(new Sdr(app, 'clawdstrike', { dialect: cilium({ version: '1.19' }), ...props }));
  return plan(app).findings;
}

function component(sdr: Sdr, id: string, selector: Record<string, string>): Component {
  const podLabels = { ...sdrPodLabels('hushd'), ...selector };
  return new Component(sdr, id, { title: id, namespace: 'clawdstrike', selector, podLabels, ports: [Port.tcp(1)] });
}

test('the stack itself has no findings', () => {
  expect(findings(() => {})).toEqual([]);
});

describe('findings name the edge', () => {
  test.each<{ name: string; rule: string; names: string[]; change: (sdr: Sdr) => void; props?: Partial<SdrProps> }>([
    {
      name: 'a service without a component label',
      rule: 'missing-label',
      names: ['app.kubernetes.io/component', 'hushd → cache'],
      change: (sdr) => {
        const cache = new Service(sdr, 'cache', {
          namespace: 'clawdstrike',
          labels: { app: 'cache' },
          ports: [Port.tcp(6379)],
        });
        sdr.hushd.allowTo(cache, { purpose: 'cache verdicts' });
      },
    },
    {
      name: 'two services with one selector',
      rule: 'overlapping-components',
      names: ["'hushd'", "'twin'"],
      change: (sdr) => component(sdr, 'twin', { 'app.kubernetes.io/component': 'hushd' }),
    },
    {
      name: 'HTTP rules on a UDP port',
      rule: 'l7-protocol',
      names: ['envoy → hushd', 'UDP 8081'],
      change: (sdr) =>
        sdr.hushd.allowFrom(new Service(sdr, 'envoy', { namespace: 'gateways', managed: false }), {
          ports: [Port.udp(8081)],
          http: [{ method: 'GET' }],
          purpose: 'HTTP/3',
        }),
    },
    {
      name: 'a DNS rule on ingress',
      rule: 'dns-rule-on-ingress',
      names: ['resolver-client → hushd'],
      change: (sdr) =>
        sdr.hushd.allowFrom(new Service(sdr, 'resolver-client', { namespace: 'elsewhere', managed: false }), {
          ports: [Port.udp(53)],
          dns: ['api.example.com'],
          purpose: 'resolve',
        }),
    },
    {
      name: 'authentication of a reserved entity',
      rule: 'authentication-without-identity',
      names: ['hushd → entity kube-apiserver'],
      change: (sdr) =>
        sdr.hushd.allowTo(Peer.entity('kube-apiserver'), {
          ports: [Port.tcp(6443)],
          authentication: 'required',
          purpose: 'watch pods',
        }),
    },
    {
      name: 'authentication of a version of Cilium without it',
      rule: 'authentication-not-expressible',
      names: ['hushd → spine-proofs-api', 'cilium 1.21'.replace('c', 'C')],
      props: { dialect: cilium({ version: '1.21' }) },
      change: (sdr) =>
        sdr.hushd.allowTo(sdr.proofsApi, {
          ports: [Port.tcp(8081)],
          authentication: 'required',
          purpose: 'fetch proofs',
        }),
    },
    {
      name: 'an edge with requests beside a broader one of the same peers',
      rule: 'l7-bypassed',
      names: [
        'hushd → spine-proofs-api (Verify receipts, fetch inclusion proofs)',
        'hushd → spine-proofs-api (debugging)',
      ],
      change: (sdr) => sdr.hushd.allowTo(sdr.proofsApi, { purpose: 'debugging' }),
    },
    {
      name: 'an edge with requests beside one of a whole namespace',
      rule: 'l7-bypassed',
      names: ['envoy-gateway → hushd (Policy check API, SSE events)', 'envoy-gateway-system/* → hushd (anything)'],
      change: (sdr) => sdr.hushd.allowFrom(Peer.namespace('envoy-gateway-system'), { purpose: 'anything' }),
    },
    {
      name: 'a pod that shares the network of its node',
      rule: 'host-network-pod',
      names: ['tetragon-bridge'],
      props: { tetragonBridge: { hostNetwork: true } },
      change: () => {},
    },
  ])('$name', ({ rule, names, change, props }) => {
    const found = findings(change, props).filter((finding) => finding.severity === 'error');
    expect(found.map((finding) => finding.rule)).toContain(rule);
    const [first] = found.filter((finding) => finding.rule === rule);
    for (const name of names) expect(first?.message).toContain(name);
    expect(first?.fix).not.toBe('');
  });

  test('more than 40 ports: split, and said so', () => {
    const ports = Array.from({ length: 41 }, (_, index) => Port.tcp(10_000 + index));
    const found = findings((sdr) => sdr.hushd.allowTo(sdr.witness, { ports, purpose: 'many' }));
    expect(found).toEqual([expect.objectContaining({ rule: 'many-ports', severity: 'warning' })]);
    expect(found[0]?.message).toContain('hushd → spine-witness');
  });

  test('a path that is no regular expression is refused at once', () => {
    expect(() =>
      findings((sdr) =>
        sdr.hushd.allowTo(sdr.witness, { ports: [Port.tcp(1)], http: [{ path: '/v1/(' }], purpose: 'broken' }),
      ),
    ).toThrow(/^\[clawdstrike\/hushd\] the edge hushd → spine-witness: HTTP path '\/v1\/\('/);
  });
});

describe('settings that cannot exist', () => {
  test.each<{ name: string; props: Partial<SdrProps>; message: RegExp }>([
    { name: 'a region', props: { awsRegion: 'Frankfurt' }, message: /'Frankfurt' is not an AWS region/ },
    { name: 'a trust domain in upper case', props: { trustDomain: 'Aegis.local' }, message: /SPIFFE trust domain/ },
    { name: 'NATS in three namespaces', props: { natsNamespace: ['a', 'b', 'c'] }, message: /3 namespaces/ },
    { name: 'NATS nowhere', props: { natsNamespace: [] }, message: /0 namespaces/ },
    { name: 'a metrics port', props: { metricsPort: 0 }, message: /0/ },
  ])('$name', ({ props, message }) => {
    expect(() => findings(() => {}, props)).toThrow(message);
  });
});

test('for 1.21 the alternative to mutual authentication is named, and no policy asks for it', () => {
  const found = findings(() => {}, { dialect: cilium({ version: '1.21' }) });
  expect(found).toEqual([expect.objectContaining({ rule: 'authentication-by-service', severity: 'warning' })]);
  expect(found[0]?.fix).toMatch(/SPIFFE mutual TLS.*WireGuard or ztunnel/);
});
