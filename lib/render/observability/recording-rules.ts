import { type MonitoredPlatform, workspaceNamespaces } from './monitored';
import type { RecordingRule, RuleGroup } from './rule';

/** Rules in a group, so that no PrometheusRule grows beyond what the API server takes. */
const LARGEST_GROUP = 500;

const INFO = 'vector(1)';

/**
 * What is known when manifests are rendered, as series that alerts and panels join with: which namespace is whose
 * workspace, and how far it has been rolled out.
 */
export function infoRules(platform: MonitoredPlatform): readonly RecordingRule[] {
  const stages = platform.workspaces.flatMap(({ workspaceId, stages: of }) =>
    Object.entries(of).map(([layer, stage]) => ({
      record: 'portcullis:workspace_stage:info',
      expr: INFO,
      labels: { workspace_id: workspaceId, layer, stage },
    })),
  );
  const namespaces = workspaceNamespaces(platform).map(({ namespace, workspaceId }) => ({
    record: 'portcullis:workspace:info',
    expr: INFO,
    labels: { workspace_id: workspaceId, source_namespace: namespace },
  }));
  const denies = platform.cilium === undefined ? platform.defaultDenies : [];
  return [
    ...namespaces,
    ...stages,
    ...denies.map(({ namespace, name }) => ({
      record: 'portcullis:default_deny:info',
      expr: INFO,
      labels: { namespace, networkpolicy: name },
    })),
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

/** Recording rules in groups, in the order in which they build on each other. */
export function recordingGroups(platform: MonitoredPlatform): readonly RuleGroup[] {
  const info = infoRules(platform);
  const groups: RuleGroup[] = [];
  for (let start = 0; start < info.length; start += LARGEST_GROUP) {
    const number = groups.length === 0 ? '' : `-${groups.length + 1}`;
    groups.push({ name: `portcullis-workspaces${number}`, rules: info.slice(start, start + LARGEST_GROUP) });
  }
  return [...groups, { name: 'portcullis-totals', rules: totalRules(platform) }];
}
