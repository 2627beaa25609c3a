import type { Rendering } from '../../program/rendering';
import type { PortariumSettings } from '../../stacks/portarium/settings';
import type { Compliance } from '../compliance/compliance';
import type { LiveCheck } from '../compliance/item';
import type { CallLog } from './call-log';
import type { ControllerState } from './controller-state';
import type { Step } from './step';

/**
 * `passed`: nothing speaks against the step. `refused`: something does, or nothing shows that it may be taken. `live`:
 * it has to be looked at in the cluster. `forced`: refused, and taken all the same.
 */
export type GateState = 'passed' | 'refused' | 'live' | 'forced';

/** What has to hold before a step. */
export interface GateResult {
  /** `routing-compliance`. */
  readonly id: string;
  readonly state: GateState;
  /** What was found. */
  readonly says: string;
  /** What to do about it; there unless it passed. */
  readonly fix?: string;
  readonly live: readonly LiveCheck[];
}

/** All that gates look at. */
export interface GateFacts {
  readonly step: Step;
  readonly settings: PortariumSettings;
  /** What is rendered before the step. */
  readonly before: Rendering;
  /** The checklist after the step. */
  readonly after: Compliance;
  /** @default - no logs were given */
  readonly log?: CallLog;
  /** @default - nobody has looked */
  readonly controller?: ControllerState;
}

/** A gate; undefined where it has nothing to say about the step. */
export type Gate = (facts: GateFacts) => GateResult | undefined;

export function passed(id: string, says: string, live: readonly LiveCheck[] = []): GateResult {
  return { id, state: 'passed', says, live };
}

export function refused(id: string, says: string, fix: string, live: readonly LiveCheck[] = []): GateResult {
  return { id, state: 'refused', says, fix, live };
}
