import { describe, expect, test } from 'vitest';
import type { Analysis } from '../../../../lib/analysis/analysis';
import { parsePeer } from '../../../../lib/analysis/answer/peer';
import { reach } from '../../../../lib/analysis/answer/reach';
import type { ReachQuery } from '../../../../lib/analysis/answer/reach-pair';
import { type ReachFormat, reachAs } from '../../../../lib/analysis/format/reach-format';
import { ciliumPolicy, cluster, denyAll, networkPolicy, type PodsOf } from '../answer/cluster';

function written(format: ReachFormat, analysis: Analysis, query: ReachQuery = {}): string {
  return [...reachAs(format, analysis, (alike) => reach(analysis, { ...query, alike }))].join('');
}

/** A name that means something to every format. No cluster takes it, but files may hold anything. */
const ODD = 'o"d,d|`<b>\\#;\u001b[31m';

function odd(): Analysis {
  const policy = networkPolicy(
    'shop/odd',
    '{ podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }, { port: 443, endPort: 445 }] }], egress: [{ to: [{ podSelector: { matchLabels: { app: odd } } }] }, { to: [{ ipBlock: { cidr: 10.0.0.0/8 } }], ports: [{ port: 5432 }] }] }',
  );
  return cluster({ 'shop/web': {}, [`shop/${ODD}`]: { labels: { app: 'odd' } } }, policy);
}
const WEB = { from: parsePeer('shop/web') };

describe('a name that means something to the format', () => {
  test('text', () => {
    expect(written('text', odd(), WEB)).toBe(
      'shop/web[Deployment] => shop/o"d,d|`<b>\\#;\\u{1b}[31m[Deployment] : TCP 80,443-445\n' +
        'shop/web[Deployment] => 10.0.0.0/8 : TCP 5432\n',
    );
  });

  test('CSV', () => {
    expect(written('csv', odd(), WEB)).toBe(
      'from,to,protocol,ports,requests,authenticated,resolvable\r\n' +
        'shop/web[Deployment],"shop/o""d,d|`<b>\\#;\\u{1b}[31m[Deployment]",TCP,"80,443-445",,false,\r\n' +
        'shop/web[Deployment],10.0.0.0/8,TCP,5432,,false,\r\n',
    );
  });

  test('dot', () => {
    expect(written('dot', odd(), WEB)).toBe(`digraph reach {
  rankdir=LR;
  node [shape=box, fontname="sans-serif"];
  edge [fontname="sans-serif"];
  subgraph cluster_0 {
    label="shop";
    n0 [label="web[Deployment]"];
    n1 [label="o\\"d,d|\`<b>\\\\#;\\\\u{1b}[31m[Deployment]"];
  }
  n2 [label="10.0.0.0/8", shape=ellipse];
  n0 -> n1 [label="TCP 80,443-445"];
  n0 -> n2 [label="TCP 5432"];
}
`);
  });

  test('Mermaid', () => {
    expect(written('mermaid', odd(), WEB)).toBe(`flowchart LR
  subgraph g0["shop"]
    n0["web#91;Deployment#93;"]
    n1["o#34;d,d#124;#96;#60;b#62;#92;#35;#59;#92;u#123;1b#125;#91;31m#91;Deployment#93;"]
  end
  n2(["10.0.0.0/8"])
  n0 -->|"TCP 80,443-445"| n1
  n0 -->|"TCP 5432"| n2
`);
  });

  test('JSON, one pair to a line, and as it was', () => {
    const text = written('json', odd(), WEB);
    expect(text.split('\n').filter((line) => line.startsWith('{"from"'))).toHaveLength(2);
    expect(JSON.parse(text)).toEqual({
      schemaVersion: 1,
      dialect: 'kubernetes',
      findings: [],
      pairs: [
        {
          from: { kind: 'workload', namespace: 'shop', name: 'web', workload: 'Deployment', hostNetwork: false },
          to: { kind: 'workload', namespace: 'shop', name: ODD, workload: 'Deployment', hostNetwork: false },
          connections: [
            { protocol: 'TCP', first: 80, last: 80, l7: [], authenticated: false },
            { protocol: 'TCP', first: 443, last: 445, l7: [], authenticated: false },
          ],
        },
        {
          from: expect.anything(),
          to: { kind: 'addresses', cidrs: ['10.0.0.0/8'] },
          connections: [{ protocol: 'TCP', first: 5432, last: 5432, l7: [], authenticated: false }],
        },
      ],
    });
  });
});

test.each(['=1+1', '+1', '-1', '@sum'])('a spreadsheet takes %s for no formula', (namespace) => {
  const rows = written('csv', cluster({ [`${namespace}/web`]: {} }, ''), { to: parsePeer('world') }).split('\r\n');
  expect(rows[1]).toBe(`'${namespace}/web[Deployment],world,TCP,*,,false,`);
});

test('CSV lists every address where text would leave some out', () => {
  const cidrs = ['10.0.0.0/24', '10.2.0.0/24', '10.4.0.0/24', '10.6.0.0/24', '10.8.0.0/24'];
  const to = cidrs.map((cidr) => `{ ipBlock: { cidr: ${cidr} } }`);
  const policy = networkPolicy('shop/out', `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [${to}] }] }`);
  const analysis = cluster({ 'shop/web': {} }, policy);
  expect(written('text', analysis, WEB)).toContain('=> 10.0.0.0/24, 10.2.0.0/24, 10.4.0.0/24 and 2 more : all');
  expect(written('csv', analysis, WEB)).toContain(`,${cidrs.join(' ')},TCP,`);
});

