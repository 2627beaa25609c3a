import type { Cluster } from '../../model/cluster';
import type { Edge, EdgeEnd } from '../../model/edge';
import { EdgeMemo } from '../../model/edge-memo';
import { formatHttpRule } from '../../model/l7';
import type { Labels } from '../../model/label';
import { memo } from '../../model/memo';
import { formatPeer, isExternal, peerText } from '../../model/peer';
import { type Port, portsText } from '../../model/port';
import { distinctTexts } from '../../model/short-list';
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
  /** Labels that the component's pods carry. */
  readonly labels: Labels;
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
  const context: TableContext = { cells: new EdgeMemo(cellsOf), dns: dnsCells(table.cluster) };
  yield '# Egress\n\n';
  yield `Everything that the components of this platform may reach, as rendered for the dialect \`${table.dialect}\`. `;
  yield 'Whatever has no row here is denied.\n';
  for (const section of table.sections) {
    let text = `\n## ${markdownText(section.heading)}\n\n`;
    for (const fact of section.facts) text += `- ${fact}\n`;
    for (const { title, labels } of section.components) {
      text += `- Pods of ${markdownCode(title)} carry ${labelCodes(labels)}\n`;
    }
    yield text + rows(section, context);
  }
  yield* requirements(table.edges);
}

/** What the rows of one table share. */
interface TableContext {
  /** What stands in the rows of an edge behind its source; it remembers the services that all workspaces use. */
  readonly cells: EdgeMemo<Edge, readonly string[]>;
  /** The same for those who look up names. */
  readonly dns: readonly string[];
}

function labelCodes(labels: Labels): string {
  let text = '';
  for (const key in labels) text += `${text === '' ? '' : ', '}${markdownCode(`${key}=${labels[key]}`)}`;
  return text;
}

function rows({ components }: EgressSection, context: TableContext): string {
  let text = '';
  for (const component of components) text += componentRows(component, context);
  if (text === '') return '\nNothing is allowed out.\n';
  return `\n| Source | Target | Port | Protocol | Purpose |\n|---|---|---|---|---|\n${text}`;
}

function componentRows({ title, edges }: EgressComponent, { cells, dns }: TableContext): string {
  const source = `| ${markdownCode(title)} | `;
  const rows: string[] = [];
  for (const edge of edges) for (const row of cells.get(edge, edge.to)) rows.push(row);
  let text = '';
  // Edges may be declared twice, at either end.
  for (const row of distinctTexts(rows)) text += source + row;
  if (edges.some(({ to }) => to.name !== undefined)) for (const row of dns) text += source + row;
  return text;
}

function dnsCells({ dns }: Cluster): readonly string[] {
  const pods = `cluster DNS (${markdownText(formatPeer(dns.peer))})`;
  return portCells(dns.ports).map((ports) => `${pods} | ${ports} | ${DNS_PURPOSE} |\n`);
}

function cellsOf(edge: Edge): readonly string[] {
  return portCells(edge.ports).map((ports) => `${target(edge.to)} | ${ports} | ${purpose(edge)} |\n`);
}

/** What owners of pods that this program does not manage have to allow, or the edges do not carry. */
function* requirements(edges: readonly Edge[]): Generator<string> {
  const required = new Requirements();
  for (const edge of edges) {
    required.add(edge, 'ingress', edge.to, edge.from);
    required.add(edge, 'egress', edge.from, edge.to);
  }
  const groups = required.all();
  if (groups.length === 0) return;
  yield '\n## Required of others\n\nThis program does not render policies for these pods. ';
  yield 'Where their namespaces deny by default, their owners have to allow:\n\n';
  yield '| Owner of | Has to allow | Port | Protocol | Purpose |\n|---|---|---|---|---|\n';
  const lines = groups.flatMap(({ edge, owned, asks, others }) =>
    portCells(edge.ports).map((ports) => {
      const cells = `${markdownCode(formatPeer(owned.peer))} | ${asks} ${asks === 'ingress' ? 'from' : 'to'} ${listed(others)}`;
      return `| ${cells} | ${ports} | ${textOf(edge.purpose)} |\n`;
    }),
  );
  for (const line of lines.sort()) yield line;
}

/** What one owner has to allow, and for whom. */
interface Requirement {
  readonly edge: Edge;
  readonly owned: EdgeEnd;
  readonly asks: 'ingress' | 'egress';
  readonly others: string[];
}

/** Edges that ask the same of the same owner. */
class Requirements {
  private readonly byText = new Map<string, Requirement>();
  private readonly known = {
    ingress: new EdgeMemo((edge: Edge, owned) => this.requirement(edge, owned, 'ingress')),
    egress: new EdgeMemo((edge: Edge, owned) => this.requirement(edge, owned, 'egress')),
  };

  add(edge: Edge, asks: Requirement['asks'], owned: EdgeEnd, other: EdgeEnd): void {
    if (owned.managed || isExternal(owned.peer) || owned.peer.kind === 'entity') return;
    this.known[asks].get(edge, owned).others.push(other.title);
  }

  all(): readonly Requirement[] {
    return [...this.byText.values()];
  }

  private requirement(edge: Edge, owned: EdgeEnd, asks: Requirement['asks']): Requirement {
    const text = `${asks} ${peerText(owned.peer)} ${portsText(edge.ports)} ${edge.purpose}`;
    let requirement = this.byText.get(text);
    if (requirement === undefined) {
      requirement = { edge, owned, asks, others: [] };
      this.byText.set(text, requirement);
    }
    return requirement;
  }
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
