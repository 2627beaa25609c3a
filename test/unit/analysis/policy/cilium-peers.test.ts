import { describe, expect, test } from 'vitest';
import { read, rulesOf } from './read';

const PORTS = 'toPorts: [{ports: [{port: "80", protocol: TCP}]}]';

interface Asked {
  readonly list?: 'ingress' | 'egress' | 'ingressDeny' | 'egressDeny';
  readonly dialect?: string;
  readonly kind?: string;
  /** Documents that the policy may refer to. */
  readonly others?: string;
}

function reading(rule: string, { list = 'ingress', dialect = 'cilium-1.19', kind, others }: Asked = {}) {
  const spec = `endpointSelector: {}\n${list}:\n- {${rule}}`;
  return read(kind ?? 'CiliumNetworkPolicy', spec, dialect, others);
}

/** The peers of a rule with these fields. */
function peers(rule: string, asked: Asked = {}): string {
  const { list = 'ingress' } = asked;
  const [found = ''] = rulesOf(reading(rule, asked), list.startsWith('ingress') ? 'ingress' : 'egress');
  return found.replace(/ > .*/, '');
}

describe('fields that are missing or empty', () => {
  test.each([
    ['', 'nobody'],
    [PORTS, 'everyone'],
    ['toPorts: []', 'nobody'],
    ['icmps: [{fields: [{type: 8}]}]', 'everyone'],
    ['fromEndpoints: []', 'nobody'],
    [`fromEndpoints: [], ${PORTS}`, 'nobody'],
    [`fromEntities: [], ${PORTS}`, 'nobody'],
    [`fromEntities: [none], ${PORTS}`, 'nobody'],
    [`fromCIDR: [], ${PORTS}`, 'nobody'],
    [`fromCIDRSet: [], ${PORTS}`, 'nobody'],
    [`fromNodes: [], ${PORTS}`, 'nobody'],
    [`fromEndpoints: null, ${PORTS}`, 'everyone'],
    // An empty list counts more than a list beside it.
    [`fromEndpoints: [], fromEntities: [world], ${PORTS}`, 'nobody'],
  ])('{%s} is for %s', (rule, expected) => {
    expect(peers(rule)).toBe(expected);
  });

  test.each([
    [`toFQDNs: [], ${PORTS}`, 'everyone'],
    [`toServices: [], ${PORTS}`, 'everyone'],
    [`toEndpoints: [], ${PORTS}`, 'nobody'],
    ['toFQDNs: []', 'nobody'],
  ])('{%s} on the way out is for %s', (rule, expected) => {
    expect(peers(rule, { list: 'egress' })).toBe(expected);
  });

  test('the same for denials', () => {
    expect(peers(`fromEndpoints: [], ${PORTS}`, { list: 'ingressDeny' })).toBe('deny nobody');
    expect(peers(PORTS, { list: 'ingressDeny' })).toBe('deny everyone');
    expect(peers('', { list: 'ingressDeny' })).toBe('deny nobody');
  });
});

describe('endpoints', () => {
  const OWN = 'cluster Exists';
  test.each([
    ['{}', `namespace In shop; ${OWN}`, `namespace Exists; ${OWN}`],
    ['null', `namespace In shop; ${OWN}`, `namespace Exists; ${OWN}`],
    [
      '{matchLabels: {app: web}}',
      `namespace In shop; label app In web; ${OWN}`,
      `namespace Exists; label app In web; ${OWN}`,
    ],
    [
      '{matchLabels: {"k8s:app": web}}',
      `namespace In shop; label app In web; ${OWN}`,
      `namespace Exists; label app In web; ${OWN}`,
    ],
    [
      '{matchLabels: {any.app: web}}',
      `namespace In shop; label any.app In web; ${OWN}`,
      `namespace Exists; label any.app In web; ${OWN}`,
    ],
    [
      '{matchLabels: {"k8s:io.kubernetes.pod.namespace": bank}}',
      `namespace In bank; ${OWN}`,
      `namespace In bank; ${OWN}`,
    ],
    [
      '{matchExpressions: [{key: io.kubernetes.pod.namespace, operator: Exists}]}',
      `namespace Exists; ${OWN}`,
      `namespace Exists; ${OWN}`,
    ],
    [
      '{matchLabels: {io.cilium.k8s.namespace.labels.team: red}}',
      `namespaceLabel team In red; ${OWN}`,
      `namespace Exists; namespaceLabel team In red; ${OWN}`,
    ],
    [
      '{matchLabels: {io.cilium.k8s.policy.cluster: east}}',
      'namespace In shop; cluster In east',
      'namespace Exists; cluster In east',
    ],
    ['{matchLabels: {"reserved:host": ""}}', 'reserved host In', 'reserved host In'],
    [
      '{matchExpressions: [{key: "reserved:host", operator: DoesNotExist}]}',
      'reserved host DoesNotExist',
      'reserved host DoesNotExist',
    ],
  ])('%s', (selector, namespaced, clusterwide) => {
    const rule = `fromEndpoints: [${selector}]`;
    expect(peers(rule)).toBe(`pods(${namespaced})`);
    expect(peers(rule, { kind: 'CiliumClusterwideNetworkPolicy' })).toBe(`pods(${clusterwide})`);
  });

  test('before Cilium 1.19 the cluster is not among the conditions', () => {
    expect(peers('fromEndpoints: [{}]', { dialect: 'cilium-1.18' })).toBe('pods(namespace In shop)');
  });

  test('that allow what is labelled as the world are kept, and those that deny it are told', () => {
    const rule = 'fromEndpoints: [{matchLabels: {"reserved:world": ""}}]';
    expect(peers(rule)).toBe('pods(reserved world In)');
    expect(reading(rule).findings).toEqual([]);
    expect(peers(rule, { list: 'ingressDeny' })).toBe('deny nobody');
  });
});

