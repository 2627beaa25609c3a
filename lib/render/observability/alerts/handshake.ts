import { HANDSHAKE_FAILURES } from '../catalogue/envoy';
import { grown, labelled } from '../grown';
import { type AlertFamily, boundary, cannotSee, fires, leaveOut, silent } from './alert-set';

const ADDRESS = '0.0.0.0_443';
/** Envoy's counters begin at 0; so growth is the same to every version of Prometheus, which differ in extrapolation. */
const FAILED_AT_10 = '0x9 1x20';

/**
 * Mutual TLS that fails, in the words of seed 000. Its metric nobody exports, and the one that it meant leaves out just
 * the handshakes that fail for a certificate.
 */
export const handshake: AlertFamily = ({ identity, controlPlaneNamespace: namespace }) => {
  if (identity === undefined) {
    return leaveOut(['MtlsHandshakeFailure'], 'the platform has no identities', 'declare identity');
  }
  if (!identity.envoy) {
    return cannotSee(
      ['MtlsHandshakeFailure'],
      'no Envoy terminates mutual TLS, and Portarium itself does not count handshakes',
      'put Envoy in front of the control plane, and remove observability.envoy: false',
    );
  }
  const series = (metric: string) => `${metric}{namespace="${namespace}",envoy_listener_address="${ADDRESS}"}`;
  const firing = (failure: string) => ({
    labels: { namespace, envoy_listener_address: ADDRESS, failure },
    value: '1',
  });
  const growths = Object.entries(HANDSHAKE_FAILURES).map(([failure, metric]) => [
    failure,
    grown(`${metric}{namespace="${namespace}"}`, '5m'),
  ]);
  const noCertificate = series(HANDSHAKE_FAILURES['no certificate']);
  return {
    alerts: [
      {
        name: 'MtlsHandshakeFailure',
        severity: 'warning',
        expr: `sum by (namespace, envoy_listener_address, failure) (
  ${labelled('failure', Object.fromEntries(growths))}
)`,
        for: '2m',
        summary: 'mTLS handshake failure detected',
        description:
          '{{ $value | humanize }} handshakes with the control plane on {{ $labels.envoy_listener_address }} failed in the last 5 minutes: {{ $labels.failure }}.',
        meaning:
          'Somebody who may reach the control plane could not prove to be an agent: a workload without identity, an SVID that has expired, or somebody else.',
        response: [
          '`no certificate`: the caller has no identity. See its service account and that the socket of SPIRE is mounted.',
          '`untrusted certificate`: see SvidNearExpiry and SpireAuthorityNearExpiry, and that both ends have the same trust domain.',
          '`wrong identity`: the caller is not among allowedSpiffeIds of the control plane. If it should be, its workspace is missing from the environment; if not, find the pod in the log of Envoy.',
          '`protocol`: mostly a client that speaks plain HTTP or an old TLS.',
        ],
        tests: [
          fires('a caller without certificate', '12m', { [noCertificate]: FAILED_AT_10 }, firing('no certificate')),
          fires(
            'an expired certificate and a stranger',
            '12m',
            {
              [series(HANDSHAKE_FAILURES['untrusted certificate'])]: FAILED_AT_10,
              [series(HANDSHAKE_FAILURES['wrong identity'])]: FAILED_AT_10,
            },
            firing('untrusted certificate'),
            firing('wrong identity'),
          ),
          fires('an Envoy that starts with a failure', '7m', { [noCertificate]: '_x5 1x20' }, firing('no certificate')),
          silent('handshakes that succeed', '10m', { [series('envoy_listener_ssl_handshake')]: '0+9x20' }),
          silent('another Envoy', '12m', {
            [`${HANDSHAKE_FAILURES['no certificate']}{namespace="elsewhere",envoy_listener_address="${ADDRESS}"}`]:
              FAILED_AT_10,
          }),
          boundary('not yet two minutes', '11m', { [noCertificate]: FAILED_AT_10 }),
          boundary('over, five minutes after the failure', '15m', { [noCertificate]: FAILED_AT_10 }),
        ],
      },
    ],
    leftOut: [],
  };
};
