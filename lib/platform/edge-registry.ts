import type { Edge } from '../model/edge';

/** The edges of a platform, each once, in the order of declaration. */
export class EdgeRegistry {
  private readonly edges = new Set<Edge>();

  add(edge: Edge): void {
    this.edges.add(edge);
  }

  all(): readonly Edge[] {
    return [...this.edges];
  }
}
