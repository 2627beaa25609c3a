import { describe, expect, test } from 'vitest';
import { read } from './read';

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
    [
      `${E}ingress:\n- fromCIDRSet: [{cidr: 10.0.0.0/8, cidrGroupRef: g}]`,
      3,
      '.ingress[0].fromCIDRSet[0]',
      'has more than one of cidr, cidrGroupRef and cidrGroupSelector',
    ],
    [
      `${E}egress:\n- toFQDNs: [{matchName: a.b, matchPattern: "*.b"}]`,
      3,
      '.egress[0].toFQDNs[0]',
      'has both matchName and matchPattern',
    ],
    [`${E}egress:\n- toFQDNs: [{matchName: "*.b"}]`, 3, '.egress[0].toFQDNs[0]', "has a matchName with * in it, '*.b'"],
    [
      `${E}egress:\n- toFQDNs: [{matchName: "https://a.b"}]`,
      3,
      '.egress[0].toFQDNs[0]',
      "holds 'https://a.b', which is no DNS name",
    ],
    [`${E}egress:\n- toFQDNs: [{matchPattern: ".b"}]`, 3, '.egress[0].toFQDNs[0]', 'which is no DNS name'],
    [`${E}egress:\n- toFQDNs: [{matchName: 1}]`, 3, '.egress[0].toFQDNs[0]', 'has to be text'],
    [
      `${E}egress:\n- toFQDNs: [{matchName: ${'a'.repeat(256)}}]`,
      3,
      '.egress[0].toFQDNs[0]',
      'has 256 characters, and 255 are allowed',
    ],
    [
      `${E}egress:\n- toPorts: [{ports: [{port: "53"}], rules: {dns: [{matchName: "*"}]}}]`,
      3,
      '.egress[0].toPorts[0].rules.dns[0]',
      'has a matchName with * in it',
    ],
    [
      `${E}egress:\n- toPorts: [{rules: {dns: [{matchPattern: "*"}]}}]`,
      3,
      '.egress[0].toPorts[0].rules.dns',
      'needs ports',
    ],
    [
      `${E}egress:\n- toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {l7: [{a: b}]}}]`,
      3,
      '.egress[0].toPorts[0].rules.l7',
      'needs an l7proto',
    ],
    [
      `${E}egress:\n- toPorts: [{ports: [{port: "53", endPort: 54}], rules: {dns: [{matchPattern: "*"}]}}]`,
      3,
      '.egress[0].toPorts[0].ports[0].endPort',
      'has no place beside DNS rules',
    ],
    [
      `${E}egress:\n- toPorts: [{ports: [{port: "443", protocol: TCP}], serverNames: [a.b], rules: {http: [{}]}}]`,
      3,
      '.egress[0].toPorts[0].rules',
      'inside TLS that is not terminated',
    ],
    [
      `${E}ingress:\n- toPorts: [{ports: [{port: "089"}]}]`,
      3,
      '.ingress[0].toPorts[0].ports[0].port',
      "'089' is no port",
    ],
    [
      `${E}ingress:\n- toPorts: [{ports: [{port: "-1"}]}]`,
      3,
      '.ingress[0].toPorts[0].ports[0].port',
      "'-1' is no port",
    ],
    [
      `${E}ingress:\n- icmps: [{fields: [${'{type: 8}, '.repeat(41)}]}]`,
      3,
      '.ingress[0].icmps[0].fields',
      'has 41 entries, and Cilium takes 40',
    ],
    [
      `${E}ingress:\n- authentication: {mode: optional}`,
      3,
      '.ingress[0].authentication.mode',
      'is required or disabled, not "optional"',
    ],
    [
      'endpointSelector: {matchExpressions: [{key: a, operator: Gt, values: ["1"]}]}\ningress: [{}]',
      1,
      '.endpointSelector.matchExpressions[0]',
      'needs a key and an operator',
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
    const { findings, policies } = read('CiliumNetworkPolicy', spec, 'cilium-1.19');
    expect(findings).toEqual([
      expect.stringContaining(`malformed-policy ${line} spec${path} of CiliumNetworkPolicy shop/p`),
    ]);
    expect(findings[0]).toContain(message);
    expect(policies).toEqual([]);
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
