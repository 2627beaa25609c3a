import { grown } from '../grown';
import { type AlertFamily, BORN_AT_5, boundary, fires, GROWN_AT_10, silent, UNMOVED } from './alert-set';

const LABELS = { workspace_id: 'ws-test', agent_id: 'agent-1', destination_host: 'api.example.com' };
const firing = { labels: LABELS };

function series(classification: string, workspaceId: string = LABELS.workspace_id): string {
  return `portarium_calls_total{classification="${classification}",workspace_id="${workspaceId}",agent_id="agent-1",destination_host="api.example.com"}`;
}

const DIRECT = series('direct-sor-call');

/**
 * Calls of agents past the control plane, in the words of seed 000. There it missed the first call of each kind, and
 * printed a label `url` that would have made nearly every call the first of its kind.
 */
export const directSorCall: AlertFamily = ({ workspaces }) => {
  const observing = workspaces.find(({ stages }) => stages.egress === 'observe');
  return {
    alerts: [
      {
        name: 'DirectSorCallDetected',
        severity: 'critical',
        expr: `sum by (workspace_id, agent_id, destination_host) (
  ${grown('portarium_calls_total{classification="direct-sor-call"}', '5m')}
)
unless on (workspace_id) portcullis:workspace_stage:info{layer="egress",stage="observe"}`,
        for: '1m',
        summary: 'Direct SoR call detected after enforcement',
        description:
          'Agent {{ $labels.agent_id }} in workspace {{ $labels.workspace_id }} made a direct SoR call to {{ $labels.destination_host }}. This should not happen after Phase 4 enforcement.',
        meaning:
          'An agent reached a system of record without the control plane, so that no tool policy, no approval and no evidence stood in between. Workspaces whose egress only observes are left out.',
        response: [
          'Ask the manifests whether it is allowed: `portcullis explain <manifests> --from <workspace>/agent --to <host> --port tcp/443`. If it is, a policy is too wide: find the rule that it names.',
          'If it is not, see whether the policy is enforced: `kubectl -n <namespace> get cnp,netpol`, and whether AuditModeOn or PolicyImportFailure fires.',
          'Stop the agent: `kubectl -n <namespace> scale deployment/agent --replicas=0`.',
          'Rotate the credential that it used. The vault says which one it was given.',
        ],
        tests: [
          fires('the first call of an agent', '6m', { [DIRECT]: BORN_AT_5 }, firing),
          fires('one more call', '11m', { [DIRECT]: GROWN_AT_10 }, firing),
          silent('calls through the control plane', '10m', { [series('control-plane-routed')]: '0+5x20' }),
          silent('a call long ago', '10m', { [DIRECT]: UNMOVED }),
          boundary('not yet a minute', '5m', { [DIRECT]: BORN_AT_5 }),
          boundary('over, five minutes after the call', '10m', { [DIRECT]: BORN_AT_5 }),
          boundary('over, five minutes after one more call', '15m', { [DIRECT]: GROWN_AT_10 }),
          ...(observing === undefined
            ? []
            : [
                boundary('a workspace that only observes', '6m', {
                  [series('direct-sor-call', observing.workspaceId)]: BORN_AT_5,
                }),
              ]),
        ],
      },
    ],
    leftOut: [],
  };
};
