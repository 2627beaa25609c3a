import * as v from 'valibot';
import { labelKeyProblem, labelValueProblem } from '../model/label';
import { pinnedImageProblem } from '../model/pinned-image';
import { runbookUrlProblem } from '../render/observability/runbook-url';
import { checked, described } from './check';
import { dnsLabel, namespace, port } from './value-schema';

const labels = v.record(
  checked(v.string(), labelKeyProblem),
  checked(v.string(), (value) => labelValueProblem(value)),
);

const deployment = (tool: string, name: string) =>
  v.strictObject({
    namespace: namespace(`Its namespace. Default: ${tool}`),
    name: v.optional(described(dnsLabel('name'), `Name of its Deployment. Default: ${name}`)),
  });

/** How Portarium is watched. */
export const observabilitySchema = v.strictObject({
  runbookUrl: described(
    checked(v.string(), runbookUrlProblem),
    'Page with a section for each alert: a published copy of the ALERTS.md that is rendered.',
  ),
  namespace: namespace('Namespace of the PrometheusRules and the dashboard. Default: monitoring'),
  ruleLabels: v.optional(
    described(labels, "Labels by which the cluster's Prometheus picks its rules and monitors. Default: none"),
  ),
  prometheus: v.optional(
    described(
      v.strictObject({
        namespace: namespace('Their namespace. Default: that of the rules'),
        labels: v.optional(described(labels, 'Their labels. Default: app.kubernetes.io/name: prometheus')),
        controlPlanePort: v.optional(
          described(port, 'Port on which the control plane shows metrics, at /metrics. Default: none'),
        ),
        envoyPort: v.optional(
          described(
            port,
            "Port on which the Envoy in the control plane's pods shows metrics, at /stats/prometheus. Default: none",
          ),
        ),
      }),
      "Prometheus's pods, which are let in to what has metrics here. Default: nobody is",
    ),
  ),
  dashboardLabels: v.optional(
    described(labels, "Labels by which Grafana picks dashboards. Default: grafana_dashboard: '1'"),
  ),
  hubble: v.optional(described(v.boolean(), 'Whether Hubble exports metrics. Default: true')),
  envoy: v.optional(
    described(v.boolean(), 'Whether an Envoy terminates mutual TLS for the control plane. Default: true'),
  ),
  kyverno: v.optional(described(deployment('kyverno', 'kyverno-admission-controller'), 'Kyverno. Default: none')),
  opa: v.optional(
    described(deployment('opa', 'opa'), 'Open Policy Agent. Default: the one of authorization, if there is one'),
  ),
  drift: v.optional(
    described(
      v.strictObject({
        namespace: namespace('Its namespace. Default: that of the control plane'),
        name: v.optional(described(dnsLabel('name'), 'Its name. Default: portcullis-drift')),
        every: v.optional(
          described(v.pipe(v.number(), v.integer(), v.minValue(60)), 'How often it runs, in seconds. Default: 86400'),
        ),
        image: v.optional(
          described(
            checked(v.string(), pinnedImageProblem),
            'Image with its digest that runs portcullis and holds what was rendered, see docs/drift.md. Default: somebody else renders the CronJob, and it is only watched',
          ),
        ),
        apiServerPorts: v.optional(
          described(
            v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535))), v.minLength(1)),
            'Ports of the API server behind its Service. Default: 443 and 6443',
          ),
        ),
        apiServerAddresses: v.optional(
          described(
            v.pipe(v.array(v.string()), v.minLength(1)),
            'Addresses of the API server as CIDR, for plain NetworkPolicies. Default: what Cilium knows as kube-apiserver',
          ),
        ),
        audience: v.optional(
          described(
            v.pipe(v.string(), v.regex(/^[!-~]+$/)),
            'Audience of tokens for the API server. Default: https://kubernetes.default.svc.cluster.local',
          ),
        ),
        except: v.optional(
          described(
            v.array(v.pipe(v.string(), v.regex(/^[A-Z]\S*\/\S+$/))),
            'Objects that others answer for: Kind/namespace/name or Kind/name. Default: none',
          ),
        ),
      }),
      'The CronJob that looks for drift. Default: none',
    ),
  ),
});
