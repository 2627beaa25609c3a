import type { Edge } from '../model/edge';

/** Where a platform notes the edges that its constructs declare, in the order of declaration. */
export class EdgeRegistry {
  private readonly edges: Edge[] = [];

  add(edge: Edge): void {
    this.edges.push(edge);
  }

  all(): readonly Edge[] {
    return this.edges;
  }
}
