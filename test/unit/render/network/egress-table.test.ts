import { describe, expect, test } from 'vitest';
import { DEFAULT_CLUSTER } from '../../../../lib/model/cluster';
import type { Edge } from '../../../../lib/model/edge';
import { Peer } from '../../../../lib/model/peer';
import { Port } from '../../../../lib/model/port';
import { type EgressSection, egressTable } from '../../../../lib/render/network/egress-table';
import { type EdgeParts, edge } from './model';

const vault = Peer.pods({ namespace: 'vault', labels: { app: 'vault' } });
const out = (peer: Peer, parts: EdgeParts = {}) => edge('Egress', peer, parts);

function table(sections: readonly EgressSection[], edges?: readonly Edge[]): string {
  const all = edges ?? sections.flatMap((section) => section.components.flatMap((component) => component.edges));
  return [...egressTable({ dialect: 'cilium 1.19', cluster: DEFAULT_CLUSTER, sections, edges: all })].join('');
}

function section(edges: readonly Edge[], over: Partial<EgressSection> = {}): EgressSection {
  const components = [{ title: 'ws/agent', labels: { app: 'agent' }, edges }];
  return { heading: 'Workspace ws', facts: ['Stage: enforce'], components, ...over };
}

/** The rows of the table under a heading. */
function rowsOf(markdown: string, heading = 'Workspace ws'): readonly string[] {
  const [, part = ''] = markdown.split(`\n## ${heading}\n`);
  const [own = ''] = part.split('\n## ');
  return own.split('\n').filter((line) => line.startsWith('| `') || line.startsWith('| <'));
}

test('an edge that was declared at both ends has one row', () => {
  const twice = [out(vault), out(vault), out(vault, { purpose: 'another' })];
  expect(rowsOf(table([section(twice)]))).toHaveLength(2);
});

test('a table that a reviewer reads', () => {
  const edges = [
    out(vault, {
      title: 'vault',
      ports: [Port.tcp(8200)],
      purpose: 'credential retrieval',
      authentication: 'required',
    }),
    out(Peer.fqdn('api.example.com'), {
      title: 'billing',
      purpose: 'read invoices',
      l7: { http: [{ method: 'GET', path: '/v1/.*' }] },
    }),
    out(Peer.cidr('203.0.113.0/24'), {
      ports: [Port.tcp(443), Port.tcpRange(8000, 8010), Port.udp(443)],
      purpose: 'stub',
    }),
  ];
  expect(table([section(edges)])).toMatchInlineSnapshot(`
    "# Egress

    Everything that the components of this platform may reach, as rendered for the dialect \`cilium 1.19\`. Whatever has no row here is denied.

    ## Workspace ws

    - Stage: enforce
    - Pods of \`ws/agent\` carry \`app=agent\`

    | Source | Target | Port | Protocol | Purpose |
    |---|---|---|---|---|
    | \`ws/agent\` | \`203.0.113.0/24\` | 443 | TCP/UDP | stub |
    | \`ws/agent\` | \`203.0.113.0/24\` | 8000-8010 | TCP | stub |
    | \`ws/agent\` | \`billing\` (\`api.example.com\`) | 443 | TCP | read invoices (\`GET /v1/.*\`) |
    | \`ws/agent\` | \`vault\` (namespace \`vault\`) | 8200 | TCP | credential retrieval (authenticated) |
    | \`ws/agent\` | cluster DNS (kube-system/{k8s-app=kube-dns}) | 53 | UDP/TCP | Service discovery |

    ## Required of others

    This program does not render policies for these pods. Where their namespaces deny by default, their owners have to allow:

    | Owner of | Has to allow | Port | Protocol | Purpose |
    |---|---|---|---|---|
    | \`vault/{app=vault}\` | ingress from \`subject\` | 8200 | TCP | credential retrieval |
    "
  `);
});

