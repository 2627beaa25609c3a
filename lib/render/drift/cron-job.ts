import type { KubeObject } from '../../kube/object';
import type { PodSpec } from '../../kube/pod';
import type { Labels } from '../../model/label';
import { type HardenOptions, hardenPodSpec } from '../workload/harden';

export interface DriftCronJobOptions extends HardenOptions {
  /** Name of the CronJob and of its service account. */
  readonly name: string;
  readonly namespace: string;
  /** Image with its digest, whose entrypoint is `portcullis` and which holds what was rendered. */
  readonly image: string;
  /** Folder of the image that holds it. */
  readonly manifests: string;
  readonly schedule: string;
  /** Seconds between two runs. */
  readonly every: number;
  /** Labels that its pods carry. */
  readonly labels: Labels;
  /** Audience by which the API server knows tokens that are for itself. */
  readonly audience: string;
  /** Further objects that others answer for, as `portcullis drift --except` takes them. */
  readonly except: readonly string[];
}

/** Where client libraries look for the token of a pod and for the authority that signed the API server's certificate. */
const CREDENTIALS = '/var/run/secrets/kubernetes.io/serviceaccount';
/** The ConfigMap with that authority, which Kubernetes puts into every namespace. */
const AUTHORITY = 'kube-root-ca.crt';
/** Seconds that a token lives; the least that Kubernetes issues. A run is over by then. */
const TOKEN_LIFETIME = 600;

/**
 * Looks for drift again and again. A run that finds some fails, which kube-state-metrics shows; it is not tried again,
 * since the cluster would be the same. The last failed Job is kept for its log.
 *
 * The object itself is not compared from inside: it names the digest of an image that would have to hold the object.
 */
export function driftCronJob(options: DriftCronJobOptions): KubeObject {
  const { name, namespace, schedule, every, labels } = options;
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name, namespace, labels },
    spec: {
      schedule,
      concurrencyPolicy: 'Forbid',
      // Without it, a CronJob that was suspended for a hundred runs never runs again.
      startingDeadlineSeconds: Math.min(every, TOKEN_LIFETIME),
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: {
        spec: {
          backoffLimit: 0,
          activeDeadlineSeconds: TOKEN_LIFETIME,
          template: { metadata: { labels }, spec: hardenPodSpec(pod(options), options) },
        },
      },
    },
  };
}

function pod({ name, namespace, image, manifests, audience, except }: DriftCronJobOptions): PodSpec {
  const excepted = [`CronJob/${namespace}/${name}`, ...except];
  return {
    restartPolicy: 'Never',
    serviceAccountName: name,
    containers: [
      {
        name: 'drift',
        image,
        args: ['drift', manifests, ...excepted.flatMap((object) => ['--except', object])],
        resources: {
          requests: { cpu: '50m', memory: '128Mi', 'ephemeral-storage': '16Mi' },
          limits: { cpu: '1', memory: '512Mi', 'ephemeral-storage': '64Mi' },
        },
        volumeMounts: [{ name: 'credentials', mountPath: CREDENTIALS, readOnly: true }],
      },
    ],
    volumes: [
      {
        name: 'credentials',
        projected: {
          sources: [
            { serviceAccountToken: { audience, expirationSeconds: TOKEN_LIFETIME, path: 'token' } },
            { configMap: { name: AUTHORITY, items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          ],
        },
      },
    ],
  };
}
