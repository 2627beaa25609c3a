import { describe, expect, test } from 'vitest';
import { diff } from '../../../../lib/analysis/answer/diff';
import type { ChangeGroup, Difference } from '../../../../lib/analysis/answer/difference';
import { diffMarkdown } from '../../../../lib/analysis/format/diff-markdown';
import { diffText } from '../../../../lib/analysis/format/diff-text';
import { ciliumPolicy, denyAll, manifests, networkPolicy, type PodsOf } from '../answer/cluster';

const PODS = { 'shop/web': {}, 'shop/api': {}, 'ops/tool': {} };
const API = ciliumPolicy(
  'shop/api',
  '{ endpointSelector: { matchLabels: { app: api } }, ingress: [{ fromEndpoints: [{ matchLabels: { app: web } }] }] }',
);
const web = (...rules: readonly string[]) =>
  denyAll('shop') +
  ciliumPolicy('shop/web', `{ endpointSelector: { matchLabels: { app: web } }, egress: [${rules.join(', ')}] }`) +
  API;
const toApi = (port: string, { more = '', rules = '' } = {}) =>
  `{ toEndpoints: [{ matchLabels: { app: api } }]${more}, toPorts: [{ ports: [{ port: '${port}', protocol: TCP }]${rules} }] }`;
const AUTHENTICATED = { more: ', authentication: { mode: required }' };
const GET = { rules: ', rules: { http: [{ method: GET, path: /v1 }] }' };

const text = (difference: Difference) => [...diffText(difference)].join('');
const between = (before: string, after: string) => diff(manifests(PODS, before), manifests(PODS, after));

describe('each kind of change has its sentence', () => {
  test.each([
    ['added', web(), web(toApi('80')), 'may newly reach shop/api[Deployment] on TCP 80'],
    ['removed', web(toApi('80')), web(), 'may no longer reach shop/api[Deployment] on TCP 80'],
    ['widened', web(toApi('80')), web(toApi('80'), toApi('90')), 'may reach shop/api[Deployment] on more: TCP 90'],
    [
      'narrowed',
      web(toApi('80'), toApi('90')),
      web(toApi('80')),
      'may reach shop/api[Deployment] on less: no longer TCP 90',
    ],
    [
      'lost-auth',
      web(toApi('80', AUTHENTICATED)),
      web(toApi('80')),
      'may reach shop/api[Deployment] without authentication on TCP 80',
    ],
    [
      'gained-auth',
      web(toApi('80')),
      web(toApi('80', AUTHENTICATED)),
      'must authenticate to reach shop/api[Deployment] on TCP 80',
    ],
    [
      'lost-l7',
      web(toApi('80', GET)),
      web(toApi('80')),
      'may send any request to shop/api[Deployment]; before only TCP 80 {http GET /v1}',
    ],
    [
      'gained-l7',
      web(toApi('80')),
      web(toApi('80', GET)),
      'may send to shop/api[Deployment] nothing but TCP 80 {http GET /v1}',
    ],
  ])('%s', (kind, before, after, sentence) => {
    expect(text(between(before, after))).toBe(`${kind}\n  shop/web[Deployment] ${sentence}\nconnections: 1 ${kind}\n`);
  });
});

test('what is outside is called by its name, and the dangerous changes come first', () => {
  const outside = [
    toApi('80'),
    "{ toFQDNs: [{ matchName: api.example.com }], toPorts: [{ ports: [{ port: '443', protocol: TCP }] }] }",
    '{ toCIDR: [169.254.169.254/32] }',
    '{ toEntities: [kube-apiserver] }',
  ];
  expect(text(between(web(toApi('80', GET)), web(...outside)))).toBe(`added
  [world] shop/web[Deployment] may newly reach api.example.com on TCP 443
  [metadata] shop/web[Deployment] may newly reach 169.254.169.254/32 on all ports
  [api-server] shop/web[Deployment] may newly reach kube-apiserver on all ports
lost-l7
  shop/web[Deployment] may send any request to shop/api[Deployment]; before only TCP 80 {http GET /v1}
connections: 3 added, 1 lost-l7
`);
});

describe('nothing changed', () => {
  const none = between(web(toApi('80')), web(toApi('80')));

  test('text', () => expect(text(none)).toBe('who may reach whom stays the same\n'));

  test('Markdown', () => expect(diffMarkdown(none)).toBe('## Reachability\n\nwho may reach whom stays the same\n'));
});

test('another dialect is said before everything else', () => {
  const note = 'the dialect changes from kubernetes to cilium 1.19; host names and entities are not compared';
  const changed = diff({ ...manifests(PODS, denyAll('shop')), dialect: 'kubernetes' }, manifests(PODS, web()));
  expect(text(changed).split('\n')[0]).toBe(note);
  expect(diffMarkdown(changed).split('\n').slice(0, 5)).toContain(note);
});

