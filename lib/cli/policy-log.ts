import { printable } from '../finding';
import type { FlowReport } from '../governance/flow-report/flow-report';
import type { EgressPolicy } from '../governance/policy/settle';
import { EGRESS_VARIABLES, type EgressSetting, type EgressSettings, variableText } from '../model/egress-settings';
import { logLine } from './log';

/** Logs what holds, and where it comes from, for those who want to see everything. */
export function logPolicy({ settings, allowlist, sources }: EgressPolicy): void {
  if (settings.log < 2) return;
  for (const setting of Object.keys(EGRESS_VARIABLES) as readonly EgressSetting[]) {
    const variable = EGRESS_VARIABLES[setting];
    const value = variableText(settings[setting]);
    log(settings, `${variable} is ${value} (${sources[variable]})`, { variable, value, source: sources[variable] });
  }
  for (const host of allowlist.hosts) log(settings, `${host} is allowed`, { event: 'allowlist', host });
}

/** Logs the newest events of a recording, for those who want to see everything. */
export function logEvents({ recent }: FlowReport, settings: EgressSettings): void {
  if (settings.log < 2) return;
  for (const event of [...recent].reverse()) {
    const { time = 'at some time', verdict, source, host, protocol, port } = event;
    log(settings, `${time} ${verdict} ${source} -> ${host} ${protocol} ${port}`, { event: 'flow', ...event });
  }
}

function log({ logFormat }: EgressSettings, text: string, entry: Readonly<Record<string, unknown>>): void {
  process.stderr.write(
    logFormat === 'json' ? logLine('info', { message: text, ...entry }) : `info: ${printable(text)}\n`,
  );
}