describe('a row', () => {
  test.each([
    [out(vault, { title: 'vault' }), '`vault` (namespace `vault`) | 443 | TCP'],
    [out(Peer.namespace('vault'), { title: 'vault' }), '`vault` (namespace `vault`) | 443 | TCP'],
    [out(Peer.entity('kube-apiserver')), '`entity kube-apiserver` | 443 | TCP'],
    [out(Peer.cidr('203.0.113.0/24'), { title: 'erp' }), '`erp` (`203.0.113.0/24`) | 443 | TCP'],
    [out(vault, { title: 'v', ports: [Port.tcp(53), Port.udp(53)] }), '`v` (namespace `vault`) | 53 | TCP/UDP'],
    [out(vault, { title: 'v', ports: [Port.tcp(1), Port.tcp(2)] }), '`v` (namespace `vault`) | 1, 2 | TCP'],
    [out(vault, { title: 'v', ports: [Port.tcpNamed('web')] }), '`v` (namespace `vault`) | web | TCP'],
    [out(vault, { title: 'v', ports: [Port.sctpRange(5, 9)] }), '`v` (namespace `vault`) | 5-9 | SCTP'],
  ])('names target, ports and protocol: %#', (one, cells) => {
    expect(rowsOf(table([section([one])]))[0]).toBe(`| \`ws/agent\` | ${cells} | a reason |`);
  });

  test('says so where the internet is meant, and why', () => {
    const [row] = rowsOf(table([section([out(Peer.internet({ reason: 'browsing' }))])]));
    expect(row).toContain('the internet (browsing)');
  });

  test('tells what is looked at beyond the port', () => {
    const [row] = rowsOf(
      table([
        section([out(vault, { l7: { http: [{ method: 'GET' }, { path: '/a|b' }] }, authentication: 'required' })]),
      ]),
    );
    expect(row).toContain('a reason (authenticated, `GET any path`, <code>any method /a&#124;b</code>) |');
  });
});

test('rows do not depend on the order of the edges', () => {
  const edges = [
    out(vault),
    out(Peer.fqdn('b.example.com')),
    out(Peer.fqdn('a.example.com')),
    out(Peer.entity('host')),
  ];
  expect(table([section([...edges].reverse())])).toBe(table([section(edges)]));
});

describe('DNS', () => {
  test('has a row where a name is needed', () => {
    const rows = rowsOf(table([section([out(Peer.fqdn('api.example.com'))])]));
    expect(rows.at(-1)).toBe(
      '| `ws/agent` | cluster DNS (kube-system/{k8s-app=kube-dns}) | 53 | UDP/TCP | Service discovery |',
    );
  });

  test('has none where addresses are enough', () => {
    expect(table([section([out(Peer.cidr('203.0.113.0/24'))])])).not.toContain('DNS');
  });
});

test('a section without edges says that nothing is allowed', () => {
  const markdown = table([section([])]);
  expect(markdown).toContain('Nothing is allowed out.');
  expect(markdown).not.toContain('| Source |');
});

describe('ends that others own', () => {
  const into = (title: string) => ({
    ...edge('Ingress', vault, { purpose: 'scrape' }),
    to: { ...edge('Ingress', vault).to, title },
  });

  test('are listed as what their owners have to allow, in both directions', () => {
    const markdown = table([], [out(vault, { ports: [Port.tcp(8200)], purpose: 'credentials' }), into('subject')]);
    expect(markdown).toContain('## Required of others');
    expect(rowsOf(markdown, 'Required of others')).toEqual([
      '| `vault/{app=vault}` | egress to `subject` | 443 | TCP | scrape |',
      '| `vault/{app=vault}` | ingress from `subject` | 8200 | TCP | credentials |',
    ]);
  });

  test.each([
    ['managed pods', out(vault, { managed: true })],
    ['hosts', out(Peer.fqdn('api.example.com'))],
    ['addresses', out(Peer.cidr('203.0.113.0/24'))],
    ['entities', out(Peer.entity('kube-apiserver'))],
  ])('are not %s', (_, one) => {
    expect(table([], [one])).not.toContain('Required of others');
  });

  test('are named once for many of us', () => {
    const edges = ['a', 'b', 'c', 'd', 'e', 'a'].map((title) => ({
      ...out(vault),
      from: { ...out(vault).from, title },
    }));
    const rows = rowsOf(table([], edges), 'Required of others');
    expect(rows).toEqual(['| `vault/{app=vault}` | ingress from `a`, `b`, `c` and 2 more | 443 | TCP | a reason |']);
    expect(rowsOf(table([], [...edges].reverse()), 'Required of others')).toEqual(rows);
  });
});

describe('what settings say stays where it was put', () => {
  const evil = 'x\n\n## Workspace forged\n\n| `a` | `b` | 1 | TCP | <img src=x> |';
  const structure = (markdown: string) => markdown.split('\n').filter((line) => /^(#|\|)/.test(line)).length;
  const plain = structure(table([section([out(vault, { title: 'x', purpose: 'x' })])]));

  test.each([
    ['a purpose', section([out(vault, { title: 'x', purpose: evil })])],
    ['the title of a target', section([out(vault, { title: evil, purpose: 'x' })])],
    ['a heading', section([out(vault, { title: 'x', purpose: 'x' })], { heading: evil })],
    [
      "a component's title",
      section([], {
        components: [{ title: evil, labels: { [evil]: evil }, edges: [out(vault, { title: 'x', purpose: 'x' })] }],
      }),
    ],
  ])('%s starts no heading and no row', (_, forged) => {
    const markdown = table([forged]);
    expect(structure(markdown)).toBe(plain);
    expect(markdown).not.toMatch(/(?<!\\)<img/);
  });
});
