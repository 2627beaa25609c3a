import type { Metric } from '../metric';

const shared = {
  type: 'counter',
  exporter: 'kube-apiserver',
  since: 'Kubernetes 1.28',
  source: 'k8s.io/apiserver 0.35.4, pkg/admission/metrics/metrics.go',
  born: 'event',
} as const;

/** What the API server says of itself, and of admission webhooks that it could not ask. */
export const KUBE_APISERVER: readonly Metric[] = [
  {
    ...shared,
    name: 'apiserver_request_total',
    help: 'requests that the API server answered',
    labels: ['verb', 'dry_run', 'group', 'version', 'resource', 'subresource', 'scope', 'component', 'code'],
    source: 'k8s.io/apiserver 0.35.4, pkg/endpoints/metrics/metrics.go',
  },
  {
    ...shared,
    name: 'apiserver_admission_webhook_fail_open_count',
    help: 'requests let through because the webhook did not answer',
    labels: ['name', 'type'],
  },
  {
    ...shared,
    name: 'apiserver_admission_webhook_rejection_count',
    help: 'requests refused by a webhook, or because it did not answer',
    labels: [
      'name',
      'type',
      'operation',
      { name: 'error_type', values: ['calling_webhook_error', 'apiserver_internal_error', 'no_error'] },
      'rejection_code',
    ],
  },
];
