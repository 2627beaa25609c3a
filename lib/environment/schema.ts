import * as v from 'valibot';
import { CILIUM_VERSIONS } from '../render/network/cilium-version';
import { described } from './check';
import { clawdstrikeSchema } from './clawdstrike-schema';
import { domain, labelKey, namespace, notEmpty, port, selector } from './value-schema';
import { workspaceSchema } from './workspace-schema';

const dialect = described(
  v.variant('kind', [
    v.strictObject({ kind: described(v.literal('kubernetes'), 'Plain Kubernetes NetworkPolicy.') }),
    v.strictObject({
      kind: described(v.literal('cilium'), 'Cilium, with policies on host names.'),
      version: described(v.picklist(CILIUM_VERSIONS), 'Minor version of the Cilium agents, as text.'),
    }),
  ]),
  'What enforces the policies: plain Kubernetes NetworkPolicy, or a version of Cilium.',
);

const dns = v.strictObject({
  namespace: namespace('Namespace of the DNS pods. Default: kube-system'),
  labels: v.optional(described(selector, 'Labels of the DNS pods. Default: k8s-app: kube-dns')),
  port: v.optional(described(port, 'Port that the DNS pods listen on, UDP and TCP. Default: 53')),
});

const cluster = v.strictObject({
  domain: v.optional(described(domain, 'Suffix of Service names. Default: cluster.local')),
  searchDomains: v.optional(
    described(v.array(domain), "Search domains of the nodes' resolver configuration. Default: none"),
  ),
  dns: v.optional(described(dns, 'The pods that answer DNS.')),
});

const namespaces = v.strictObject({
  agents: namespace('Agents, and workspaces isolated by label. Default: portarium-agents'),
  system: namespace('Control plane. Default: portarium-system'),
  spire: namespace('SPIRE server. Default: spire-system'),
  vault: namespace('Vault. Default: vault'),
  temporal: namespace('Temporal. Default: temporal'),
  telemetry: namespace('OpenTelemetry collector. Default: observability'),
});

const portList = notEmpty(v.array(port), 'the list of ports', 'name a port, or remove the key');

const ports = v.strictObject({
  controlPlaneApi: v.optional(described(port, 'API of the control plane. Default: 8080')),
  controlPlane: v.optional(
    described(
      v.union([v.literal('none'), portList]),
      'Further ports of the control plane that agents use, or none. Default: 443 and 3100',
    ),
  ),
  spire: v.optional(
    described(
      v.union([v.literal('none'), port]),
      'SPIRE server, for agents that talk to it directly, or none. Default: 8081',
    ),
  ),
  vault: v.optional(described(port, 'Default: 8200')),
  temporal: v.optional(described(port, 'Default: 7233')),
  telemetry: v.optional(described(portList, 'Default: 4317 and 4318')),
});

const labels = v.strictObject({
  app: v.optional(described(labelKey, 'Label of all pods of Portarium. Default: app')),
  component: v.optional(described(labelKey, 'Label that names the component. Default: portarium.io/component')),
  workspace: v.optional(described(labelKey, 'Label that names the workspace. Default: portarium.dev/workspace')),
});

const selectors = v.strictObject({
  spire: v.optional(described(selector, 'Labels of the SPIRE server.')),
  vault: v.optional(described(selector, 'Labels of Vault.')),
  temporal: v.optional(described(selector, 'Labels of the Temporal frontend.')),
  telemetry: v.optional(described(selector, 'Labels of the OpenTelemetry collector.')),
});

const portarium = v.strictObject({
  namespaces: v.optional(described(namespaces, 'Namespaces of its services.')),
  ports: v.optional(described(ports, 'TCP ports of the pods of its services, not of their Services.')),
  labels: v.optional(described(labels, 'Label keys that tell components and workspaces apart.')),
  selectors: v.optional(described(selectors, 'Labels of pods that others run. Default: every pod of the namespace')),
  manageControlPlane: v.optional(
    described(v.boolean(), "Whether to render the control plane's policies. Default: true"),
  ),
  workspaces: described(v.array(workspaceSchema), 'Its workspaces, each with an id of its own.'),
});

/** Shape of a file of the environments folder; the published JSON Schema is made from it. */
export const environmentSchema = v.strictObject({
  profile: v.optional(
    described(
      v.picklist(['strict', 'reference']),
      'strict for clusters; reference renders the documents as they were written. Default: strict',
    ),
  ),
  dialect,
  cluster: v.optional(described(cluster, 'What the policies have to know about the cluster.')),
  portarium: v.optional(described(portarium, 'The Portarium stack.')),
  clawdstrike: v.optional(described(clawdstrikeSchema, 'The detection-and-response stack.')),
});

export type EnvironmentFile = v.InferOutput<typeof environmentSchema>;
