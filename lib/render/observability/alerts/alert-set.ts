import type { Alert, AlertTest, FiringAlert, LeftOutAlert } from '../alert';
import type { MonitoredPlatform } from '../monitored';

/** What a family of alerts has for a platform. */
export interface AlertSet {
  readonly alerts: readonly Alert[];
  readonly leftOut: readonly LeftOutAlert[];
}

export type AlertFamily = (platform: MonitoredPlatform) => AlertSet;

/** All alerts of a set are left out, for the same reason: there is nothing that they could be about. */
export function leaveOut(names: readonly string[], reason: string, fix: string): AlertSet {
  return { alerts: [], leftOut: names.map((name) => ({ name, reason, fix, blind: false })) };
}

/** All alerts of a set are left out although there is something to watch. */
export function cannotSee(names: readonly string[], reason: string, fix: string): AlertSet {
  return { alerts: [], leftOut: names.map((name) => ({ name, reason, fix, blind: true })) };
}

type Series = AlertTest['series'];

export function fires(name: string, at: string, series: Series, ...firing: readonly FiringAlert[]): AlertTest {
  return { kind: 'fires', name, series, at, firing };
}

export function silent(name: string, at: string, series: Series): AlertTest {
  return { kind: 'silent', name, series, at, firing: [] };
}

export function boundary(name: string, at: string, series: Series, ...firing: readonly FiringAlert[]): AlertTest {
  return { kind: 'boundary', name, series, at, firing };
}

/** A series that is not there before minute 5, and is 1 from then on: what a labelled counter does. */
export const BORN_AT_5 = '_x5 1x20';
/** A counter that grows from 3 to 4 at minute 10, long after it was first seen. */
export const GROWN_AT_10 = '3x9 4x20';
/** A counter that has not moved for long. */
export const UNMOVED = '7x30';
