import { grown } from '../grown';
import { type AlertFamily, boundary, fires, silent, UNMOVED } from './alert-set';

const LABELS = { workspace_id: 'ws-test' };

function series(policyType: string): string {
  return `portarium_policy_denials_total{policy_type="${policyType}",workspace_id="${LABELS.workspace_id}"}`;
}

const DENIED = series('tool-allowlist');

/**
 * Denials by the tool allowlist, in the words of seed 000. There it waited for as long as it looked back, so that one
 * burst, however large, stayed pending and never fired.
 */
export const toolAllowlistDenial: AlertFamily = () => ({
  alerts: [
    {
      name: 'ToolAllowlistDenial',
      severity: 'info',
      expr: `sum by (workspace_id) (
  ${grown('portarium_policy_denials_total{policy_type="tool-allowlist"}', '5m')}
) > 5`,
      summary: 'Multiple tool allowlist denials',
      description:
        '{{ $value | humanize }} tool calls of workspace {{ $labels.workspace_id }} denied by allowlist in the last 5 minutes. Review agent configuration.',
      meaning:
        'Agents ask for tools that their workspace does not have. Mostly the agent was configured for more than was granted; it may also be an agent that was talked into something.',
      response: [
        'See which tools were asked for, in the log of the control plane: `kubectl -n portarium-system logs deploy/control-plane --since=10m | grep "Tool not on workspace allowlist."`.',
        'If the workspace needs the tool, propose it under `tools:` in the environment file.',
        'If it does not, correct the agent; if nobody can say why it asked, stop it and keep its log.',
      ],
      tests: [
        fires('one burst', '5m', { [DENIED]: '0x4 500x20' }, { labels: LABELS, value: '500' }),
        fires(
          'a workspace whose first denials are many',
          '5m',
          { [DENIED]: '_x5 8x20' },
          { labels: LABELS, value: '8' },
        ),
        silent('denials by another policy', '5m', { [series('egress')]: '0x4 500x20' }),
        silent('no denial for long', '10m', { [DENIED]: UNMOVED }),
        boundary('exactly five', '5m', { [DENIED]: '0x4 5x20' }),
        boundary('six', '5m', { [DENIED]: '0x4 6x20' }, { labels: LABELS, value: '6' }),
      ],
    },
  ],
  leftOut: [],
});
