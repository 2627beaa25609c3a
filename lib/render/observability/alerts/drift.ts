import type { Alert } from '../alert';
import { formatDuration } from '../duration';
import type { MonitoredPlatform } from '../monitored';
import { type AlertFamily, type AlertSet, boundary, fires, leaveOut, silent } from './alert-set';

/** Whether the cluster still is as it was rendered. */
export const drift: AlertFamily = (platform) => {
  const checked =
    platform.drift === undefined
      ? leaveOut(
          ['DriftFound', 'DriftNotChecked'],
          'no CronJob looks for drift',
          'run one, and name it under observability.drift',
        )
      : { alerts: [found(platform.drift), notChecked(platform.drift)], leftOut: [] };
  const missing = defaultDeny(platform);
  return {
    alerts: [...checked.alerts, ...missing.alerts],
    leftOut: [...checked.leftOut, ...missing.leftOut],
  };
};

type Drift = NonNullable<MonitoredPlatform['drift']>;

function found({ namespace, cronJob }: Drift): Alert {
  const jobs = `namespace="${namespace}",job_name=~"${cronJob}-.*"`;
  const failed = `max by (namespace) (
    kube_job_created{${jobs}}
    and on (namespace, job_name) (kube_job_failed{${jobs},condition="true"} == 1)
  )`;
  const one = (name: string) => `namespace="${namespace}",job_name="${cronJob}-${name}"`;
  const [created, failure] = [`kube_job_created{${one('1')}}`, `kube_job_failed{${one('1')},condition="true"}`];
  const succeeded = `kube_cronjob_status_last_successful_time{namespace="${namespace}",cronjob="${cronJob}"}`;
  const firing = { labels: { namespace } };
  return {
    name: 'DriftFound',
    severity: 'warning',
    expr: `${failed}
unless on (namespace) (
  max by (namespace) (kube_cronjob_status_last_successful_time{namespace="${namespace}",cronjob="${cronJob}"})
  > on (namespace)
  ${failed}
)`,
    summary: 'The cluster is no longer as it was rendered',
    description: `The last check for drift failed: a Job of ${cronJob} in namespace {{ $labels.namespace }} found changes that nobody reviewed, or could not look.`,
    meaning:
      'Somebody changed an object by hand, or something else did. It is over as soon as a later check succeeds, whether or not the failed Job is still there.',
    response: [
      `See what differs: \`kubectl -n ${namespace} logs job/<the last one of ${cronJob}>\`. Exit code 2 is drift, anything else that the check itself failed.`,
      'Find out who changed it, in the audit log of the API server.',
      'Apply what was rendered again: `kubectl apply -k <manifests>`; or propose the change where everybody can read it.',
    ],
    tests: [
      fires('the first check fails', '5m', { [created]: '60x20', [failure]: '_x2 1x20' }, firing),
      fires(
        'it fails after a success',
        '5m',
        { [created]: '120x20', [failure]: '_x3 1x20', [succeeded]: '60x20' },
        firing,
      ),
      silent('a check succeeds', '5m', { [created]: '60x20', [succeeded]: '_x2 120x20' }),
      silent('a later one succeeds, and the failed Job is still there', '9m', {
        [created]: '60x20',
        [failure]: '_x2 1x20',
        [succeeded]: '_x5 300x20',
      }),
      silent('another Job fails', '5m', {
        [`kube_job_created{namespace="${namespace}",job_name="backup-1"}`]: '60x20',
        [`kube_job_failed{namespace="${namespace}",job_name="backup-1",condition="true"}`]: '1x20',
      }),
      boundary('the Job is still running', '5m', { [created]: '60x20' }),
    ],
  };
}

function notChecked({ namespace, cronJob, every }: Drift): Alert {
  const series = `kube_cronjob_status_last_schedule_time{namespace="${namespace}",cronjob="${cronJob}"}`;
  const firing = { labels: { namespace, cronjob: cronJob } };
  const late = Math.ceil((2 * every) / 60);
  const after = (minutes: number) => formatDuration((late + minutes) * 60);
  return {
    name: 'DriftNotChecked',
    severity: 'warning',
    expr: `time() - max by (namespace, cronjob) (${series}) > ${2 * every}
or absent(${series})`,
    for: '15m',
    summary: 'Nobody looks for drift any more',
    description: `The CronJob ${cronJob} in namespace ${namespace} has not run for twice ${formatDuration(every)}, or is not there.`,
    meaning: 'Without the check, silence about drift means nothing.',
    response: [
      `See whether it is there and not suspended: \`kubectl -n ${namespace} get cronjob ${cronJob}\`.`,
      `Start one by hand: \`kubectl -n ${namespace} create job --from=cronjob/${cronJob} ${cronJob}-by-hand\`.`,
    ],
    tests: [
      fires('it has stopped', after(17), { [series]: `0x${late + 30}` }, firing),
      fires('it never was there', '16m', {}, firing),
      silent('it runs', after(17), { [series]: `0x${late - 1} ${every * 2}x60` }),
      boundary('exactly twice as long', after(0), { [series]: `0x${late + 30}` }),
      boundary('not yet a quarter of an hour', after(15), { [series]: `0x${late + 30}` }),
    ],
  };
}

/** Where no metric of the network plugin shows what is enforced, it can at least be seen that the policies are there. */
function defaultDeny({ cilium, defaultDenies }: MonitoredPlatform): AlertSet {
  const [first, ...others] = defaultDenies;
  if (cilium !== undefined || first === undefined) {
    return leaveOut(
      ['DefaultDenyMissing'],
      cilium === undefined
        ? 'no namespace has a default deny'
        : 'kube-state-metrics knows NetworkPolicies alone, not those of Cilium',
      'see DriftFound',
    );
  }
  const series = ({ namespace, name }: typeof first) =>
    `kube_networkpolicy_created{namespace="${namespace}",networkpolicy="${name}"}`;
  const rest = Object.fromEntries(others.map((one) => [series(one), '1x30']));
  const firing = { labels: { namespace: first.namespace, networkpolicy: first.name } };
  return {
    alerts: [
      {
        name: 'DefaultDenyMissing',
        severity: 'critical',
        expr: 'portcullis:default_deny:info unless on (namespace, networkpolicy) kube_networkpolicy_created',
        for: '5m',
        summary: 'A namespace is no longer denied by default',
        description:
          'The NetworkPolicy {{ $labels.networkpolicy }} is missing in namespace {{ $labels.namespace }}: what no other policy selects there may reach everything.',
        meaning:
          'The default deny is what makes everything else an exception. The alert also fires where kube-state-metrics is away.',
        response: [
          'Apply it again: `kubectl apply -k <manifests>`.',
          'Find out who deleted it, in the audit log of the API server.',
        ],
        tests: [
          fires('it was deleted', '11m', { [series(first)]: '1x4 stale', ...rest }, firing),
          silent('every one is there', '11m', { [series(first)]: '1x30', ...rest }),
          silent('applied again in time', '11m', { [series(first)]: '1x4 _x2 1x30', ...rest }),
          boundary('not yet five minutes', '9m', { [series(first)]: '1x4 stale', ...rest }),
        ],
      },
    ],
    leftOut: [],
  };
}
