import { POLICIES } from './layout';
import type { ResolvedSdrSettings } from './resolve';

/** One way in which the strict rendering differs from the specification. */
export interface Departure {
  /** Id of the finding in the reference environment. */
  readonly rule: string;
  /** Files of the specification that it concerns. */
  readonly files: readonly string[];
  /** What the specification says. */
  readonly written: string;
  /** Why that does not hold. */
  readonly why: string;
  /** What is rendered instead. */
  readonly instead: string;
}

/** Every departure from the specification, in the order of its files. */
export function departures(settings: ResolvedSdrSettings, canAuthenticate: boolean): readonly Departure[] {
  const { namespace, gateway, natsMetricsPort, metricsPort, stsHost, natsNamespaces } = settings;
  return [
    {
      rule: 'intra-namespace-allow',
      files: ['00-namespace-isolation.yaml'],
      written: `The namespace policy allows every pod of \`${namespace}\` to reach every other pod of it, in both directions and on all ports.`,
      why: 'Policies are a union. One broad allow makes every port list and every list of HTTP requests inside the namespace void: the other nine policies take nothing away from what pods of the stack may send each other.',
      instead: 'The namespace policy allows nothing. Each edge is a rule of its own, at both ends.',
    },
    {
      rule: 'dns-for-everyone',
      files: ['00-namespace-isolation.yaml', '08-allow-dns.yaml'],
      written: 'All pods of the stack may resolve any name (`matchPattern: "*"`).',
      why: 'The union again: the short list of names of spine-witness has no effect beside it, and names are a way to carry data out.',
      instead:
        'One DNS rule for each component, with the names that its edges need and the detours of the search list.',
    },
    {
      rule: 'dns-without-names',
      files: ['01', '03', '04', '05', '06', '07'].map((number) => `${number}-*.yaml`),
      written: 'DNS egress on port 53 without a list of names.',
      why: 'A rule without a list allows any name and any traffic on the port, and voids the lists beside it.',
      instead: 'Every DNS rule lists its names; there is none without.',
    },
    {
      rule: 'pattern-matches-nothing',
      files: ['02-spine-witness.yaml'],
      written: '`*.amazonaws.com` for STS, `*.svc.cluster.local` for NATS.',
      why: 'In a Cilium pattern `*` never crosses a dot: `sts.us-east-1.amazonaws.com` and `nats.clawdstrike.svc.cluster.local` do not match, so the witness resolves neither through its own policy.',
      instead:
        stsHost === undefined
          ? 'No STS at all: this installation does not use it.'
          : `The exact regional name, \`${stsHost}\`, and the exact names of the Services.`,
    },
    {
      rule: 'gateway-in-own-namespace',
      files: ['03-spine-proofs-api.yaml', '06-hushd.yaml'],
      written: 'Clients come through pods with `app.kubernetes.io/component: envoy-gateway`, "from any namespace".',
      why: "A selector without a namespace means the policy's own namespace, where no gateway runs.",
      instead: `The gateway's namespace is named: \`${gateway.namespace}\`.`,
    },
    {
      rule: 'requests-bypassed',
      files: ['06-hushd.yaml'],
      written:
        'Beside the list of requests for the gateway, every pod of the namespace may send anything to hushd on 8080.',
      why: 'Inside the namespace the list of requests is void, also for pods that nobody meant to be clients.',
      instead:
        'Only the gateway reaches hushd, with the documented requests. The desktop application goes through the gateway.',
    },
    {
      rule: 'host-network-sidecar',
      files: ['04-tetragon-bridge.yaml'],
      written: "tetragon-bridge runs as a sidecar of Tetragon's DaemonSet and reaches it on localhost.",
      why: 'Tetragon runs with `hostNetwork: true`. Such a pod has no Cilium endpoint, so the policy selects nothing; and traffic within a pod is never filtered.',
      instead: `A workload of its own without host network in \`${settings.tetragonBridge.namespace}\`, which reaches Tetragon on its node (\`host\`, port 54321).`,
    },
    {
      rule: 'authentication-at-one-end',
      files: ['01', '02', '03', '05', '06', '07'].map((number) => `${number}-*.yaml`),
      written: 'Clients of NATS ask for mutual authentication; the policy of NATS does not.',
      why: 'Whoever has no policy of its own, such as a new pod with the label of the stack, reaches NATS without proving anything.',
      instead: canAuthenticate
        ? 'Every Spine-internal edge requires authentication at both ends. The feature is beta, and deprecated from Cilium 1.20.'
        : 'This version of Cilium has no mutual authentication. The services have to require SPIFFE mutual TLS themselves; encrypt the traffic with WireGuard or ztunnel.',
    },
    {
      rule: 'label-opens-nats',
      files: ['07-nats-jetstream.yaml'],
      written: 'Every pod with `app.kubernetes.io/part-of: clawdstrike` may connect to NATS.',
      why: 'A label that every object of the stack carries is no identity: whoever may create a pod in the namespace may set it.',
      instead: 'NATS names its clients one by one.',
    },
    {
      rule: 'metrics-port',
      files: ['00-namespace-isolation.yaml', '07-nats-jetstream.yaml', '09-allow-prometheus.yaml'],
      written: 'Prometheus scrapes 2112 and 9090 of every pod, and 8222 of NATS.',
      why: 'Nothing of the stack listens on 9090, and 8222 is the JSON monitor of NATS, which Prometheus cannot read; the exporter listens on 7777.',
      instead: `Port ${metricsPort} of each component and ${natsMetricsPort} of NATS, each in a policy of its own.`,
    },
    {
      rule: 'nats-namespace',
      files: ['01', '02', '03', '05', '06', '07'].map((number) => `${number}-*.yaml`),
      written: `NATS is selected in \`${namespace}\`, although it runs in \`aegisnet\` until it is moved.`,
      why: 'Until then the selectors match nothing, and no service reaches NATS.',
      instead: `The setting \`natsNamespace\` says where NATS runs, here ${natsNamespaces.map((name) => `\`${name}\``).join(' and ')}; with two namespaces, both halves of the move are allowed.`,
    },
    {
      rule: 'common-labels',
      files: ['kustomization.yaml'],
      written: '`commonLabels` adds a label to everything.',
      why: 'It is deprecated, and also rewrites the selectors of the kinds that kustomize knows.',
      instead: '`labels` with `includeSelectors: false`.',
    },
    {
      rule: 'removal-as-rollback',
      files: [POLICIES],
      written: 'If one policy causes trouble, that policy alone is deleted, and the others continue.',
      why: 'With a default deny that really denies, deleting the policy of a component cuts it off completely.',
      instead: 'One component at a time can be put into the observe stage; see RUNBOOK.md.',
    },
  ];
}
