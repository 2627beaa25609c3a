import { describe, expect, test } from 'vitest';
import { analyse } from '../../../../lib/analysis/analysis';
import { explain } from '../../../../lib/analysis/answer/explain';
import { interestOf, parsePeer } from '../../../../lib/analysis/answer/peer';
import { parsePort } from '../../../../lib/analysis/answer/port-query';
import { explainText } from '../../../../lib/analysis/format/explain-text';
import { ciliumPolicy, denyAll, manifests, type PodsOf } from '../answer/cluster';

const PODS = { 'shop/web': {}, 'shop/api': {}, 'ops/tool': {}, 'shop/node': { hostNetwork: true } };
const API = ciliumPolicy(
  'shop/api',
  '{ endpointSelector: { matchLabels: { app: api } }, ingress: [{ fromEndpoints: [{ matchLabels: { app: web } }] }] }',
);
const NEVER = ciliumPolicy(
  'shop/never',
  "{ endpointSelector: { matchLabels: { app: api } }, ingressDeny: [{ fromEntities: [all], toPorts: [{ ports: [{ port: '80' }] }] }] }",
);

/** Policies that let pods of web do this, and whoever it is about let them. */
function web(...rules: readonly string[]): string {
  const egress = `{ endpointSelector: { matchLabels: { app: web } }, egress: [${rules.join(', ')}] }`;
  return denyAll('shop') + ciliumPolicy('shop/web', egress) + API;
}

const toApi = (port: string, more = '') =>
  `{ toEndpoints: [{ matchLabels: { app: api } }]${more}, toPorts: [{ ports: [{ port: '${port}', protocol: TCP }] }] }`;
const toName = "{ toFQDNs: [{ matchName: api.example.com }], toPorts: [{ ports: [{ port: '443', protocol: TCP }] }] }";
const dns = (rules = '') => `{ toEntities: [all], toPorts: [{ ports: [{ port: '53', protocol: UDP }]${rules} }] }`;
const dnsFor = (name: string) => dns(`, rules: { dns: [{ matchName: ${name} }] }`);

function told(question: string, policies: string, pods: Readonly<Record<string, PodsOf>> = PODS, limit = 100): string {
  const [from, to, port] = question.split(' ') as [string, string, string];
  const query = { from: parsePeer(from), to: parsePeer(to), port: parsePort(port), limit };
  return [...explainText(explain(analyse(manifests(pods, policies), interestOf(query.from, query.to)), query))].join(
    '',
  );
}

const BY_WEB = 'policies.yaml:2  CiliumNetworkPolicy shop/web spec.egress';

describe('yes', () => {
  test('names the rules at both ends, and what they ask for', () => {
    expect(told('shop/web shop/api 80', web(toApi('80', ', authentication: { mode: required }')))).toBe(
      `shop/web[Deployment] => shop/api[Deployment] : TCP 80 is allowed
  both ends have to authenticate
  egress of shop/web[Deployment]: allowed by
    ${BY_WEB}[0].toPorts[0]  (app/policy-2)
  ingress of shop/api[Deployment]: allowed by
    policies.yaml:3  CiliumNetworkPolicy shop/api spec.ingress[0]  (app/policy-3)
`,
    );
  });

  test.each([
    [
      'ops/tool ops/tool 80',
      `ops/tool[Deployment] => ops/tool[Deployment] : TCP 80 is allowed
  egress of ops/tool[Deployment]: open, since no policy restricts it
  ingress of ops/tool[Deployment]: open, since no policy restricts it
`,
    ],
    [
      'shop/node shop/web 80',
      `shop/node[Deployment] (host network) => shop/web[Deployment] : TCP 80 is allowed
  egress of shop/node[Deployment]: open, since policies do not hold for pods on the host network
  ingress of shop/web[Deployment]: open, since a node and its pods always reach each other
`,
    ],
  ])('says why no rule is needed: %s', (question, text) => {
    expect(told(question, web())).toBe(text);
  });

  test('a pod reaches itself', () => {
    expect(told('shop/one shop/one 80', denyAll('shop'), { 'shop/one': { kind: 'Pod' } })).toBe(
      'shop/one[Pod] => shop/one[Pod] : TCP 80 is allowed\n  a pod always reaches itself\n',
    );
  });
});

