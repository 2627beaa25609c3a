import type { Cluster } from '../../model/cluster';
import type { Edge, EdgeEnd } from '../../model/edge';
import { formatHttpRule } from '../../model/l7';
import { memo } from '../../model/memo';
import { formatPeer, isExternal } from '../../model/peer';
import { formatPorts, type Port } from '../../model/port';
import { DNS_PURPOSE } from './dns';
import { markdownCode, markdownText } from './markdown';

/** One part of the egress table: a workspace, or what belongs to none. */
export interface EgressSection {
  readonly heading: string;
  /** Facts about the section, one to a line, as Markdown. */
  readonly facts: readonly string[];
  readonly components: readonly EgressComponent[];
}

export interface EgressComponent {
  readonly title: string;
  /** Labels that the component's pods carry, as `key=value`. */
  readonly labels: readonly string[];
  readonly edges: readonly Edge[];
}

export interface EgressTable {
  readonly dialect: string;
  readonly cluster: Cluster;
  readonly sections: Iterable<EgressSection>;
  /** Every edge of the program, for what has to be asked of others. */
  readonly edges: readonly Edge[];
}

/** The table that auditors read: every edge that leaves a component, with its purpose, as Markdown. */
export function* egressTable(table: EgressTable): Generator<string> {
  const context: TableContext = { cluster: table.cluster, target: memo(target) };
  yield '# Egress\n\n';
  yield `Everything that the components of this platform may reach, as rendered for the dialect \`${table.dialect}\`. `;
  yield 'Whatever has no row here is denied.\n';
  for (const section of table.sections) {
    yield `\n## ${markdownText(section.heading)}\n\n`;
    for (const fact of section.facts) yield `- ${fact}\n`;
    for (const component of section.components) {
      yield `- Pods of ${markdownCode(component.title)} carry ${component.labels.map(codeOf).join(', ')}\n`;
    }
    yield* rows(section, context);
  }
  yield* requirements(table.edges);
}

/** What the rows of one table share. */
interface TableContext {
  readonly cluster: Cluster;
  /** Remembers the services that all workspaces use. */
  readonly target: (end: EdgeEnd) => string;
}

function* rows({ components }: EgressSection, context: TableContext): Generator<string> {
  let separator = '\n| Source | Target | Port | Protocol | Purpose |\n|---|---|---|---|---|\n';
  for (const component of components) {
    const lines = componentRows(component, context);
    if (lines.length === 0) continue;
    yield separator + lines.join('');
    separator = '';
  }
  if (separator !== '') yield '\nNothing is allowed out.\n';
}

function componentRows({ title, edges }: EgressComponent, { cluster, target }: TableContext): readonly string[] {
  const source = markdownCode(title);
  const rows: string[] = [];
  for (const edge of edges) {
    for (const ports of portCells(edge.ports)) {
      rows.push(`| ${source} | ${target(edge.to)} | ${ports} | ${purpose(edge)} |\n`);
    }
  }
  // Edges may be declared twice, at either end.
  const lines = rows.sort().filter((row, index) => row !== rows[index - 1]);
  if (edges.some(({ to }) => to.name !== undefined)) {
    const dns = `cluster DNS (${markdownText(formatPeer(cluster.dns.peer))})`;
    for (const ports of portCells(cluster.dns.ports)) {
      lines.push(`| ${source} | ${dns} | ${ports} | ${DNS_PURPOSE} |\n`);
    }
  }
  return lines;
}

/** What owners of pods that this program does not manage have to allow, or the edges do not carry. */
function* requirements(edges: readonly Edge[]): Generator<string> {
  const groups = new Map<string, { edge: Edge; owned: EdgeEnd; asks: 'ingress' | 'egress'; others: string[] }>();
  const require = (edge: Edge, asks: 'ingress' | 'egress', owned: EdgeEnd, other: EdgeEnd) => {
    if (owned.managed || isExternal(owned.peer) || owned.peer.kind === 'entity') return;
    const key = `${asks} ${peerText(owned.peer)} ${portsText(edge.ports)} ${edge.purpose}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { edge, owned, asks, others: [other.title] });
    else group.others.push(other.title);
  };
  for (const edge of edges) {
    require(edge, 'ingress', edge.to, edge.from);
    require(edge, 'egress', edge.from, edge.to);
  }
  if (groups.size === 0) return;
  yield '\n## Required of others\n\nThis program does not render policies for these pods. ';
  yield 'Where their namespaces deny by default, their owners have to allow:\n\n';
  yield '| Owner of | Has to allow | Port | Protocol | Purpose |\n|---|---|---|---|---|\n';
  const lines = [...groups.values()].flatMap(({ edge, owned, asks, others }) =>
    portCells(edge.ports).map((ports) => {
      const cells = `${markdownCode(formatPeer(owned.peer))} | ${asks} ${asks === 'ingress' ? 'from' : 'to'} ${listed(others)}`;
      return `| ${cells} | ${ports} | ${textOf(edge.purpose)} |\n`;
    }),
  );
  for (const line of lines.sort()) yield line;
}

const LISTED = 3;

function listed(titles: readonly string[]): string {
  const sorted = [...titles].sort();
  const distinct = sorted.filter((title, index) => title !== sorted[index - 1]);
  const shown = distinct.slice(0, LISTED).map(markdownCode).join(', ');
  return distinct.length > LISTED ? `${shown} and ${distinct.length - LISTED} more` : shown;
}

/** Cells for port and protocol, one row for each set of protocols that share their ports: `4317, 4318 | TCP`. */
const portCells = memo((ports: readonly Port[]): readonly string[] => {
  const byNumber = new Map<string, string[]>();
  for (const port of ports) {
    byNumber.set(number(port), [...(byNumber.get(number(port)) ?? []), port.protocol]);
  }
  const byProtocols = new Map<string, string[]>();
  for (const [text, protocols] of byNumber) {
    byProtocols.set(protocols.join('/'), [...(byProtocols.get(protocols.join('/')) ?? []), text]);
  }
  return [...byProtocols].map(([protocols, numbers]) => `${numbers.join(', ')} | ${protocols}`);
});

function number({ port, endPort }: Port): string {
  return endPort === undefined ? String(port) : `${port}-${endPort}`;
}

function target(end: EdgeEnd): string {
  const { peer } = end;
  if (peer.kind === 'pods' || peer.kind === 'namespace')
    return `${markdownCode(end.title)} (namespace ${markdownCode(peer.namespace)})`;
  const address = formatPeer(peer);
  return address === end.title ? markdownCode(address) : `${markdownCode(end.title)} (${markdownCode(address)})`;
}

function purpose(edge: Edge): string {
  const extras: string[] = [];
  if (edge.authentication !== undefined) extras.push('authenticated');
  if (edge.l7 !== undefined)
    extras.push(...('dns' in edge.l7 ? edge.l7.dns : edge.l7.http.map(formatHttpRule)).map(markdownCode));
  return textOf(edge.purpose) + (extras.length === 0 ? '' : ` (${extras.join(', ')})`);
}

const textOf = memo(markdownText);
const codeOf = memo(markdownCode);
const peerText = memo(formatPeer);
const portsText = memo(formatPorts);