describe('what only Cilium tells', () => {
  const policy = ciliumPolicy(
    'shop/web',
    `{ endpointSelector: {}, ingress: [{ fromEntities: [all] }], egress: [
      { toFQDNs: [{ matchPattern: '*.example.com' }], toPorts: [{ ports: [{ port: '443', protocol: TCP }] }] },
      { toEntities: [kube-apiserver, host], toPorts: [{ ports: [{ port: '6443', protocol: TCP }] }] },
      { toEndpoints: [{ matchLabels: { app: api } }], authentication: { mode: required }, toPorts: [{ ports: [{ port: '80', protocol: TCP }], rules: { http: [{ method: GET, path: '/a|b' }, { path: '/c,d' }] } }] } ] }`,
  );
  const analysis = cluster({ 'shop/web': {}, 'shop/api': {}, 'shop/node': { hostNetwork: true } }, policy);

  test('text', () => {
    expect(written('text', analysis, WEB)).toBe(
      'shop/web[Deployment] => shop/api[Deployment] : TCP 80 {http * /c,d | GET /a|b} authenticated\n' +
        'shop/web[Deployment] => shop/node[Deployment] (host network) : TCP 6443\n' +
        'shop/web[Deployment] => *.example.com : TCP 443 (void: no DNS rule lets the name be resolved)\n' +
        'shop/web[Deployment] => host, kube-apiserver : TCP 6443\n',
    );
  });

  test('CSV', () => {
    expect(written('csv', analysis, WEB)).toBe(
      'from,to,protocol,ports,requests,authenticated,resolvable\r\n' +
        'shop/web[Deployment],shop/api[Deployment],TCP,80,"http * /c,d | GET /a|b",true,\r\n' +
        'shop/web[Deployment],shop/node[Deployment],TCP,6443,,false,\r\n' +
        'shop/web[Deployment],*.example.com,TCP,443,,false,false\r\n' +
        'shop/web[Deployment],"host, kube-apiserver",TCP,6443,,false,\r\n',
    );
  });

  test('Mermaid keeps a line between two nodes one line', () => {
    expect(written('mermaid', analysis, WEB)).toContain(
      '-->|"TCP 80 #123;http #42; /c,d #124; #8230; 1 more#125; authenticated"|',
    );
  });
});

describe('nothing to tell', () => {
  const analysis = cluster({ 'shop/web': {} }, denyAll('shop'));

  test.each<[ReachFormat, string]>([
    ['text', ''],
    ['csv', 'from,to,protocol,ports,requests,authenticated,resolvable\r\n'],
    ['mermaid', 'flowchart LR\n'],
  ])('%s', (format, text) => {
    expect(written(format, analysis)).toBe(text);
  });

  test('JSON', () => {
    expect(JSON.parse(written('json', analysis)).pairs).toEqual([]);
  });
});

describe('a drawing of many', () => {
  const pods = (namespaces: number, each: number, labels?: PodsOf['labels']) =>
    Object.fromEntries(
      Array.from({ length: namespaces * each }, (_, index): [string, PodsOf] => [
        `ns-${index % namespaces}/w${index}`,
        labels === undefined ? {} : { labels },
      ]),
    );
  const edges = (text: string) => text.split('\n').filter((line) => line.includes('-->'));

  test('shows one workload for all that are alike', () => {
    const analysis = cluster(pods(1, 40, { app: 'same' }));
    expect(edges(written('mermaid', analysis))).toHaveLength(3);
    expect(written('mermaid', analysis)).toContain('w0#91;Deployment#93; and 39 alike');
  });

  test('shows namespaces where there are too many workloads, and counts what differs between them', () => {
    // One policy for each workload tells them apart.
    const policies = Array.from({ length: 40 }, (_, index) =>
      networkPolicy(
        `ns-${index % 2}/w${index}`,
        `{ podSelector: { matchLabels: { app: w${index} } }, ingress: [{ ports: [{ port: ${8000 + index} }] }] }`,
      ),
    ).join('');
    const text = written('mermaid', cluster(pods(2, 20), policies));
    expect(edges(text).length).toBeLessThan(10);
    expect(text).toContain('n0["ns-0/"]\n');
    expect(text).toContain('n2(["world"])\n');
    expect(text).toContain('n0 -->|"TCP 8000#59; TCP 8010#59; TCP 8012#59; 17 more"| n0\n');
  });

  test('is refused in Mermaid where there are too many namespaces, with what to do', () => {
    const analysis = cluster(pods(25, 1), pods25Policies());
    expect(() => written('mermaid', analysis)).toThrow(
      'there are 675 edges between namespaces, and Mermaid draws no more than 500; ask about fewer ends with --from and --to, or use --format dot',
    );
    expect(written('dot', analysis)).toMatch(/^digraph/);
  });

  function pods25Policies(): string {
    return Array.from({ length: 25 }, (_, index) =>
      networkPolicy(`ns-${index}/p`, `{ podSelector: {}, ingress: [{ ports: [{ port: ${8000 + index} }] }] }`),
    ).join('');
  }
});
