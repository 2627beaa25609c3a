import * as v from 'valibot';
import { kubernetesVersionProblem } from '../model/cluster';
import { baseUrlProblem } from '../model/identity/mtls';
import { trustDomainProblem } from '../model/identity/trust-domain';
import { CILIUM_VERSIONS } from '../render/network/cilium-version';
import { authorizationSchema } from './authorization-schema';
import { checked, checkedKeys, described } from './check';
import { clawdstrikeSchema } from './clawdstrike-schema';
import { deliverySchema } from './delivery-schema';
import { egressPolicySchema } from './egress-policy-schema';
import { observabilitySchema } from './observability-schema';
import { policyControllerSchema, rolloutSchema, stageSettingSchema } from './rollout-schema';
import { domain, labelKey, namespace, notEmpty, port, selector } from './value-schema';
import { admissionSchema, orchestratorSchema, profileProblems, registriesSchema, toolsSchema } from './workload-schema';
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
  kubernetes: v.optional(
    described(
      checked(v.string(), kubernetesVersionProblem),
      "Minor version of Kubernetes as text, such as '1.33'. Default: 1.30 or later",
    ),
  ),
});

const namespaces = v.strictObject({
  agents: namespace('Agents, and workspaces isolated by label. Default: portarium-agents'),
  system: namespace('Control plane. Default: portarium-system'),
  spire: namespace('SPIRE server. Default: spire-system'),
  vault: namespace('Vault. Default: vault'),
  temporal: namespace('Temporal. Default: temporal'),
  telemetry: namespace('OpenTelemetry collector. Default: observability'),
  authorization: namespace('Open Policy Agent. Default: portarium-authorization'),
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

const seconds = (description: string) =>
  v.optional(described(v.pipe(v.number(), v.integer(), v.minValue(1)), description));

const identity = v.strictObject({
  trustDomain: described(
    checked(v.string(), trustDomainProblem),
    'Trust domain of the SPIRE server, in lower case. Not the one of Cilium.',
  ),
  registrar: v.optional(
    described(
      v.picklist(['controllerManager', 'job']),
      'Custom resources for the SPIRE controller manager, or a Job that registers entries. Default: controllerManager',
    ),
  ),
  className: v.optional(described(v.string(), 'Class of the controller manager. Default: the one without a class')),
  baseUrl: v.optional(
    described(checked(v.string(), baseUrlProblem), 'Address of the control plane for agents, with https.'),
  ),
  controlPlaneServiceAccount: v.optional(
    described(v.string(), 'Service account of the control plane. Default: portarium-control-plane'),
  ),
  nodeAlias: v.optional(
    described(
      v.strictObject({
        cluster: described(v.string(), "Name of the cluster in the server's k8s_psat attestor."),
        agentNamespace: namespace('Namespace of the SPIRE agents. Default: spire-system'),
        agentServiceAccount: v.optional(described(v.string(), 'Default: spire-agent')),
        path: v.optional(described(v.string(), 'Path of the alias in the trust domain. Default: spire-agent')),
      }),
      'One name for all SPIRE agents of the cluster, the parent of entries that a Job registers.',
    ),
  ),
  x509SvidTtl: seconds('Lifetime of X.509 SVIDs in seconds. Default: of the server'),
  jwtSvidTtl: seconds('Lifetime of JWT SVIDs in seconds. Default: of the server'),
  federatesWith: v.optional(
    described(v.array(checked(v.string(), trustDomainProblem)), 'Trust domains whose workloads may be verified.'),
  ),
  job: v.optional(
    described(
      v.strictObject({
        image: described(v.string(), "Image of the SPIRE server, of the server's own version."),
        serverLabels: described(selector, "Labels of the SPIRE server's pods."),
        socketDirectory: v.optional(
          described(v.string(), "Directory on the node with the server's socket. Default: /run/spire/server"),
        ),
        retiredWorkspaces: v.optional(
          described(v.array(v.string()), 'Ids of workspaces that are gone, whose entries are removed.'),
        ),
      }),
      'How the job registrar gets to the SPIRE server.',
    ),
  ),
});

const portarium = v.strictObject({
  namespaces: v.optional(described(namespaces, 'Namespaces of its services.')),
  ports: v.optional(described(ports, 'TCP ports of the pods of its services, not of their Services.')),
  labels: v.optional(described(labels, 'Label keys that tell components and workspaces apart.')),
  selectors: v.optional(described(selectors, 'Labels of pods that others run. Default: every pod of the namespace')),
  manageControlPlane: v.optional(
    described(v.boolean(), "Whether to render the control plane's policies. Default: true"),
  ),
  identity: v.optional(described(identity, 'Who the workloads are to each other, by SPIRE. Default: no identities')),
  authorization: v.optional(
    described(
      authorizationSchema,
      "The Open Policy Agent that the control plane asks what agents may do. Default: the control plane's built-in policy",
    ),
  ),
  stage: v.optional(
    described(
      stageSettingSchema,
      'How far workspaces are rolled out that say nothing themselves, for every layer or layer by layer. Default: enforce',
    ),
  ),
  rollout: v.optional(described(rolloutSchema, 'How the roll-out came to where it is.')),
  egressPolicy: v.optional(
    described(
      egressPolicySchema,
      "What guards inside the pods' processes are told about egress, and what its verification insists on. Default: guards are told nothing",
    ),
  ),
  observability: v.optional(described(observabilitySchema, 'Alerts and a dashboard. Default: nobody watches')),
  registries: v.optional(
    described(registriesSchema, 'Where images may come from, with a slash at the end. Default: any that is named'),
  ),
  admission: v.optional(
    described(admissionSchema, "What the cluster holds against everybody's requests. Default: no admission policies"),
  ),
  orchestrator: v.optional(described(orchestratorSchema, 'What the orchestrator decides by itself.')),
  workspaces: described(v.array(workspaceSchema), 'Its workspaces, each with an id of its own.'),
});

const environmentFile = v.strictObject({
  profile: v.optional(
    described(
      v.picklist(['strict', 'reference']),
      'strict for clusters; reference renders the documents as they were written. Default: strict',
    ),
  ),
  dialect,
  cluster: v.optional(described(cluster, 'What the policies have to know about the cluster.')),
  policyController: v.optional(
    described(
      policyControllerSchema,
      'What enforces network policies in the cluster. Default: cilium for its dialect; for plain Kubernetes nobody is named',
    ),
  ),
  portarium: v.optional(described(portarium, 'The Portarium stack.')),
  delivery: v.optional(
    described(deliverySchema, 'Who brings the manifests into the cluster. Default: laid out for people'),
  ),
  tools: v.optional(described(toolsSchema, 'Which security tools are on.')),
  clawdstrike: v.optional(described(clawdstrikeSchema, 'The detection-and-response stack.')),
});

/** Shape of a file of the environments folder; the published JSON Schema is made from it. */
export const environmentSchema = checkedKeys(environmentFile, ['dialect', 'portarium', 'tools'], (file) =>
  profileProblems(file as Parameters<typeof profileProblems>[0]),
);

export type EnvironmentFile = v.InferOutput<typeof environmentSchema>;
