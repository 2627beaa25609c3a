import type { Edge } from '../model/edge';

/** The edges of a platform, each once, in the order of declaration. */
export class EdgeRegistry {
  private readonly edges: Edge[] = [];

  /** Notes an edge, once though both its ends note it, one right after the other. */
  add(edge: Edge): void {
    if (this.edges.at(-1) !== edge) this.edges.push(edge);
  }

  all(): readonly Edge[] {
    return this.edges;
  }
}
