import { SKIPPED } from '../../analysis/flow/skipped';
import { printable } from '../../finding';
import type { HostCounts } from './egress-counts';
import type { EgressEvent } from './egress-event';
import type { FlowReport } from './flow-report';

/** For people: each host with its newest events, then what was not looked at, then the totals. */
export function* flowReportText({ allowed, blocked, hosts, unlisted, inside, skipped }: FlowReport): Generator<string> {
  for (const host of hosts) yield* hostText(host);
  if (skipped.length > 0) {
    yield 'not looked at\n';
    for (const { kind, count, first } of skipped) {
      yield `  ${number(count)}  ${SKIPPED[kind].text} (first at ${printable(first.file)}:${first.line})\n`;
    }
    yield '\n';
  }
  const further = unlisted.allowed + unlisted.blocked;
  if (further > 0) yield `${number(unlisted.blocked)} of ${flows(further)} to further hosts blocked\n`;
  yield `${number(allowed)} allowed, ${number(blocked)} blocked; ${flows(inside)} stayed inside the cluster\n`;
}

function* hostText({ host, allowed, blocked, ports, recent }: HostCounts): Generator<string> {
  const all = [...new Set([...ports.allowed, ...ports.blocked])].sort();
  yield `${printable(host)}  ${all.join(', ')}  ${number(allowed)} allowed, ${number(blocked)} blocked\n`;
  for (const event of recent) yield `  ${eventText(event)}\n`;
  yield '\n';
}

function eventText({ time, verdict, source, protocol, port, request, count }: EgressEvent): string {
  const when = time === undefined ? '' : `${time.replace(/(?:\.\d+)?Z$/, 'Z')}  `;
  const times = count === 1 ? '' : `  ${number(count)} times`;
  const asked = request === undefined ? '' : `  ${printable(request)}`;
  return `${when}${verdict}  ${printable(source)}  ${protocol} ${port}${asked}${times}`;
}

function flows(count: number): string {
  return `${number(count)} ${count === 1 ? 'flow' : 'flows'}`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}
