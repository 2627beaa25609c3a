import { type MonitoredPlatform, workspaceNamespaces } from './monitored';
import type { RecordingRule } from './rule';

/** So many workspaces in a group that no PrometheusRule grows beyond what the API server takes. */
const WORKSPACES_IN_GROUP = 100;

const INFO = 'vector(1)';

/**
 * What is known when manifests are rendered, as series that alerts and panels join with: which namespace is whose
 * workspace, and how far it has been rolled out.
 * @param number of the group, from 0; the last has all that is left
 * @param count of the groups
 */
export function infoRules(platform: MonitoredPlatform, number: number, count: number): readonly RecordingRule[] {
  const denies = platform.cilium === undefined ? platform.defaultDenies : [];
  const part = <Item>(items: readonly Item[]) =>
    items.slice(number * WORKSPACES_IN_GROUP, number === count - 1 ? undefined : (number + 1) * WORKSPACES_IN_GROUP);
  const info = (name: string, labels: Readonly<Record<string, string>>): RecordingRule => ({
    record: `portcullis:${name}:info`,
    expr: INFO,
    labels,
  });
  return [
    ...part(workspaceNamespaces(platform)).map(({ namespace, workspaceId }) =>
      info('workspace', { workspace_id: workspaceId, source_namespace: namespace }),
    ),
    ...part(platform.workspaces).flatMap(({ workspaceId, stages }) =>
      Object.entries(stages).map(([layer, stage]) =>
        info('workspace_stage', { workspace_id: workspaceId, layer, stage }),
      ),
    ),
    ...part(denies).map(({ namespace, name }) => info('default_deny', { namespace, networkpolicy: name })),
  ];
}

/** What was allowed and what was blocked, in all, for each workspace. */
export function totalRules({ cilium }: MonitoredPlatform): readonly RecordingRule[] {
  const calls = (name: string, classification: string): RecordingRule => ({
    record: `portcullis:calls_${name}:rate5m`,
    expr: `sum by (workspace_id) (rate(portarium_calls_total{classification="${classification}"}[5m]))`,
  });
  const verdicts = (name: string, matchers: string): RecordingRule => ({
    record: `portcullis:egress_${name}:rate5m`,
    expr: `sum by (source_namespace) (rate(hubble_policy_verdicts_total{direction="egress",${matchers}}[5m]))
* on (source_namespace) group_left (workspace_id) portcullis:workspace:info`,
  });
  const ofWorkspace = (rule: RecordingRule): RecordingRule => ({
    ...rule,
    expr: `sum by (workspace_id) (\n${rule.expr.replace(/^/gm, '  ')}\n)`,
  });
  return [
    calls('routed', 'control-plane-routed'),
    calls('direct', 'direct-sor-call'),
    ...(cilium?.hubble === true
      ? [
          // A request that a proxy lets through was counted once already, when its connection was redirected.
          ofWorkspace(verdicts('allowed', 'action=~"forwarded|redirected",match!~"l7/.*"')),
          ofWorkspace(verdicts('blocked', 'action="dropped"')),
        ]
      : []),
  ];
}

/** How many groups `infoRules` fills of the workspaces declared so far. */
export function infoGroupCount({ workspaces }: MonitoredPlatform): number {
  return Math.max(1, Math.ceil(workspaces.length / WORKSPACES_IN_GROUP));
}
