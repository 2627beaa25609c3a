import type { Construct } from 'constructs';
import { DEFAULT_CLUSTER } from '../../model/cluster';
import { Peer } from '../../model/peer';
import { Port } from '../../model/port';
import { Component } from '../../platform/component';
import { podLabels } from '../../platform/label-scheme';
import { Platform } from '../../platform/platform';
import { Service } from '../../platform/service';
import { kubernetes } from '../../render/network/kubernetes';
import { warnOfUnusedGrants } from './authorization';
import { portariumLabels } from './portarium';
import { alertsAsWritten } from './reference-alerts';
import { identitiesAsWritten } from './reference-identity';
import { PURPOSE } from './row';
import type { PortariumSettings } from './settings';

/**
 * The policies of the Portarium documents as they were written, for comparison: plain NetworkPolicies for egress
 * only, whole namespaces as targets, no default deny, and agents selected by two policies at once. Not for a cluster;
 * the findings say why.
 */
export class PortariumReference extends Platform {
  constructor(scope: Construct, id: string, settings: PortariumSettings) {
    const { namespaces = {}, ports = {} } = settings;
    super(scope, id, {
      dialect: kubernetes(),
      cluster: { ...DEFAULT_CLUSTER, dns: { peer: Peer.namespace('kube-system'), ports: DEFAULT_CLUSTER.dns.ports } },
      labels: portariumLabels(settings.labels),
      directions: ['Egress'],
    });
    const scheme = this.labelScheme;
    const namespace = namespaces.agents ?? 'portarium-agents';
    const system = namespaces.system ?? 'portarium-system';
    const service = (name: string, serviceNamespace: string, tcp: readonly number[]) =>
      new Service(this, name, { namespace: serviceNamespace, ports: tcp.map(Port.tcp), managed: false });

    const guide = new Component(this, 'agent-egress-deny-default', {
      title: 'agent (enforcement guide)',
      namespace,
      selector: { [scheme.app?.key ?? 'app']: 'portarium-agent' },
      podLabels: podLabels(scheme, 'agent'),
    });
    const further = ports.controlPlane ?? [443, 3100];
    if (further !== 'none') {
      guide.allowTo(service('portarium-system', system, further), { purpose: PURPOSE.controlPlane });
    }
    const spire = ports.spire ?? 8081;
    if (spire !== 'none') {
      const server = service('spire-server', namespaces.spire ?? 'spire-system', [spire]);
      guide.allowTo(server, { purpose: PURPOSE.spire });
    }

    const controlPlane = new Service(this, 'control-plane', {
      namespace: system,
      labels: { [scheme.component]: 'control-plane' },
      ports: [Port.tcp(ports.controlPlaneApi ?? 8080)],
      managed: false,
    });
    const vault = service('vault', namespaces.vault ?? 'vault', [ports.vault ?? 8200]);
    const agents = this.governed('agent-egress-deny', 'agent', namespace);
    agents.allowTo(controlPlane, { purpose: PURPOSE.agentToControlPlane });
    agents.allowTo(vault, { purpose: PURPOSE.vault });

    const plane = this.governed('execution-plane-egress', 'execution-plane', namespace);
    plane.allowTo(controlPlane, { purpose: PURPOSE.executionPlaneToControlPlane });
    plane.allowTo(vault, { purpose: PURPOSE.vault });
    const temporal = service('temporal', namespaces.temporal ?? 'temporal', [ports.temporal ?? 7233]);
    plane.allowTo(temporal, { purpose: PURPOSE.temporal });
    const telemetry = service(
      'otel-collector',
      namespaces.telemetry ?? 'observability',
      ports.telemetry ?? [4317, 4318],
    );
    plane.allowTo(telemetry, { purpose: PURPOSE.telemetry });
    identitiesAsWritten(this, settings);
    alertsAsWritten(this);
    warnOfUnusedGrants(this, settings.workspaces, 'use the strict profile, since the documents render no OPA');
  }

  private governed(policyName: string, component: string, namespace: string): Component {
    return new Component(this, policyName, {
      title: component,
      namespace,
      selector: { [this.labelScheme.component]: component },
      podLabels: podLabels(this.labelScheme, component),
    });
  }
}
