import * as v from 'valibot';
import { STAGES } from '../model/stage';
import { CILIUM_VERSIONS } from '../render/network/cilium-version';
import { SDR_COMPONENTS, type SdrComponent } from '../stacks/sdr/label';
import { natsProblem, regionProblem, trustDomainProblem } from '../stacks/sdr/resolve';
import { checked, described } from './check';
import { dnsLabel, namespace, port, selector } from './value-schema';

const pods = v.strictObject({
  namespace: described(dnsLabel('namespace'), 'Namespace of the pods.'),
  labels: described(selector, 'Labels of the pods.'),
});

const stage = v.optional(described(v.picklist(STAGES), 'Default: enforce'));

const stages = v.strictObject(
  Object.fromEntries(['namespace', ...Object.keys(SDR_COMPONENTS)].map((policy) => [policy, stage])) as Record<
    SdrComponent | 'namespace',
    typeof stage
  >,
);

const natsNamespace = v.union([
  dnsLabel('namespace'),
  checked(v.array(dnsLabel('namespace')), (namespaces) => natsProblem([...new Set(namespaces)])),
]);

const tetragonBridge = v.strictObject({
  namespace: namespace('Namespace of the bridge. Default: kube-system'),
  hostNetwork: v.optional(
    described(v.boolean(), 'Whether its pods share the network of the node, where no policy sees them. Default: false'),
  ),
});

/** The detection-and-response stack. */
export const clawdstrikeSchema = v.strictObject({
  ciliumVersion: v.optional(
    described(v.picklist(CILIUM_VERSIONS), "Cilium of the stack's cluster. Default: the environment's dialect"),
  ),
  namespace: namespace('Namespace of the stack. Default: clawdstrike'),
  natsNamespace: v.optional(
    described(natsNamespace, 'Where NATS runs; the old and the new namespace while it moves. Default: namespace'),
  ),
  natsSelector: v.optional(described(selector, 'Labels of the NATS pods. Default: app.kubernetes.io/component: nats')),
  natsHeadlessService: v.optional(
    described(dnsLabel('Service'), 'Service by which NATS replicas find each other. Default: nats-headless'),
  ),
  natsMetricsPort: v.optional(described(port, 'Port of the NATS metrics exporter. Default: 7777')),
  metricsPort: v.optional(described(port, "Port of the other components' metrics. Default: 2112")),
  prometheus: v.optional(
    described(pods, 'Pods of Prometheus. Default: monitoring, app.kubernetes.io/name: prometheus'),
  ),
  gateway: v.optional(
    described(pods, 'Pods of the gateway. Default: envoy-gateway-system, app.kubernetes.io/component: envoy-gateway'),
  ),
  awsRegion: v.optional(
    described(checked(v.string(), regionProblem), 'Region of AWS STS for the witness, or none. Default: us-east-1'),
  ),
  trustDomain: v.optional(
    described(checked(v.string(), trustDomainProblem), 'SPIFFE trust domain of the workloads. Default: aegis.local'),
  ),
  tetragonBridge: v.optional(described(tetragonBridge, 'How the bridge to Tetragon runs.')),
  stages: v.optional(described(stages, 'Stage of single policies. Default: every one is enforced')),
});
