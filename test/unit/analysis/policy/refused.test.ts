import { describe, expect, test } from 'vitest';
import { parseDialect } from '../../../../lib/analysis/dialect';
import { analyse, loadManifests } from '../../../../lib/analysis/index';

const SPEC_LINE = 4;

/** What reading one policy finds, as `line message`, lines counted within the spec, and whether the policy is kept. */
function read(kind: string, spec: string, dialect: string) {
  const apiVersion = kind === 'NetworkPolicy' ? 'networking.k8s.io/v1' : 'cilium.io/v2';
  const namespace = kind === 'CiliumClusterwideNetworkPolicy' ? '' : 'namespace: shop, ';
  const body = spec.replace(/^/gm, '  ');
  const yaml = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { ${namespace}name: p }\nspec:\n${body}\n`;
  const analysis = analyse(loadManifests(['-'], { stdin: () => yaml }), { dialect: parseDialect(dialect) });
  const findings = analysis.findings.map(({ rule, where, message, fix }) => {
    expect(fix).not.toBe('');
    const line = 'line' in where ? (where.line ?? 0) : 0;
    return `${rule} ${line - SPEC_LINE} ${message}`;
  });
  return { findings, isKept: analysis.policies.length > 0 };
}

describe('a NetworkPolicy that the API server refuses is left out as a whole', () => {
  const P = 'podSelector: {}\n';
  test.each([
    ['podSelector: []', 1, 'podSelector', 'has to be a map'],
    ['podSelector: {matchLabels: [a]}', 1, 'podSelector.matchLabels', 'has to be a map'],
    ['podSelector: {matchLabels: {a: 1}}', 1, 'podSelector.matchLabels.a', 'has to be text'],
    [
      'podSelector: {matchExpressions: [{key: a, operator: Gt, values: ["1"]}]}',
      1,
      'podSelector.matchExpressions[0]',
      'needs a key and an operator',
    ],
    [
      'podSelector: {matchExpressions: [{key: a, operator: In}]}',
      1,
      'podSelector.matchExpressions[0]',
      'In needs values',
    ],
    [
      'podSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}',
      1,
      'podSelector.matchExpressions[0]',
      'Exists takes no values',
    ],
    [`${P}policyTypes: [Inbound]`, 2, 'policyTypes', 'knows Ingress and Egress, not Inbound'],
    [`${P}policyTypes: Ingress`, 2, 'policyTypes', 'has to be a list'],
    [`${P}ingress: {}`, 2, 'ingress', 'has to be a list'],
    [`${P}ingress:\n- text`, 3, 'ingress[0]', 'has to be a map'],
    [`${P}ingress:\n- from: [{}]`, 3, 'ingress[0].from[0]', 'names nobody'],
    [
      `${P}ingress:\n- from: [{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]`,
      3,
      'ingress[0].from[0]',
      'has an ipBlock and a selector',
    ],
    [`${P}ingress:\n- from: [{ipBlock: {}}]`, 3, 'ingress[0].from[0].ipBlock.cidr', 'is missing'],
    [
      `${P}ingress:\n- from: [{ipBlock: {cidr: 10.0.0.1}}]`,
      3,
      'ingress[0].from[0].ipBlock',
      "'10.0.0.1', which is no CIDR",
    ],
    [`${P}ingress:\n- from: [{ipBlock: {cidr: 10/8}}]`, 3, 'ingress[0].from[0].ipBlock', "'10/8', which is no CIDR"],
    [`${P}ingress:\n- from: [{ipBlock: {cidr: 010.0.0.0/8}}]`, 3, 'ingress[0].from[0].ipBlock', 'which is no CIDR'],
    [
      `${P}ingress:\n- from: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/16]}}]`,
      3,
      'ingress[0].from[0].ipBlock',
      'excepts 11.0.0.0/16, which is not within 10.0.0.0/8',
    ],
    [
      `${P}ingress:\n- from: [{ipBlock: {cidr: 10.0.0.0/8, except: ["::/0"]}}]`,
      3,
      'ingress[0].from[0].ipBlock',
      'excepts ::/0, which is not within 10.0.0.0/8',
    ],
    [`${P}ingress:\n- ports: [{protocol: ICMP}]`, 3, 'ingress[0].ports[0].protocol', 'is TCP, UDP or SCTP'],
    [`${P}ingress:\n- ports: [{port: 0}]`, 3, 'ingress[0].ports[0].port', 'is no port'],
    [`${P}ingress:\n- ports: [{port: 65536}]`, 3, 'ingress[0].ports[0].port', 'is no port'],
    [`${P}ingress:\n- ports: [{port: 1.5}]`, 3, 'ingress[0].ports[0].port', 'is no port'],
    [`${P}ingress:\n- ports: [{port: 90, endPort: 80}]`, 3, 'ingress[0].ports[0].port', 'is no port or range'],
    [
      `${P}ingress:\n- ports: [{port: http, endPort: 80}]`,
      3,
      'ingress[0].ports[0].endPort',
      'needs a port that is a number',
    ],
    [`${P}ingress:\n- ports: [{endPort: 80}]`, 3, 'ingress[0].ports[0].endPort', 'needs a port that is a number'],
  ])('%j', (spec, line, path, message) => {
    const { findings, isKept } = read('NetworkPolicy', spec, 'kubernetes');
    expect(findings).toEqual([
      expect.stringContaining(`malformed-policy ${line} spec.${path} of NetworkPolicy shop/p`),
    ]);
    expect(findings[0]).toContain(message);
    expect(isKept).toBe(false);
  });

  test('an empty spec is a policy: it denies ingress to every pod', () => {
    expect(read('NetworkPolicy', 'null', 'kubernetes')).toEqual({ findings: [], isKept: true });
  });
});

describe('a policy that Cilium refuses is left out as a whole', () => {
  const E = 'endpointSelector: {}\n';
  const many = Array.from({ length: 41 }, (_, index) => `{port: "${index + 1}"}`).join(', ');
  test.each([
    ['ingress: [{}]', 0, '', 'needs an endpointSelector'],
    [E, 0, '', 'has no rule in any list'],
    [`${E}ingress: []`, 0, '', 'has no rule in any list'],
    ['nodeSelector: {}\ningress: [{}]', 1, '.nodeSelector', 'is for clusterwide policies'],
    ['endpointSelector: text\ningress: [{}]', 1, '.endpointSelector', 'has to be a map'],
    [
      `${E}enableDefaultDeny: {ingress: "no"}\ningress: [{}]`,
      2,
      '.enableDefaultDeny.ingress',
      'has to be true or false',
    ],
    [`${E}ingress:\n- fromEndpoints: {}`, 3, '.ingress[0].fromEndpoints', 'has to be a list'],
    [`${E}ingress:\n- fromEntities: world`, 3, '.ingress[0].fromEntities', 'has to be a list'],
    [
      `${E}ingress:\n- fromEndpoints: [{}]\n  fromEntities: [world]`,
      3,
      '.ingress[0]',
      'combines fromEndpoints and fromEntities',
    ],
    [
      `${E}egress:\n- toFQDNs: [{matchName: a.b}]\n  toCIDR: [10.0.0.0/8]`,
      3,
      '.egress[0]',
      'combines toCIDR and toFQDNs',
    ],
    [`${E}ingress:\n- fromEntities: [internet]`, 3, '.ingress[0].fromEntities[0]', "'internet', which is no entity"],
    [`${E}ingress:\n- fromCIDR: [10.0.0.0/40]`, 3, '.ingress[0].fromCIDR[0]', 'which is no CIDR'],
    [
      `${E}ingress:\n- fromCIDRSet: [{}]`,
      3,
      '.ingress[0].fromCIDRSet[0]',
      'needs cidr, cidrGroupRef or cidrGroupSelector',
    ],
    [
      `${E}ingress:\n- fromCIDRSet: [{cidr: 10.0.0.0/8, except: [11.0.0.0/8]}]`,
      3,
      '.ingress[0].fromCIDRSet[0]',
      'which is not within 10.0.0.0/8',
    ],
    [`${E}egress:\n- toFQDNs: [{}]`, 3, '.egress[0].toFQDNs[0]', 'needs matchName or matchPattern'],
    [`${E}egress:\n- toGroups: [{aws: {}}]`, 3, '.egress[0].toGroups', "is resolved by Cilium's operator"],
    [`${E}ingress:\n- toPorts: [{ports: [{port: ""}]}]`, 3, '.ingress[0].toPorts[0].ports[0].port', 'is missing'],
    [`${E}ingress:\n- toPorts: [{ports: [{port: 80}]}]`, 3, '.ingress[0].toPorts[0].ports[0].port', 'has to be text'],
    [
      `${E}ingress:\n- toPorts: [{ports: [{port: "70000"}]}]`,
      3,
      '.ingress[0].toPorts[0].ports[0].port',
      "'70000' is no port",
    ],
    [
      `${E}ingress:\n- toPorts: [{ports: [{port: "80", endPort: "90"}]}]`,
      3,
      '.ingress[0].toPorts[0].ports[0].endPort',
      'has to be a whole number',
    ],
    [
      `${E}ingress:\n- toPorts: [{ports: [{port: "80", protocol: HTTP}]}]`,
      3,
      '.ingress[0].toPorts[0].ports[0].protocol',
      'cannot be HTTP',
    ],
    [
      `${E}ingress:\n- toPorts: [{ports: [${many}]}]`,
      3,
      '.ingress[0].toPorts[0].ports',
      'has 41 entries, and Cilium takes 40',
    ],
    [
      `${E}egress:\n- toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{}], dns: [{matchPattern: "*"}]}}]`,
      3,
      '.egress[0].toPorts[0].rules',
      'has rules for more than one protocol',
    ],
    [
      `${E}ingress:\n- toPorts: [{ports: [{port: "53", protocol: UDP}], rules: {dns: [{matchPattern: "*"}]}}]`,
      3,
      '.ingress[0].toPorts[0].rules.dns',
      'is for egress only',
    ],
    [
      `${E}ingress:\n- toPorts: [{ports: [{port: "80"}], rules: {http: [{}]}}]`,
      3,
      '.ingress[0].toPorts[0].ports[0].protocol',
      'has to be TCP beside rules about requests',
    ],
    [
      `${E}ingress:\n- toPorts: [{ports: [{port: "0", protocol: TCP}], rules: {http: [{}]}}]`,
      3,
      '.ingress[0].toPorts[0].ports[0].port',
      'cannot be 0 beside rules about requests',
    ],
    [
      `${E}egress:\n- toPorts: [{ports: [{port: "443", protocol: TCP}], serverNames: [""]}]`,
      3,
      '.egress[0].toPorts[0].serverNames',
      'holds an empty name',
    ],
    [
      `${E}ingress:\n- icmps: [{fields: [{type: 8}]}]\n  toPorts: [{ports: [{port: "80"}]}]`,
      3,
      '.ingress[0].icmps',
      'excludes toPorts',
    ],
    [
      `${E}ingress:\n- icmps: [{fields: [{type: 300}]}]`,
      3,
      '.ingress[0].icmps[0].fields[0].type',
      'is no type of ICMP',
    ],
    [
      `${E}ingress:\n- icmps: [{fields: [{type: 8, family: IPv5}]}]`,
      3,
      '.ingress[0].icmps[0].fields[0].family',
      'is IPv4 or IPv6',
    ],
  ])('%j', (spec, line, path, message) => {
    const { findings, isKept } = read('CiliumNetworkPolicy', spec, 'cilium-1.19');
    expect(findings[0]).toContain(`malformed-policy ${line} spec${path} of CiliumNetworkPolicy shop/p`);
    expect(findings[0]).toContain(message);
    expect(isKept).toBe(false);
  });

  test.each([
    [
      'CiliumClusterwideNetworkPolicy',
      'nodeSelector: {}\ningress: [{}]',
      'host-policy 1 a policy for nodes is not evaluated',
    ],
    [
      'CiliumNetworkPolicy',
      `${E}ingress:\n- fromCIDRSet: [{cidrGroupRef: gone}]`,
      "missing-cidr-group 3 there is no CIDR group 'gone'",
    ],
    [
      'CiliumNetworkPolicy',
      `${E}egress:\n- toServices: [{k8sService: {serviceName: gone, namespace: shop}}]\n  toPorts: [{ports: [{port: "80"}]}]`,
      'missing-service 3 the rule names a Service that the manifests do not hold',
    ],
    [
      'CiliumNetworkPolicy',
      `${E}egressDeny:\n- toEndpoints: [{matchLabels: {"reserved:world": ""}}]`,
      'world-label 3 the labels of the world depend on which families of addresses the cluster has',
    ],
  ])('%s %j is told', (kind, spec, message) => {
    expect(read(kind, spec, 'cilium-1.19').findings).toEqual([expect.stringContaining(message)]);
  });

  test('what was required and cannot be evaluated any more is told in the version that has it', () => {
    const spec = `${E}ingress:\n- fromRequires: [{}]`;
    expect(read('CiliumNetworkPolicy', spec, 'cilium-1.18').findings).toEqual([
      expect.stringContaining('removed-field 3 fromRequires is not evaluated'),
    ]);
  });
});
