import { App } from 'cdk8s';
import { describe, expect, test } from 'vitest';
import { cilium, Portarium, type PortariumObservability, type PortariumSettings } from '../../../../lib';
import type { KubeObject } from '../../../../lib/kube/object';
import { plan } from '../../../../lib/synth/synthesize';

const IMAGE = `registry.example.com/opa@sha256:${'0'.repeat(64)}`;

function build(prometheus: PortariumObservability['prometheus'], over: Partial<PortariumSettings> = {}) {
  const app = new App();
  const observability = { runbookUrl: 'https://wiki.example.com/alerts', ruleLabels: { release: 'prometheus' } };
  new Portarium(app, 'portarium', {
    dialect: cilium({ version: '1.19' }),
    workspaces: [{ id: 'ws-a', tools: 'none', egressAllowlist: 'none' }],
    authorization: { image: IMAGE },
    identity: { trustDomain: 'portarium.dev' },
    observability: prometheus === undefined ? observability : { ...observability, prometheus },
    ...over,
  });
  const { manifests, findings } = plan(app);
  const objects = manifests.flatMap((file) => file.objects.map((object) => object.toJson() as KubeObject));
  const blind = findings.filter(({ rule }) => rule === 'metrics-not-reachable');
  return { objects, blind, monitors: objects.filter(({ kind }) => kind === 'PodMonitor') };
}

const policyOf = (objects: readonly KubeObject[], name: string) =>
  objects.find(({ kind, metadata }) => kind === 'CiliumNetworkPolicy' && metadata.name === name) as
    | { readonly spec: { readonly ingress: readonly unknown[] } }
    | undefined;

describe('with all ports', () => {
  const { objects, blind, monitors } = build({ controlPlanePort: 9464, envoyPort: 9902 });

  test('Prometheus is let in to exactly the ports that its monitors name', () => {
    const from = {
      fromEndpoints: [
        { matchLabels: { 'io.kubernetes.pod.namespace': 'monitoring', 'app.kubernetes.io/name': 'prometheus' } },
      ],
    };
    const to = (...ports: readonly string[]) => ({
      ...from,
      toPorts: [{ ports: ports.map((port) => ({ port, protocol: 'TCP' })) }],
    });
    expect(policyOf(objects, 'control-plane')?.spec.ingress).toContainEqual(to('9464', '9902'));
    expect(policyOf(objects, 'opa')?.spec.ingress).toContainEqual(to('8282'));
  });

  test('its operator is told where, by the labels that it looks for', () => {
    expect(monitors.map(({ metadata }) => metadata)).toEqual([
      { name: 'portarium-system-control-plane', namespace: 'monitoring', labels: { release: 'prometheus' } },
      { name: 'portarium-authorization-opa', namespace: 'monitoring', labels: { release: 'prometheus' } },
    ]);
    expect(monitors.map((monitor) => (monitor as unknown as { readonly spec: object }).spec)).toEqual([
      {
        namespaceSelector: { matchNames: ['portarium-system'] },
        selector: { matchLabels: { 'portarium.io/component': 'control-plane' } },
        podMetricsEndpoints: [
          { portNumber: 9464, path: '/metrics' },
          { portNumber: 9902, path: '/stats/prometheus' },
        ],
      },
      {
        namespaceSelector: { matchNames: ['portarium-authorization'] },
        selector: { matchLabels: { 'portarium.io/component': 'opa' } },
        podMetricsEndpoints: [{ portNumber: 8282, path: '/metrics' }],
      },
    ]);
  });

  test('and nothing is left to be found', () => expect(blind).toEqual([]));
});

test.each<readonly [string, ReturnType<typeof build>, RegExp, RegExp]>([
  [
    'nobody is let in',
    build(undefined),
    /scrape control-plane, its Envoy, opa,/,
    /with controlPlanePort and envoyPort$/,
  ],
  ['the Envoy is forgotten', build({ controlPlanePort: 9464 }), /scrape its Envoy,/, /with envoyPort$/],
  [
    'nobody is let in to OPA, which is all that is ours',
    build(undefined, { manageControlPlane: false, identity: undefined as never }),
    /scrape opa,/,
    /^say observability\.prometheus$/,
  ],
])('it is a finding if %s', (_, { blind }, message, fix) => {
  expect(blind).toMatchObject([
    { severity: 'warning', message: expect.stringMatching(message), fix: expect.stringMatching(fix) },
  ]);
});

test('where nobody asks for mutual TLS there is no Envoy to be scraped', () => {
  const { blind } = build({ controlPlanePort: 9464 }, { identity: undefined as never });
  expect(blind).toEqual([]);
});

test('other pods may be named', () => {
  const { objects } = build({
    namespace: 'metrics',
    labels: { app: 'agent' },
    controlPlanePort: 9464,
    envoyPort: 9902,
  });
  expect(policyOf(objects, 'opa')?.spec.ingress).toContainEqual(
    expect.objectContaining({
      fromEndpoints: [{ matchLabels: { 'io.kubernetes.pod.namespace': 'metrics', app: 'agent' } }],
    }),
  );
});