describe('entities', () => {
  test.each([
    ['all', 'everyone'],
    ['world', 'world'],
    ['world-ipv6', 'world-ipv6'],
    ['kube-apiserver', 'kube-apiserver'],
    ['cluster', 'host, remote-node, kube-apiserver, ingress, health, init, unmanaged, pods'],
    ['host, none', 'host'],
  ])('%s', (entities, expected) => {
    expect(peers(`fromEntities: [${entities}]`)).toBe(expected);
    expect(peers(`toEntities: [${entities}]`, { list: 'egress' })).toBe(expected);
  });

  test.each(['toString', 'World', ''])('%j is none', (entity) => {
    expect(reading(`fromEntities: ["${entity}"]`).findings).toEqual([expect.stringContaining('which is no entity')]);
  });

  test('nodes are other nodes', () => {
    expect(peers('fromNodes: [{matchLabels: {zone: a}}]')).toBe('remote-node');
  });
});

describe('addresses', () => {
  const GROUP =
    '---\napiVersion: cilium.io/v2\nkind: CiliumCIDRGroup\nmetadata: {name: office, labels: {site: home}}\nspec: {externalCIDRs: [192.0.2.0/24, 2001:db8::/32]}\n';
  test.each([
    ['fromCIDR: [10.0.0.0/8, 192.0.2.7, "2001:db8::1"]', '10.0.0.0/8, 192.0.2.7/32, 2001:db8::1/128'],
    ['fromCIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}]', '10.0.0.0/8 less 10.1.0.0/16'],
    ['fromCIDRSet: [{cidrGroupRef: office}]', '192.0.2.0/24, 2001:db8::/32'],
    [
      'fromCIDRSet: [{cidrGroupRef: office, except: [192.0.2.7/32]}]',
      '192.0.2.0/24 less 192.0.2.7/32, 2001:db8::/32 less 192.0.2.7/32',
    ],
    ['fromCIDRSet: [{cidrGroupSelector: {matchLabels: {site: home}}}]', 'groups(label site In home)'],
  ])('%s', (rule, expected) => {
    expect(peers(rule, { others: GROUP })).toBe(expected);
    expect(reading(rule, { others: GROUP }).findings).toEqual([]);
  });

  test.each([
    ['{cidrGroupRef: gone}', 'nobody'],
    ['{cidrGroupSelector: {matchLabels: {site: away}}}', 'groups(label site In away)'],
  ])('%s is told', (entry, expected) => {
    const rule = `fromCIDRSet: [${entry}], ${PORTS}`;
    expect(peers(rule, { others: GROUP })).toBe(expected);
    expect(reading(rule, { others: GROUP }).findings).toEqual([expect.stringContaining('missing-cidr-group 3 ')]);
  });
});

test.each([
  ['matchName: API.Example.com.', 'name api.example.com'],
  ['matchPattern: "*.example.com"', 'name *.example.com'],
  ['matchPattern: "*"', 'name *'],
  ['matchName: _srv._tcp.example.com', 'name _srv._tcp.example.com'],
])('names: %s', (entry, expected) => {
  const asked = { list: 'egress' } as const;
  expect(peers(`toFQDNs: [{${entry}}]`, asked)).toBe(expected);
  expect(reading(`toFQDNs: [{${entry}}]`, asked).findings).toEqual([]);
});

describe('services', () => {
  const service = (namespace: string, name: string, spec: string) =>
    `---\napiVersion: v1\nkind: Service\nmetadata: {namespace: ${namespace}, name: ${name}, labels: {kind: backend}}\nspec: ${spec}\n`;
  const SERVICES = [
    service('shop', 'web', '{selector: {app: web}}'),
    service('bank', 'web', '{selector: {app: pay}}'),
    service('shop', 'outside', '{}'),
    '---\napiVersion: v1\nkind: Endpoints\nmetadata: {namespace: shop, name: outside}\nsubsets: [{addresses: [{ip: 192.0.2.7}, {ip: "2001:db8::7"}]}]\n',
  ].join('');
  const asked = { list: 'egress', others: SERVICES } as const;
  const WEB = 'pods(namespace In shop; label app In web)';
  const PAY = 'pods(namespace In bank; label app In pay)';

  test.each([
    ['k8sService: {serviceName: web, namespace: shop}', WEB],
    ['k8sService: {serviceName: web}', `${WEB}, ${PAY}`],
    ['k8sService: {serviceName: outside, namespace: shop}', '192.0.2.7/32, 2001:db8::7/128'],
    ['k8sServiceSelector: {selector: {matchLabels: {kind: backend}}, namespace: bank}', PAY],
    ['k8sServiceSelector: {selector: {matchLabels: {kind: other}}}', 'everyone'],
    ['k8sService: {serviceName: gone, namespace: shop}', 'everyone'],
  ])('%s', (entry, expected) => {
    const rule = `toServices: [{${entry}}], ${PORTS}`;
    expect(peers(rule, asked)).toBe(expected);
    const told = expected === 'everyone' ? [expect.stringContaining('missing-service 3 ')] : [];
    expect(reading(rule, asked).findings).toEqual(told);
  });

  test('a service that is missing opens nothing without ports', () => {
    const rule = 'toServices: [{k8sService: {serviceName: gone}}]';
    expect(peers(rule, asked)).toBe('nobody');
    expect(reading(rule, asked).findings).toEqual([expect.stringContaining('the rule allows nothing')]);
  });

  test('are not looked up for denials, which then are for everybody', () => {
    const rule = `toServices: [{k8sService: {serviceName: web, namespace: shop}}], ${PORTS}`;
    expect(peers(rule, { ...asked, list: 'egressDeny' })).toBe('deny everyone');
  });
});
