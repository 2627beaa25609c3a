// The program that is measured: a fleet in which every workspace has a Namespace, quota and limits, a default deny, and the
// policies of its agents and its execution plane, who call shared services.

import { cilium, Fleet, Peer, Platform, Port, Service, Workspace } from 'portcullis';

export function render({ count, clusters, outdir, limits }) {
  const { plan, objects, findings } = fleetOf(count, clusters, limits).synthesize({ outdir });
  const sizes = plan.clusters.map(({ workspaces }) => workspaces.length);
  return {
    objects,
    findings: findings.length,
    smallest: Math.min(...sizes),
    largest: Math.max(...sizes),
    next: plan.next,
  };
}

/** Workspaces that are on another cluster once there is one more. */
export function moved({ count, clusters, limits }) {
  const before = homes(fleetOf(count, clusters, limits).plan().plan);
  const after = homes(fleetOf(count, clusters + 1, limits).plan().plan);
  return [...before].filter(([id, cluster]) => after.get(id) !== cluster).length;
}

function homes({ clusters }) {
  return new Map(clusters.flatMap(({ name, workspaces }) => workspaces.map((id) => [id, name])));
}

function fleetOf(count, clusters, limits) {
  return new Fleet({
    clusters: Array.from({ length: clusters }, (_, index) => ({
      name: `cluster-${index + 1}`,
      // Half of the fleet is a version ahead.
      dialect: cilium({ version: index % 2 === 0 ? '1.19' : '1.20' }),
      trustDomain: `cluster-${index + 1}.example.com`,
    })),
    workspaces: Array.from({ length: count }, (_, index) => ({ id: `ws-${String(index).padStart(6, '0')}` })),
    ...(limits === undefined ? {} : { limits }),
    build,
  });
}

function build(app, { cluster, workspaces, identity }) {
  const platform = new Platform(app, 'platform', { dialect: cluster.dialect, identity });
  const service = (id, ...ports) => new Service(platform, id, { namespace: 'platform', ports: ports.map(Port.tcp) });
  const [controlPlane, vault, temporal] = [
    service('control-plane', 8080),
    service('vault', 8200),
    service('temporal', 7233),
  ];
  for (const { id } of workspaces) {
    const workspace = new Workspace(platform, id, { owner: `team-${id}` });
    const plane = workspace.addExecutionPlane([
      { peer: Peer.fqdn(`erp.${id}.example.com`), ports: [Port.tcp(443)], purpose: 'Read invoices, post payments' },
      { peer: Peer.cidr('203.0.113.0/28'), ports: [Port.tcp(5432)], purpose: 'Query the data warehouse' },
    ]);
    workspace.agents.allowTo(controlPlane, { purpose: 'Heartbeat, work-item API' });
    workspace.agents.allowTo(vault, { purpose: 'Credential retrieval' });
    plane.allowTo(controlPlane, { purpose: 'Work-item status' });
    plane.allowTo(vault, { purpose: 'Credential retrieval' });
    plane.allowTo(temporal, { purpose: 'Poll workflow tasks' });
    workspace.agents.identify({ path: `agent/${id}`, serviceAccount: 'agent', purpose: 'Call the control plane' });
  }
}
