import type { Metric } from '../metric';

const shared = {
  type: 'counter',
  exporter: 'envoy',
  labels: ['envoy_listener_address'],
  enabledBy: 'scraping /stats/prometheus of the Envoy in front of the control plane',
  since: 'Envoy 1.12',
  source: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/listeners/stats#tls-statistics',
  // Envoy creates a listener's statistics with the listener.
  born: 'start',
} as const;

/** How a handshake can fail, by the name that the alert gives it. */
export const HANDSHAKE_FAILURES = {
  protocol: 'envoy_listener_ssl_connection_error',
  'no certificate': 'envoy_listener_ssl_fail_verify_no_cert',
  'untrusted certificate': 'envoy_listener_ssl_fail_verify_error',
  'wrong identity': 'envoy_listener_ssl_fail_verify_san',
  'certificate not pinned': 'envoy_listener_ssl_fail_verify_cert_hash',
} as const;

/** Metrics of the Envoy that terminates mutual TLS for the control plane. */
export const ENVOY: readonly Metric[] = [
  { ...shared, name: 'envoy_listener_ssl_handshake', help: 'handshakes that succeeded' },
  {
    ...shared,
    name: HANDSHAKE_FAILURES.protocol,
    help: 'handshakes that failed for another reason than verification',
  },
  {
    ...shared,
    name: HANDSHAKE_FAILURES['no certificate'],
    help: 'handshakes that failed for want of a client certificate',
  },
  {
    ...shared,
    name: HANDSHAKE_FAILURES['untrusted certificate'],
    help: 'handshakes whose certificate no trusted authority signed',
  },
  {
    ...shared,
    name: HANDSHAKE_FAILURES['wrong identity'],
    help: 'handshakes whose certificate names nobody who may come in',
  },
  {
    ...shared,
    name: HANDSHAKE_FAILURES['certificate not pinned'],
    help: 'handshakes whose certificate is not the pinned one',
  },
];
