import { agentLogs } from '../../../render/rollout/agent-command';
import { type CallLog, callsOf } from '../../rollout/call-log';
import { type Evidence, resultOf, type WorkspaceItem } from '../item';

const HOUR = 3_600_000;
/** Seed 000: how long there must have been no direct call. */
const HOURS = 48;

/** Seed 000, validation: "Direct SoR call count is zero for 48 hours." */
export const noDirectCalls: WorkspaceItem = {
  id: 'no-direct-calls',
  title: `Direct SoR call count is zero for ${HOURS} hours`,
  judge: ({ log }, { workspace, agents, layers }) => {
    const live = [
      {
        command: `${agentLogs(agents, `${HOURS}h`)} | jq -r 'select(.classification=="direct-sor-call") | .url' | sort | uniq -c`,
        expected: 'nothing',
      },
    ];
    const calls = log === undefined ? undefined : callsOf(log, workspace);
    if (log === undefined || calls === undefined) {
      const says = `the logs hold no call of ${workspace}`;
      const evidence: readonly Evidence[] = log === undefined ? [] : [{ by: 'log', says, places: [] }];
      return resultOf(layers.egress === 'enforce' ? 'live' : 'observed', { evidence, live });
    }
    const hours = hoursOf(log);
    const evidence: Evidence = {
      by: 'log',
      says: `${calls.direct} of ${calls.total} calls go directly to a system of record, in ${spanText(hours)}`,
      places: [],
    };
    const problems = calls.direct === 0 ? [] : [`${calls.direct} direct ${calls.direct === 1 ? 'call' : 'calls'}`];
    if (layers.egress !== 'enforce') return resultOf('observed', { evidence: [evidence], problems, live });
    const isLongEnough = hours !== undefined && hours >= HOURS;
    return resultOf(isLongEnough ? 'met' : 'live', { evidence: [evidence], problems, live: isLongEnough ? [] : live });
  },
};

/** Hours from the first to the last call that has a time. */
function hoursOf({ first, last }: CallLog): number | undefined {
  return first === undefined || last === undefined ? undefined : (last - first) / HOUR;
}

function spanText(hours: number | undefined): string {
  return hours === undefined ? 'logs without times' : `${Math.floor(hours)} hours of logs`;
}
