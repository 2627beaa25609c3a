// The program whose output defines what every contender has to render: ten objects for each workspace, declared through
// the public API. CommonJS, as the packages are and as cdk8s sets up projects.

const { App } = require('cdk8s');
const { cilium, Peer, Platform, Port, Service, synthesize, Workspace } = require('portcullis');
const { workspaceIds } = require('../workspace-id.cjs');

/** What runs beside the agents in each workspace, with the port that it listens on. */
const SERVICES = [
  ['tool-gateway', 8443],
  ['model-proxy', 8080],
  ['queue', 4222],
  ['evidence', 8081],
];

function render({ count, outdir }) {
  const app = new App({ outdir });
  declare(app, count);
  return { objects: synthesize(app, { outdir }).objects };
}

/** Adds the platform to an app. */
function declare(app, count) {
  const platform = new Platform(app, 'platform', { dialect: cilium({ version: '1.19' }) });
  const shared = sharedServices(platform);
  for (const id of workspaceIds(count)) addWorkspace(platform, shared, id);
}

/** Pods that others render policies for, so that they add no object. */
function sharedServices(platform) {
  const service = (id, namespace, ...ports) =>
    new Service(platform, id, { namespace, ports: ports.map(Port.tcp), managed: false });
  return {
    controlPlane: service('control-plane', 'platform-system', 8080),
    vault: service('vault', 'vault', 8200),
    temporal: service('temporal', 'temporal', 7233),
    collector: service('otel-collector', 'observability', 4317, 4318),
    models: Peer.fqdn('api.models.example.com'),
    prometheus: Peer.pods({ namespace: 'observability', labels: { 'app.kubernetes.io/name': 'prometheus' } }),
  };
}

function addWorkspace(platform, shared, id) {
  const workspace = new Workspace(platform, id, { owner: `team-${id}` });
  const plane = workspace.addExecutionPlane([
    { peer: Peer.fqdn(`erp.${id}.example.com`), ports: [Port.tcp(443)], purpose: 'Read invoices, post payments' },
    { peer: Peer.fqdn(`crm.${id}.example.com`), ports: [Port.tcp(443)], purpose: 'Read customer records' },
    { peer: Peer.cidr('203.0.113.0/28'), ports: [Port.tcp(5432)], purpose: 'Query the data warehouse' },
  ]);
  const services = {};
  for (const [name, port] of SERVICES) {
    services[name] = workspace.addComponent(name, {
      ports: [Port.tcp(port)],
      dnsName: { kind: 'service', service: name, namespace: workspace.podNamespace },
    });
  }
  connectAgents(workspace.agents, services, shared);
  connectExecutionPlane(plane, services, shared);
  connectServices(services, shared);
}

function connectAgents(agents, services, { controlPlane, vault }) {
  agents.allowTo(controlPlane, { purpose: 'Heartbeat, work-item API' });
  agents.allowTo(vault, { purpose: 'Credential retrieval' });
  agents.allowTo(services['tool-gateway'], {
    purpose: 'Call allowed tools',
    http: [
      { method: 'GET', path: '/v1/tools' },
      { method: 'POST', path: '/v1/tools/[a-z0-9-]+/calls' },
    ],
  });
  agents.allowTo(services['model-proxy'], { purpose: 'Ask a model' });
  agents.allowTo(services.queue, { purpose: 'Publish proposals' });
}

function connectExecutionPlane(plane, services, { controlPlane, vault, temporal, collector }) {
  plane.allowTo(controlPlane, { purpose: 'Work-item status' });
  plane.allowTo(vault, { purpose: 'Credential retrieval' });
  plane.allowTo(temporal, { purpose: 'Poll workflow tasks' });
  plane.allowTo(collector, { purpose: 'Traces and metrics' });
  plane.allowTo(services.queue, { purpose: 'Consume approved proposals' });
  plane.allowTo(services.evidence, { purpose: 'Append to the evidence log' });
}

function connectServices(services, { controlPlane, vault, collector, models, prometheus }) {
  services['tool-gateway'].allowTo(services.queue, { purpose: 'Hand over tool calls' });
  services['tool-gateway'].allowTo(services.evidence, { purpose: 'Append to the evidence log' });
  services['tool-gateway'].allowTo(controlPlane, { purpose: 'Look up tool allowlists' });
  services['model-proxy'].allowTo(models, { ports: [Port.tcp(443)], purpose: 'Inference' });
  services['model-proxy'].allowTo(vault, { purpose: 'Credential retrieval' });
  for (const service of Object.values(services)) {
    service.allowTo(collector, { purpose: 'Traces and metrics' });
    service.allowFrom(prometheus, { ports: [Port.tcp(9090)], purpose: 'Scrape metrics' });
  }
}

module.exports = { declare, render };
