import type { Metric } from '../metric';

const shared = {
  type: 'gauge',
  exporter: 'kube-state-metrics',
  enabledBy: 'kube-state-metrics, scraped with honorLabels so that its own namespace label stays',
  since: 'kube-state-metrics 2.15',
  born: 'start',
} as const;

const CONDITION = { name: 'condition', values: ['true', 'false', 'unknown'] } as const;

/** The state of Kubernetes objects. */
export const KUBE_STATE_METRICS: readonly Metric[] = [
  {
    ...shared,
    name: 'kube_deployment_status_replicas_available',
    help: 'replicas of a Deployment that serve',
    labels: ['namespace', 'deployment'],
    source: 'kube-state-metrics 2.15.0, docs/metrics/workload/deployment-metrics.md',
  },
  {
    ...shared,
    name: 'kube_statefulset_status_replicas_ready',
    help: 'replicas of a StatefulSet that are ready',
    labels: ['namespace', 'statefulset'],
    source: 'kube-state-metrics 2.15.0, docs/metrics/workload/statefulset-metrics.md',
  },
  {
    ...shared,
    name: 'kube_daemonset_status_number_ready',
    help: 'nodes on which the pod of a DaemonSet is ready',
    labels: ['namespace', 'daemonset'],
    source: 'kube-state-metrics 2.15.0, docs/metrics/workload/daemonset-metrics.md',
  },
  {
    ...shared,
    name: 'kube_daemonset_status_desired_number_scheduled',
    help: 'nodes on which the pod of a DaemonSet should run',
    labels: ['namespace', 'daemonset'],
    source: 'kube-state-metrics 2.15.0, docs/metrics/workload/daemonset-metrics.md',
  },
  {
    ...shared,
    name: 'kube_job_created',
    help: 'when a Job was created, in seconds since 1970',
    labels: ['namespace', 'job_name'],
    source: 'kube-state-metrics 2.15.0, docs/metrics/workload/job-metrics.md',
  },
  {
    ...shared,
    name: 'kube_job_failed',
    help: 'whether a Job has failed for good',
    labels: ['namespace', 'job_name', CONDITION],
    source: 'kube-state-metrics 2.15.0, docs/metrics/workload/job-metrics.md and internal/store/job.go',
    born: 'event',
  },
  {
    ...shared,
    name: 'kube_cronjob_status_last_successful_time',
    help: 'when a Job of a CronJob last succeeded, in seconds since 1970',
    labels: ['namespace', 'cronjob'],
    source: 'kube-state-metrics 2.15.0, docs/metrics/workload/cronjob-metrics.md',
    born: 'event',
  },
  {
    ...shared,
    name: 'kube_cronjob_status_last_schedule_time',
    help: 'when a CronJob last started a Job, in seconds since 1970',
    labels: ['namespace', 'cronjob'],
    source: 'kube-state-metrics 2.15.0, docs/metrics/workload/cronjob-metrics.md',
    born: 'event',
  },
  {
    ...shared,
    name: 'kube_networkpolicy_created',
    help: 'when a NetworkPolicy was created, in seconds since 1970',
    labels: ['namespace', 'networkpolicy'],
    source: 'kube-state-metrics 2.15.0, docs/metrics/policy/networkpolicy-metrics.md',
  },
];
