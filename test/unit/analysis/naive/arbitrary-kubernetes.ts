import * as fc from 'fast-check';
import type { KubeObject } from '../../../../lib/kube/object';
import type { LabelSelector, LabelSelectorRequirement } from '../../../../lib/kube/selector';

/** One of these, each as often as its weight says. */
export function weighted<T>(...options: readonly (readonly [number, fc.Arbitrary<T>])[]): fc.Arbitrary<T> {
  return fc.oneof(...options.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

const VALUES = { app: ['web', 'api'], tier: ['front', 'back'], team: ['red', 'blue'] } as const;

/** A requirement on a key; the key can be written in another way than the label it is about. */
export function requirement(label: keyof typeof VALUES, key: string): fc.Arbitrary<LabelSelectorRequirement> {
  const values = fc.subarray([...VALUES[label]], { minLength: 1 });
  return fc.oneof(
    fc
      .constantFrom('In' as const, 'NotIn' as const)
      .chain((operator) => values.map((each) => ({ key, operator, values: each }))),
    fc.constantFrom('Exists' as const, 'DoesNotExist' as const).map((operator) => ({ key, operator })),
  );
}

export const podSelector: fc.Arbitrary<LabelSelector> = weighted<LabelSelector>(
  [2, fc.constant({})],
  [3, fc.constantFrom('web', 'api').map((app) => ({ matchLabels: { app } }))],
  [1, fc.constantFrom('front', 'back').map((tier) => ({ matchLabels: { tier } }))],
  [1, requirement('app', 'app').map((each) => ({ matchExpressions: [each] }))],
  [1, requirement('tier', 'tier').map((each) => ({ matchLabels: { app: 'web' }, matchExpressions: [each] }))],
);

const namespaceSelector: fc.Arbitrary<LabelSelector> = weighted<LabelSelector>(
  [2, fc.constant({})],
  [2, fc.constantFrom('red', 'blue').map((team) => ({ matchLabels: { team } }))],
  [1, requirement('team', 'team').map((each) => ({ matchExpressions: [each] }))],
  [2, fc.constantFrom('one', 'two').map((name) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } }))],
);

const ipBlock = fc.constantFrom<{ cidr: string; except?: string[] }>(
  { cidr: '0.0.0.0/0' },
  { cidr: '0.0.0.0/0', except: ['10.1.0.0/16'] },
  { cidr: '0.0.0.0/0', except: ['192.0.2.0/24', '203.0.113.0/24'] },
  { cidr: '10.0.0.0/8' },
  { cidr: '10.0.0.0/8', except: ['10.1.0.2/32'] },
  { cidr: '192.0.2.0/24', except: ['192.0.2.7/32'] },
  { cidr: '::/0' },
  { cidr: 'fd00::/8' },
);

const peer = weighted<object>(
  [3, podSelector.map((each) => ({ podSelector: each }))],
  [2, namespaceSelector.map((each) => ({ namespaceSelector: each }))],
  [2, fc.record({ podSelector, namespaceSelector })],
  [3, ipBlock.map((each) => ({ ipBlock: each }))],
);

const port = weighted<object>(
  [4, fc.constantFrom(80, 443, 8080).map((each) => ({ port: each }))],
  [2, fc.constantFrom({ port: 53, protocol: 'UDP' }, { port: 80, protocol: 'SCTP' }, { port: 53, protocol: 'TCP' })],
  [2, fc.constantFrom({ port: 80, endPort: 90 }, { port: 443, endPort: 8080 }, { port: 1, endPort: 65535 })],
  [
    2,
    fc.constantFrom(
      { port: 'http' },
      { port: 'alt', protocol: 'TCP' },
      { port: 'dns', protocol: 'UDP' },
      { port: 'dns' },
    ),
  ],
  [1, fc.constantFrom({}, { protocol: 'UDP' }, { protocol: 'TCP' })],
);

function rules(peers: 'from' | 'to'): fc.Arbitrary<object[]> {
  const fields = { [peers]: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 2 }) };
  return fc.array(fc.record(fields, { requiredKeys: [] }), { maxLength: 3 });
}

/** What the API server fills in if nothing is said. */
const policyTypes = fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress']);

export function networkPolicy(namespaces: readonly string[]): fc.Arbitrary<KubeObject> {
  const spec = fc.record(
    { podSelector, policyTypes, ingress: rules('from'), egress: rules('to') },
    { requiredKeys: ['podSelector'] },
  );
  return fc.record({
    apiVersion: fc.constant('networking.k8s.io/v1'),
    kind: fc.constant('NetworkPolicy'),
    metadata: fc.record({ name: fc.constant('policy'), namespace: fc.constantFrom(...namespaces.slice(0, 2)) }),
    spec,
  });
}
