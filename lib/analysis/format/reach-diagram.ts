import type { OutsideEnd, ReachEnd } from '../answer/reach-end';
import type { ReachPair } from '../answer/reach-pair';
import type { Segment } from '../connection/connection';
import { connectionText } from './connection-text';

/** A drawing of who may reach whom, before it is in any language. */
export interface Diagram {
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
}

export interface DiagramNode {
  /** Letters and digits. */
  readonly id: string;
  readonly label: string;
  /** Namespace whose box the node is in. */
  readonly group?: string;
  /** True for what is no part of the cluster's pods; drawn round. */
  readonly isOutside?: true;
}

export interface DiagramEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** More edges than this nobody follows, and Mermaid refuses to draw. */
export const MOST_EDGES = 500;
/** More connections than this between two namespaces are counted. */
const WRITTEN = 3;

/**
 * The finest drawing that still can be read: of workloads, else of one workload for all that are alike, else of
 * namespaces.
 */
export function diagramOf(each: Iterable<ReachPair>, together: () => Iterable<ReachPair>): Diagram {
  return ofPairs(each) ?? ofPairs(together()) ?? ofNamespaces(together());
}

/** Undefined if there are too many edges. */
function ofPairs(pairs: Iterable<ReachPair>): Diagram | undefined {
  const nodes = new Nodes();
  const edges: DiagramEdge[] = [];
  for (const { from, to, segments } of pairs) {
    if (edges.length === MOST_EDGES) return undefined;
    edges.push({ from: nodes.of(from), to: nodes.of(to), label: edgeText(segments) });
  }
  return { nodes: nodes.all, edges };
}

function ofNamespaces(pairs: Iterable<ReachPair>): Diagram {
  const nodes = new Nodes();
  const labels = new Map<string, { from: string; to: string; texts: Set<string> }>();
  for (const { from, to, segments } of pairs) {
    const [source, target] = [nodes.ofNamespace(from), nodes.ofNamespace(to)];
    const key = `${source} ${target}`;
    const known = labels.get(key);
    if (known === undefined) labels.set(key, { from: source, to: target, texts: new Set([edgeText(segments)]) });
    else known.texts.add(edgeText(segments));
  }
  const edges = [...labels.values()].map(({ from, to, texts }): DiagramEdge => {
    const written = [...texts].slice(0, WRITTEN);
    if (texts.size > WRITTEN) written.push(`${texts.size - WRITTEN} more`);
    return { from, to, label: written.join('; ') };
  });
  return { nodes: nodes.all, edges };
}

/** Short enough to stand on a line. */
function edgeText(segments: readonly Segment[]): string {
  return connectionText(segments, 1);
}

class Nodes {
  readonly all: DiagramNode[] = [];
  private readonly ids = new Map<string, string>();

  of(end: ReachEnd): string {
    return end.kind === 'workload'
      ? this.node(end.label, { label: end.label.slice(end.namespace.length + 1), group: end.namespace })
      : this.outside(end);
  }

  ofNamespace(end: ReachEnd): string {
    if (end.kind !== 'workload') return this.outside(end);
    return this.node(`${end.namespace}/`, { label: `${end.namespace}/` });
  }

  /** The label of addresses may be cut, so that it tells nothing apart. */
  private outside(end: OutsideEnd): string {
    return this.node(end.kind === 'addresses' ? end.cidrs.join() : end.label, { label: end.label, isOutside: true });
  }

  private node(key: string, node: Omit<DiagramNode, 'id'>): string {
    let id = this.ids.get(key);
    if (id === undefined) {
      id = `n${this.ids.size}`;
      this.ids.set(key, id);
      this.all.push({ id, ...node });
    }
    return id;
  }
}
