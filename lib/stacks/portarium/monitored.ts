import type { MonitoredIdentity, MonitoredPlatform, MonitoredWorkspace } from '../../render/observability/monitored';
import { DRIFT_NAME } from './drift';
import type { PortariumIdentity } from './identity';
import type { PortariumObservability } from './observability-settings';
import type { Portarium } from './portarium';

/** An hour, as SPIRE has it. */
const DEFAULT_SVID_TTL = 3600;
const DAY = 86_400;

/** What the alerts have to know about Portarium, as far as it has been declared by now. */
export function monitored(
  portarium: Portarium,
  settings: PortariumObservability,
  identity: PortariumIdentity | undefined,
): MonitoredPlatform {
  const { kyverno, drift, hubble = true, envoy = true } = settings;
  const { authorization } = portarium;
  // What this program renders is watched without being asked for.
  const opa = settings.opa ?? (authorization && { namespace: authorization.namespace, name: authorization.node.id });
  const system = portarium.controlPlane.namespace;
  const spire: MonitoredIdentity = {
    spireNamespace: portarium.spireNamespace,
    x509SvidTtl: identity?.x509SvidTtl ?? DEFAULT_SVID_TTL,
    envoy,
  };
  return {
    controlPlaneNamespace: system,
    workspaces: portarium.workspaces.map(({ workspaceId, podNamespace }): MonitoredWorkspace => {
      const { egress, mtls, tools } = portarium.stagesOf(workspaceId);
      const stages = { egress, ...(identity === undefined ? {} : { mtls }), tools };
      return { workspaceId, namespace: podNamespace, stages };
    }),
    // Cilium alone can match without dropping, and it alone shows what it drops.
    ...(portarium.dialect.canObserve ? { cilium: { hubble } } : {}),
    defaultDenies: [...portarium.managedNamespaces]
      .filter(({ stage }) => stage === 'enforce')
      .map(({ namespace }) => ({ namespace, name: 'default-deny' })),
    ...(identity === undefined ? {} : { identity: spire }),
    ...(kyverno === undefined
      ? {}
      : { kyverno: { namespace: 'kyverno', name: 'kyverno-admission-controller', ...kyverno } }),
    ...(opa === undefined ? {} : { opa: { namespace: 'opa', name: 'opa', ...opa } }),
    ...(drift === undefined
      ? {}
      : {
          drift: {
            namespace: drift.namespace ?? system,
            cronJob: drift.name ?? DRIFT_NAME,
            every: drift.every ?? DAY,
          },
        }),
  };
}
