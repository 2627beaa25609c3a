import type { Connection, Segment } from '../connection/connection';
import { type ConnectionChange, connectionChanges } from './connection-change';

/** What becomes of a connection, with a number that stands for it. */
export interface NumberedChange {
  readonly number: number;
  readonly changes: readonly ConnectionChange[];
}

/** More connections than this do not fit in memory. */
const MOST = 2 ** 26;

/** Numbers for connections of two analyses, the same where the same is allowed. 0 is nothing. */
export class SharedConnections {
  private readonly numbers = new Map<Connection, number>();
  private readonly bySegments = new Map<string, number>();
  private readonly segments: (readonly Segment[])[] = [[]];
  private readonly changes = new Map<number, NumberedChange>();

  number(connection: Connection): number {
    let number = this.numbers.get(connection);
    if (number === undefined) {
      number = this.intern(connection.segments);
      this.numbers.set(connection, number);
    }
    return number;
  }

  change(before: number, after: number): NumberedChange {
    const key = before * MOST + after;
    let change = this.changes.get(key);
    if (change === undefined) {
      const changes = connectionChanges(this.segments[before] ?? [], this.segments[after] ?? []);
      change = { number: this.changes.size, changes };
      this.changes.set(key, change);
    }
    return change;
  }

  private intern(segments: readonly Segment[]): number {
    if (segments.length === 0) return 0;
    const key = JSON.stringify(segments);
    let number = this.bySegments.get(key);
    if (number === undefined) {
      number = this.segments.push(segments) - 1;
      this.bySegments.set(key, number);
    }
    return number;
  }
}
