import type { Finding } from '../../finding';
import type { FlowReport } from './flow-report';

const MOST_NAMED = 3;

/** One finding for each host of which something was blocked; an error where that is to fail. */
export function blockedFindings({ hosts, unlisted }: FlowReport, fails: boolean): readonly Finding[] {
  const severity = fails ? 'error' : 'warning';
  const fix = 'find out who wants it, and why: allow it with a purpose, or look into the workload';
  const found = hosts
    .filter(({ blocked }) => blocked > 0)
    .map(({ host, blocked, sources, ports, last }): Finding => {
      const when = last === undefined ? '' : `, last at ${last}`;
      const message = `${flows(blocked)} to ${host} (${ports.blocked.join(', ')}) blocked, from ${someOf(sources.blocked)}${when}`;
      return { rule: 'egress-blocked', severity, where: { construct: host }, message, fix };
    });
  if (unlisted.blocked === 0) return found;
  const message = `${flows(unlisted.blocked)} to further hosts blocked`;
  return [...found, { rule: 'egress-blocked', severity, where: { construct: '(further hosts)' }, message, fix }];
}

function flows(number: number): string {
  return `${number} ${number === 1 ? 'flow' : 'flows'}`;
}

function someOf(names: readonly string[]): string {
  const rest = names.length - MOST_NAMED;
  const named = names.slice(0, MOST_NAMED).join(', ');
  return rest > 0 ? `${named} and ${rest} more` : named;
}
