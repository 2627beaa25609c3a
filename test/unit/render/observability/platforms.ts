import type { MonitoredPlatform } from '../../../../lib/render/observability/monitored';

/** Everything that can be monitored, under Cilium. */
export const FULL: MonitoredPlatform = {
  controlPlaneNamespace: 'portarium-system',
  workspaces: [
    {
      workspaceId: 'ws-production',
      namespace: 'ws-production',
      stages: { egress: 'enforce', mtls: 'enforce', tools: 'enforce' },
    },
    {
      workspaceId: 'ws-research',
      namespace: 'portarium-agents',
      stages: { egress: 'observe', mtls: 'enforce', tools: 'enforce' },
    },
    {
      workspaceId: 'ws-scratch',
      namespace: 'portarium-agents',
      stages: { egress: 'enforce', mtls: 'enforce', tools: 'enforce' },
    },
  ],
  cilium: { hubble: true },
  defaultDenies: [{ namespace: 'ws-production', name: 'default-deny' }],
  identity: { spireNamespace: 'spire-system', x509SvidTtl: 3600, envoy: true },
  kyverno: { namespace: 'kyverno', name: 'kyverno-admission-controller' },
  opa: { namespace: 'opa', name: 'opa' },
  drift: { namespace: 'portarium-system', cronJob: 'portcullis-drift', every: 86_400 },
};

/** Cilium without Hubble; identities without Envoy; shared namespaces first. */
export const WITHOUT_HUBBLE: MonitoredPlatform = {
  ...FULL,
  workspaces: [...FULL.workspaces].reverse(),
  cilium: { hubble: false },
  identity: { spireNamespace: 'spire', x509SvidTtl: 5400, envoy: false },
};

/** Plain NetworkPolicies, and nothing else. */
export const PLAIN: MonitoredPlatform = {
  controlPlaneNamespace: 'system',
  workspaces: [{ workspaceId: 'ws-a', namespace: 'ws-a', stages: { egress: 'enforce', tools: 'enforce' } }],
  defaultDenies: [
    { namespace: 'ws-a', name: 'default-deny' },
    { namespace: 'system', name: 'default-deny' },
  ],
};

export const PLATFORMS = { full: FULL, 'without Hubble': WITHOUT_HUBBLE, plain: PLAIN };
