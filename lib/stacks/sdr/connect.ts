import { Peer } from '../../model/peer';
import { Port } from '../../model/port';
import type { EdgeOptions } from '../../platform/connections';
import { ExternalSystem } from '../../platform/external-system';
import { Service } from '../../platform/service';
import { NATS_PURPOSE, PURPOSE } from './purpose';
import { HUSHD_REQUESTS, PROOFS_REQUESTS } from './request';
import type { Sdr } from './sdr';

/** Port of Tetragon's gRPC server on each node. */
const TETRAGON_PORT = Port.tcp(54321);
/** Port of the Hubble Relay pods. */
const HUBBLE_PORT = Port.tcp(4245);
/** Port of the routes between NATS replicas. */
const ROUTE_PORT = Port.tcp(6222);

/** Every row of the specification's communication table that crosses the network. */
export function connectSdr(sdr: Sdr): void {
  connectNats(sdr);
  connectRequests(sdr);
  connectSources(sdr);
  connectMetrics(sdr);
}

/** Mutual authentication where the version of Cilium has it. */
function authenticated(sdr: Sdr): Pick<EdgeOptions, 'authentication'> {
  return sdr.dialect.canAuthenticate ? { authentication: 'required' } : {};
}

function connectNats(sdr: Sdr): void {
  const spine = [sdr.checkpointer, sdr.witness, sdr.proofsApi, sdr.hubbleBridge, sdr.hushd] as const;
  for (const nats of sdr.nats) {
    for (const client of spine) {
      const purpose = NATS_PURPOSE[client.node.id as keyof typeof NATS_PURPOSE];
      client.allowTo(nats, { purpose, ...authenticated(sdr) });
    }
    sdr.tetragonBridge.allowTo(nats, { purpose: NATS_PURPOSE['tetragon-bridge'] });
    for (const replica of sdr.nats) {
      const service = sdr.settings.natsHeadlessService;
      const dnsName = { kind: 'pods', service, namespace: replica.namespace } as const;
      nats.allowTo(replica, { ports: [ROUTE_PORT], purpose: PURPOSE.natsRouting, dnsName });
    }
  }
}

function connectRequests(sdr: Sdr): void {
  const { gateway } = sdr.settings;
  const clients = new Service(sdr, 'envoy-gateway', { ...gateway, managed: false, serviceName: 'none' });
  sdr.proofsApi.allowFrom(clients, { purpose: PURPOSE.proofsClients, http: PROOFS_REQUESTS });
  sdr.hushd.allowFrom(clients, { purpose: PURPOSE.hushdClients, http: HUSHD_REQUESTS });
  sdr.hushd.allowTo(sdr.proofsApi, { purpose: PURPOSE.proofsForHushd, http: PROOFS_REQUESTS, ...authenticated(sdr) });
}

function connectSources(sdr: Sdr): void {
  sdr.tetragonBridge.allowTo(Peer.entity('host'), { ports: [TETRAGON_PORT], purpose: PURPOSE.tetragon });
  const relay = new Service(sdr, 'hubble-relay', {
    namespace: 'kube-system',
    labels: { 'app.kubernetes.io/name': 'hubble-relay' },
    ports: [HUBBLE_PORT],
    managed: false,
  });
  sdr.hubbleBridge.allowTo(relay, { purpose: PURPOSE.hubble });
  const { stsHost } = sdr.settings;
  if (stsHost === undefined) return;
  const sts = new ExternalSystem(sdr, 'aws-sts', { peer: Peer.fqdn(stsHost) });
  sdr.witness.allowTo(sts, { purpose: PURPOSE.sts });
}

function connectMetrics(sdr: Sdr): void {
  const { prometheus, metricsPort, natsMetricsPort } = sdr.settings;
  const scraper = new Service(sdr, 'prometheus', { ...prometheus, managed: false, serviceName: 'none' });
  const exporters = [sdr.checkpointer, sdr.witness, sdr.proofsApi, sdr.tetragonBridge, sdr.hubbleBridge, sdr.hushd];
  for (const exporter of exporters) {
    exporter.allowFrom(scraper, { ports: [Port.tcp(metricsPort)], purpose: PURPOSE.metrics });
  }
  for (const nats of sdr.nats) {
    nats.allowFrom(scraper, { ports: [Port.tcp(natsMetricsPort)], purpose: PURPOSE.metrics });
  }
}
