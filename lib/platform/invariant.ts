import type { Finding } from '../finding';
import type { Peer } from '../model/peer';
import type { Port } from '../model/port';
import type { IConnectable } from './connections';
import type { Workspace } from './workspace';

/** What has to hold between two ends, whatever edges somebody declares later. */
export interface Claim {
  /** `never`: nothing gets through; `always`: every port given does; `authenticated`: whatever gets through is. */
  readonly holds: 'never' | 'always' | 'authenticated';
  readonly from: IConnectable | Peer;
  /** One end, or any of several. A list that all workspaces share is looked through once for all of them. */
  readonly to: IConnectable | Peer | readonly (IConnectable | Peer)[];
  /** @default - every port */
  readonly ports?: readonly Port[];
}

/** Something that holds for every workspace; judged from the rendered manifests, not from the edges. */
export interface Invariant {
  /** A sentence, as it should stand in a report: `agents never reach a system of record directly`. */
  readonly name: string;
  readonly claims: (workspace: Workspace) => readonly Claim[];
}

/** Rendering proves nothing; who only renders is told that claims were not looked at. */
export function notProved(invariants: readonly Invariant[], construct: string): readonly Finding[] {
  const [first] = invariants;
  if (first === undefined) return [];
  const what = invariants.length === 1 ? `'${first.name}' is` : `'${first.name}' and ${invariants.length - 1} more are`;
  const message = `${what} claimed and not proved by rendering alone`;
  const fix = 'run portcullis synth, which proves what it rendered before it writes';
  return [{ rule: 'invariants-not-proved', severity: 'warning', where: { construct }, message, fix }];
}
