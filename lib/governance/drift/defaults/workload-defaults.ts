import { type Data, dataAt, dataList, drop, existing, fill } from './data';
import { podDefaults } from './pod-defaults';

/** Where the controller of a Job marks the pods that are its own; the API server writes it when the Job is created. */
const OF_JOB: readonly string[] = [
  'controller-uid',
  'job-name',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
];
/** `kubectl rollout restart` writes it; the pods are the same as before. */
const RESTARTED = 'kubectl.kubernetes.io/restartedAt';

/** @see SetDefaults_Deployment in pkg/apis/apps/v1/defaults.go of Kubernetes 1.35 */
export function deploymentDefaults({ spec }: Data): void {
  const own = dataAt({ spec }, 'spec');
  fill(own, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  drop(own, { paused: false, minReadySeconds: 0 });
  rollingUpdate(dataAt(own, 'strategy'), { maxUnavailable: '25%', maxSurge: '25%' });
  template(own);
}

/** @see SetDefaults_DaemonSet in pkg/apis/apps/v1/defaults.go of Kubernetes 1.35 */
export function daemonSetDefaults({ spec }: Data): void {
  const own = dataAt({ spec }, 'spec');
  fill(own, { revisionHistoryLimit: 10 });
  drop(own, { minReadySeconds: 0 });
  rollingUpdate(dataAt(own, 'updateStrategy'), { maxUnavailable: 1, maxSurge: 0 });
  template(own);
}

/**
 * `maxUnavailable` is only there behind a feature gate.
 * @see SetDefaults_StatefulSet in pkg/apis/apps/v1/defaults.go of Kubernetes 1.35
 */
export function statefulSetDefaults({ spec }: Data): void {
  const own = dataAt({ spec }, 'spec');
  fill(own, {
    podManagementPolicy: 'OrderedReady',
    replicas: 1,
    revisionHistoryLimit: 10,
    serviceName: '',
  });
  drop(own, { minReadySeconds: 0 });
  fill(dataAt(own, 'persistentVolumeClaimRetentionPolicy'), { whenDeleted: 'Retain', whenScaled: 'Retain' });
  const strategy = dataAt(own, 'updateStrategy');
  rollingUpdate(strategy, { partition: 0 });
  drop(existing(strategy, 'rollingUpdate') ?? {}, { maxUnavailable: 1 });
  for (const claim of dataList(own, 'volumeClaimTemplates')) {
    delete claim.status;
    fill(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' });
    fill(dataAt(claim, 'spec'), { volumeMode: 'Filesystem' });
  }
  template(own);
}

/** @see SetDefaults_ReplicaSet in pkg/apis/apps/v1/defaults.go of Kubernetes 1.35 */
export function replicaSetDefaults({ spec }: Data): void {
  const own = dataAt({ spec }, 'spec');
  fill(own, { replicas: 1 });
  drop(own, { minReadySeconds: 0 });
  template(own);
}

/**
 * The selector and the labels of the pods come from the uid of the Job, and nobody knows it before.
 * @see SetDefaults_Job in pkg/apis/batch/v1/defaults.go, generateSelector in pkg/registry/batch/job/strategy.go of
 * Kubernetes 1.35
 */
export function jobDefaults(object: Data): void {
  const own = dataAt(object, 'spec');
  if (own.manualSelector !== true) {
    delete own.selector;
    withoutJobLabels(existing(existing(own, 'template'), 'metadata'));
  }
  jobSpec(own);
  const labels = existing(existing(existing(own, 'template'), 'metadata'), 'labels');
  const metadata = dataAt(object, 'metadata');
  withoutJobLabels(metadata);
  if (metadata.labels === undefined && labels !== undefined) metadata.labels = { ...labels };
}

function withoutJobLabels(metadata: Data | undefined): void {
  const labels = existing(metadata, 'labels');
  if (metadata === undefined || labels === undefined) return;
  for (const key of OF_JOB) delete labels[key];
  if (Object.keys(labels).length === 0) delete metadata.labels;
}

/** @see SetDefaults_CronJob in pkg/apis/batch/v1/defaults.go of Kubernetes 1.35 */
export function cronJobDefaults({ spec }: Data): void {
  const own = dataAt({ spec }, 'spec');
  fill(own, { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
  const job = dataAt(own, 'jobTemplate');
  emptyMetadata(job);
  // Of the defaults of Jobs, those that are said by functions come when a Job is made.
  template(dataAt(job, 'spec'));
}

/** A pod that nobody made for another object. */
export function singlePodDefaults({ spec }: Data): void {
  const own = dataAt({ spec }, 'spec');
  podDefaults(own);
  for (const list of ['initContainers', 'containers']) {
    for (const container of dataList(own, list)) {
      const parts = dataAt(container, 'resources');
      if (parts.limits !== undefined) fill(dataAt(parts, 'requests'), { ...(parts.limits as Data) });
    }
  }
}

function jobSpec(spec: Data): void {
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  fill(spec, {
    parallelism: 1,
    backoffLimit: spec.backoffLimitPerIndex === undefined ? 6 : 2 ** 31 - 1,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed',
    manualSelector: false,
  });
  template(spec);
}

function rollingUpdate(strategy: Data, defaults: Readonly<Data>): void {
  fill(strategy, { type: 'RollingUpdate' });
  if (strategy.type === 'RollingUpdate') fill(dataAt(strategy, 'rollingUpdate'), defaults);
}

function template(spec: Data): void {
  const own = dataAt(spec, 'template');
  emptyMetadata(own);
  const annotations = existing(existing(own, 'metadata'), 'annotations');
  if (annotations !== undefined) {
    delete annotations[RESTARTED];
    if (Object.keys(annotations).length === 0) delete (own.metadata as Data).annotations;
  }
  emptyMetadata(own);
  podDefaults(dataAt(own, 'spec'));
}

/** `metadata: {}` and `creationTimestamp: null` say nothing. */
function emptyMetadata(data: Data): void {
  const metadata = existing(data, 'metadata');
  if (metadata !== undefined && Object.keys(metadata).length === 0) delete data.metadata;
}
