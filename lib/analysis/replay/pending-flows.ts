import type { Protocol } from '../connection/connection';
import { type Flow, type FlowEnd, type FlowRequest, requestText } from '../flow/flow';

/** Flows that are alike in everything that could matter to a policy, not judged yet. */
export interface PendingFlows {
  readonly source: FlowEnd;
  readonly destination: FlowEnd;
  readonly protocol: Protocol;
  readonly port: number;
  readonly request?: FlowRequest;
  flows: number;
  passed: number;
  first: string | undefined;
  last: string | undefined;
}

/** Adds up flows that are alike, so that each kind is judged once. */
export class FlowSums {
  private bySource = new Map<FlowEnd, Map<FlowEnd, Map<string, PendingFlows>>>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  add(flow: Flow): void {
    const { source, destination, protocol, port, request, passed, count, time } = flow;
    // Ends that are alike mostly are the same object, which is found faster than a text.
    let byDestination = this.bySource.get(source);
    if (byDestination === undefined) {
      byDestination = new Map();
      this.bySource.set(source, byDestination);
    }
    let byPort = byDestination.get(destination);
    if (byPort === undefined) {
      byPort = new Map();
      byDestination.set(destination, byPort);
    }
    const key =
      request === undefined ? protocol + port : `${protocol}${port} ${request.protocol} ${requestText(request)}`;
    let known = byPort.get(key);
    if (known === undefined) {
      const asked = request === undefined ? {} : { request };
      known = { source, destination, protocol, port, ...asked, flows: 0, passed: 0, first: time, last: time };
      byPort.set(key, known);
      this.count++;
    }
    known.flows += count;
    if (passed) known.passed += count;
    if (time === undefined) return;
    if (known.first === undefined || isBefore(time, known.first)) known.first = time;
    if (known.last === undefined || isBefore(known.last, time)) known.last = time;
  }

  /** Everything since the last call. */
  take(): readonly PendingFlows[] {
    const all = [...this.bySource.values()].flatMap((byDestination) =>
      [...byDestination.values()].flatMap((byPort) => [...byPort.values()]),
    );
    this.bySource = new Map();
    this.count = 0;
    return all;
  }
}

/** Of times in UTC with any number of digits behind the second. */
export function isBefore(a: string, b: string): boolean {
  return a.slice(0, -1) < b.slice(0, -1);
}
