import type { Segment } from '../../../lib/analysis/connection/connection';
import type { Manifests } from '../../../lib/analysis/load/manifests';
import type { Query } from '../../unit/analysis/naive/evaluate';
import type { Disagreement } from './compare';
import type { Fate, L7Request, Packet } from './engine';

/** A flow for which the graph allows more than the engine does. */
export interface Laxer {
  readonly about: Disagreement['about'];
  readonly pair: Pick<Query, 'from' | 'to'>;
  readonly packet: Packet;
  readonly segment: Segment | undefined;
  readonly fates: readonly Fate[];
  readonly request: L7Request | undefined;
  readonly manifests: Manifests;
}

/**
 * Where the graph allows more than Cilium on purpose. It never allows less: that is a disagreement, whatever the reason.
 */
const EXCUSES = {} satisfies Record<string, (flow: Laxer) => boolean>;

export type Excuse = string;

/** Why the graph may be laxer here; undefined where it may not. */
export function excuse(flow: Laxer): Excuse | undefined {
  return Object.entries<(flow: Laxer) => boolean>(EXCUSES).find(([, holds]) => holds(flow))?.[0];
}