describe('in part', () => {
  test('says which ports are open', () => {
    expect(told('shop/web shop/api 79-81', web(toApi('80')))).toBe(
      `shop/web[Deployment] => shop/api[Deployment] : TCP 79-81 is allowed in part
  open: TCP 80
  egress of shop/web[Deployment]: allowed in part by
    ${BY_WEB}[0].toPorts[0]  (app/policy-2)
  ingress of shop/api[Deployment]: allowed by
    policies.yaml:3  CiliumNetworkPolicy shop/api spec.ingress[0]  (app/policy-3)
`,
    );
  });

  test('names the rules that deny the rest', () => {
    expect(told('shop/web shop/api 80-81', web(toApi('81')) + NEVER)).toBe(
      `shop/web[Deployment] => shop/api[Deployment] : TCP 80-81 is allowed in part
  open: TCP 81
  egress of shop/web[Deployment]: allowed in part by
    ${BY_WEB}[0].toPorts[0]  (app/policy-2)
  ingress of shop/api[Deployment]: allowed in part by
    policies.yaml:3  CiliumNetworkPolicy shop/api spec.ingress[0]  (app/policy-3)
  ingress of shop/api[Deployment]: denied by
    policies.yaml:4  CiliumNetworkPolicy shop/never spec.ingressDeny[0].toPorts[0]  (app/policy-4)
`,
    );
  });
});

describe('no', () => {
  test('names the missing half and the rules that come near', () => {
    expect(told('shop/api shop/api 80', web(toApi('80')))).toBe(
      `shop/api[Deployment] => shop/api[Deployment] : TCP 80 is not allowed
  egress of shop/api[Deployment]: no rule allows it; denied by default in
    policies.yaml:1  NetworkPolicy shop/default-deny  (app/policy-1)
    nearest rules
      ${BY_WEB}[0].toPorts[0]  (app/policy-2)
        allows it, for pods with label app web (here api)
  ingress of shop/api[Deployment]: no rule allows it; denied by default in
    policies.yaml:1  NetworkPolicy shop/default-deny  (app/policy-1)
    policies.yaml:3  CiliumNetworkPolicy shop/api  (app/policy-3)
    nearest rules
      policies.yaml:3  CiliumNetworkPolicy shop/api spec.ingress[0]  (app/policy-3)
        allows TCP 80 from pods with label app web (here api)
`,
    );
  });

  test('names the rules that deny it rather than those that would allow it', () => {
    expect(told('shop/web shop/api 80', web(toApi('80')) + NEVER)).toContain(
      `  ingress of shop/api[Deployment]: denied by
    policies.yaml:4  CiliumNetworkPolicy shop/never spec.ingressDeny[0].toPorts[0]  (app/policy-4)
`,
    );
  });
});

describe('a host name', () => {
  const dnsPart = (policies: string) => {
    const text = told('shop/web api.example.com 443', policies);
    return text.slice(text.indexOf('  DNS:'));
  };

  test.each([
    [
      'that Cilium sees resolved',
      web(toName, dnsFor('api.example.com')),
      `  DNS: api.example.com may be resolved by\n    ${BY_WEB}[1].toPorts[0]  (app/policy-2)\n`,
    ],
    [
      'that is resolved past Cilium',
      web(toName, dns()),
      `  DNS: api.example.com may be resolved, but past Cilium's DNS proxy: rules for names never learn its addresses\n    ${BY_WEB}[1].toPorts[0]  (app/policy-2)\n`,
    ],
    [
      'that nothing lets be resolved',
      web(toName),
      '  DNS: no rule lets api.example.com be resolved, so rules for the name are void\n',
    ],
    [
      'beside which others are resolved',
      web(toName, dnsFor('other.example.com')),
      `  DNS: no rule lets api.example.com be resolved, so rules for the name are void\n    rules for other names\n      ${BY_WEB}[1].toPorts[0]  (app/policy-2)\n`,
    ],
  ])('%s', (_, policies, text) => {
    expect(dnsPart(policies)).toBe(text);
  });
});

describe('many pairs', () => {
  test('that policies do not tell apart are told once', () => {
    const pods = { 'shop/a': { labels: { app: 'x' } }, 'shop/b': { labels: { app: 'x' } }, 'shop/api': {} };
    const heads = told('shop/ shop/api 80', denyAll('shop') + API, pods)
      .split('\n')
      .filter((line) => line.includes('=>'));
    expect(heads).toEqual([
      'shop/a[Deployment] and 1 alike => shop/api[Deployment] : TCP 80 is not allowed',
      // Pods of one Deployment are others to each other.
      'shop/api[Deployment] => shop/api[Deployment] : TCP 80 is not allowed',
    ]);
  });

  test('are counted beyond the limit', () => {
    const text = told('shop/ shop/ 80', web(toApi('80')), PODS, 1);
    expect(text).toMatch(/\n\n\d+ more pairs of ends were not looked at; ask about fewer\.\n$/);
  });
});

test('nothing that a terminal would act on is shown', () => {
  const pods = { 'shop/web': {}, 'shop/a\u001b[2Jb': { labels: { app: 'api' } } };
  const text = told('shop/web shop/ 80', web(toApi('80')), pods);
  expect(text).toContain('shop/a\\u{1b}[2Jb[Deployment] : TCP 80 is allowed');
  expect(text).toContain('ingress of shop/a\\u{1b}[2Jb[Deployment]: allowed by');
  expect(text).not.toContain('\u001b');
});
