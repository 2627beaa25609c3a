import { describe, expect, test } from 'vitest';
import { type Data, driftOf } from './objects';
import { container, POD, POD_STORED, pods, workload } from './workloads';

describe('what the API server adds to workloads is no drift', () => {
  test.each<[name: string, rendered: Data, stored: Data]>([
    [
      'a Deployment',
      pods(POD),
      workload(
        'apps/v1',
        'Deployment',
        {
          template: { metadata: { creationTimestamp: null }, spec: POD_STORED },
          replicas: 1,
          revisionHistoryLimit: 10,
          progressDeadlineSeconds: 600,
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        },
        { annotations: { 'deployment.kubernetes.io/revision': '4' } },
      ),
    ],
    [
      'a DaemonSet',
      workload('apps/v1', 'DaemonSet', { template: { spec: POD } }),
      workload('apps/v1', 'DaemonSet', {
        template: { spec: POD_STORED },
        revisionHistoryLimit: 10,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      }),
    ],
    [
      'a StatefulSet',
      workload('apps/v1', 'StatefulSet', { serviceName: 's', template: { spec: POD } }),
      workload('apps/v1', 'StatefulSet', {
        serviceName: 's',
        template: { spec: POD_STORED },
        replicas: 1,
        revisionHistoryLimit: 10,
        podManagementPolicy: 'OrderedReady',
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      }),
    ],
    [
      'a Job, with the labels of its controller',
      workload('batch/v1', 'Job', { template: { metadata: { labels: { app: 'a' } }, spec: POD } }),
      workload(
        'batch/v1',
        'Job',
        {
          template: {
            metadata: {
              labels: {
                app: 'a',
                'controller-uid': '1',
                'job-name': 'x',
                'batch.kubernetes.io/controller-uid': '1',
                'batch.kubernetes.io/job-name': 'x',
              },
            },
            spec: POD_STORED,
          },
          selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': '1' } },
          backoffLimit: 6,
          completionMode: 'NonIndexed',
          completions: 1,
          parallelism: 1,
          manualSelector: false,
          podReplacementPolicy: 'TerminatingOrFailed',
          suspend: false,
        },
        { labels: { app: 'a' } },
      ),
    ],
    [
      'a Job without labels',
      workload('batch/v1', 'Job', { template: { spec: POD } }),
      workload(
        'batch/v1',
        'Job',
        { template: { metadata: { labels: { 'controller-uid': '1' } }, spec: POD } },
        { labels: { 'controller-uid': '1' }, annotations: { 'batch.kubernetes.io/job-tracking': '' } },
      ),
    ],
    [
      'a CronJob',
      workload('batch/v1', 'CronJob', { schedule: '0 * * * *', jobTemplate: { spec: { template: { spec: POD } } } }),
      workload('batch/v1', 'CronJob', {
        schedule: '0 * * * *',
        jobTemplate: { metadata: { creationTimestamp: null }, spec: { template: { spec: POD_STORED } } },
        concurrencyPolicy: 'Allow',
        failedJobsHistoryLimit: 1,
        successfulJobsHistoryLimit: 3,
        suspend: false,
      }),
    ],
    [
      'quantities in another spelling',
      container({ resources: { limits: { cpu: '0.5', memory: '1024Mi' }, requests: { cpu: 1 } } }),
      container({ resources: { limits: { cpu: '500m', memory: '1Gi' }, requests: { cpu: '1' } } }),
    ],
    [
      'probes',
      container({ livenessProbe: { httpGet: { port: 1 } } }),
      container({
        livenessProbe: {
          httpGet: { port: 1, path: '/', scheme: 'HTTP' },
          timeoutSeconds: 1,
          periodSeconds: 10,
          successThreshold: 1,
          failureThreshold: 3,
        },
      }),
    ],
    ['false where it says nothing', container({ tty: false, stdin: false }), container({})],
    ['an image without tag', container({ image: 'a' }), container({ image: 'a', imagePullPolicy: 'Always' })],
    [
      'the image of a registry with a port',
      container({ image: 'r:5000/a' }),
      container({ image: 'r:5000/a', imagePullPolicy: 'Always' }),
    ],
    [
      'modes of volumes and life of tokens',
      pods({
        ...POD,
        volumes: [
          { name: 'a', configMap: { name: 'a' } },
          { name: 'b', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
        ],
      }),
      pods({
        ...POD,
        volumes: [
          { name: 'a', configMap: { name: 'a', defaultMode: 420 } },
          {
            name: 'b',
            projected: { defaultMode: 420, sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 3600 } }] },
          },
        ],
      }),
    ],
    [
      'the old name of the service account',
      pods({ ...POD, serviceAccountName: 'a' }),
      pods({ ...POD, serviceAccountName: 'a', serviceAccount: 'a' }),
    ],
    [
      'a restart by kubectl',
      workload('apps/v1', 'Deployment', { template: { metadata: { labels: { app: 'a' } }, spec: POD } }),
      workload('apps/v1', 'Deployment', {
        template: {
          metadata: { labels: { app: 'a' }, annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } },
          spec: POD,
        },
      }),
    ],
  ])('%s', (_, rendered, stored) => {
    expect(driftOf([rendered], [stored])).toEqual([]);
  });
});