/** Policies by which everybody in the namespace may reach everybody there. */
const OPEN = networkPolicy(
  'shop/open',
  '{ podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }], egress: [{ to: [{ podSelector: {} }] }, { to: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }',
);

describe('names that mean something to the format', () => {
  const ODD = 'o`d|**x**<b>@all#1\\\u001b[31m\nz';
  const pods = { [`shop/${ODD}`]: { labels: { app: 'odd' } } };
  const change = diff(manifests({ 'shop/web': {} }, denyAll('shop')), manifests({ 'shop/web': {}, ...pods }, OPEN));

  test('Markdown', () => {
    const shown = "shop/o'd|**x**<b>@all#1\\\\u{1b}[31m\\u{a}z[Deployment]";
    expect(diffMarkdown(change)).toBe(`## Reachability

connections: 6 added

### Newly allowed

- **world**: 2 workloads of \`shop\` may newly reach \`10.0.0.0/8\` on all ports
  - \`${shown} => 10.0.0.0/8\`
  - \`shop/web[Deployment] => 10.0.0.0/8\`
- 2 workloads of \`shop\` may newly reach 2 workloads of \`shop\` on \`TCP 80\`
  - \`${shown} => ${shown}\`
  - \`${shown} => shop/web[Deployment]\`
  - \`shop/web[Deployment] => ${shown}\`
  - and 1 more

### Workloads

- 1 workload new: \`${shown}\`
`);
  });

  test('text', () => {
    const shown = 'shop/o`d|**x**<b>@all#1\\\\u{1b}[31m\\u{a}z[Deployment]';
    expect(text(change)).toContain(`      ${shown} => 10.0.0.0/8\n`);
    expect(text(change)).toContain(`1 workload new: ${shown}\n`);
    expect(text(change)).not.toContain('\u001b');
  });
});

describe('many', () => {
  const many = (namespaces: number, each: number) =>
    Object.fromEntries(
      Array.from({ length: namespaces * each }, (_, index): [string, PodsOf] => [
        `ns-${index % namespaces}/w${index}`,
        {},
      ]),
    );

  test('pairs that change alike are one line and some examples', () => {
    const pods = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`shop/w${index}`, {}]));
    const change = diff(manifests(pods, denyAll('shop')), manifests(pods, OPEN));
    expect(text(change).split('\n').length).toBeLessThan(15);
    expect(text(change)).toContain('200 workloads of shop may newly reach 200 workloads of shop on TCP 80');
    expect(text(change)).toContain('connections: 40200 added');
  });

  test('workloads that come and go are counted beyond some', () => {
    const change = diff(manifests(many(1, 12)), manifests({ 'shop/web': {} }));
    expect(text(change)).toContain('1 workload new: shop/web[Deployment]\n');
    expect(text(change)).toMatch(
      /^12 workloads gone: (ns-0\/w\d+\[Deployment\], ){9}ns-0\/w\d+\[Deployment\] and 2 more$/m,
    );
  });

  test('namespaces are counted beyond some', () => {
    const pods = many(5, 1);
    const change = diff(
      manifests(pods, Array.from({ length: 5 }, (_, index) => denyAll(`ns-${index}`)).join('')),
      manifests(pods),
    );
    expect(text(change)).toContain(
      '5 workloads of 5 namespaces (ns-0, ns-1, ns-2, …) may newly reach the world on all ports',
    );
    expect(diffMarkdown(change)).toContain(
      '5 workloads of 5 namespaces (`ns-0`, `ns-1`, `ns-2`, …) may newly reach the world on all ports',
    );
  });

  test('a comment is never longer than GitHub takes, and says what it leaves out', () => {
    const group = (index: number): ChangeGroup => ({
      kind: 'added',
      tags: [],
      from: { kind: 'workloads', namespaces: ['shop'], workloads: 1 },
      to: { kind: 'name', label: `${'x'.repeat(200)}${index}.example.com`, name: 'x' },
      segments: [{ protocol: 'TCP', first: 443, last: 443, l7: [], authenticated: false }],
      pairs: 1,
      examples: [{ from: `shop/w${index}[Deployment]`, to: 'x' }],
    });
    const side = { dialect: { kind: 'kubernetes' }, workloads: 1, policies: 1, findings: [] } as const;
    const groups = Array.from({ length: 1000 }, (_, index) => group(index));
    const shown = diffMarkdown({ before: side, after: side, groups, appeared: [], disappeared: [] });
    expect(shown.length).toBeLessThan(65_536);
    const [, left] =
      /\n(\d+) more lines do not fit here; `portcullis diff --format text` prints them\.\n$/.exec(shown) ?? [];
    const written = shown.split('\n').filter((line) => line.startsWith('- ')).length;
    expect(written + Number(left)).toBe(1000);
  });
});
