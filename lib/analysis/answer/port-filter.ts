import type { Connection, Segment } from '../connection/connection';
import type { PortRange } from '../graph/port-ranges';

/** The part of connections that is on certain ports. */
export class PortFilter {
  private readonly known = new Map<Connection, readonly Segment[]>();

  /** @param port undefined for every port */
  constructor(private readonly port: PortRange | undefined) {}

  of(connection: Connection): readonly Segment[] {
    const { port } = this;
    if (port === undefined) return connection.segments;
    let found = this.known.get(connection);
    if (found === undefined) {
      found = connection.segments.flatMap((segment): readonly Segment[] => {
        const first = Math.max(segment.first, port.first);
        const last = Math.min(segment.last, port.last);
        return segment.protocol === port.protocol && first <= last ? [{ ...segment, first, last }] : [];
      });
      this.known.set(connection, found);
    }
    return found;
  }
}
