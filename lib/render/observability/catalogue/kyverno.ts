import type { Metric } from '../metric';

const shared = {
  exporter: 'kyverno',
  enabledBy: 'the metrics Service of Kyverno’s admission controller',
  since: 'Kyverno 1.19',
} as const;

/**
 * Metrics of Kyverno. Its exporter puts `_total` behind the names of counters.
 * @see Kyverno 1.19.0, pkg/metrics/metrics.go
 */
export const KYVERNO: readonly Metric[] = [
  {
    ...shared,
    name: 'kyverno_admission_requests_total',
    type: 'counter',
    help: 'admission requests that Kyverno decided',
    labels: ['resource_kind', 'resource_namespace', 'resource_request_operation', 'request_allowed'],
    source: 'Kyverno 1.19.0, pkg/metrics/admission.go',
    born: 'event',
  },
  {
    ...shared,
    name: 'kyverno_validating_policy_results_total',
    type: 'counter',
    help: 'results of ValidatingPolicies',
    labels: [
      'policy_validation_mode',
      'policy_background_mode',
      'policy_name',
      'policy_namespace',
      'resource_kind',
      'resource_namespace',
      'resource_request_operation',
      'execution_cause',
      { name: 'result', values: ['pass', 'fail', 'warning', 'error', 'skip'] },
    ],
    source: 'Kyverno 1.19.0, pkg/metrics/vpol.go',
    born: 'event',
  },
];
