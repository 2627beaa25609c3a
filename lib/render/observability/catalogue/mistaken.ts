/**
 * Names that documents use for metrics that nobody exports, and what to write for them.
 * @see seed 000, alert definitions and dashboard panels; the exporters' sources in the other files of this folder
 */
export const MISTAKEN: Readonly<Record<string, string>> = {
  cilium_drops_total:
    'use hubble_drop_total with labelsContext, or cilium_drop_count_total with direction="EGRESS", which knows no namespace',
  envoy_ssl_connection_error_total:
    'use envoy_listener_ssl_connection_error together with the counters envoy_listener_ssl_fail_verify_…, which it leaves out',
  envoy_ssl_connection_success: 'use envoy_listener_ssl_handshake',
  spire_svid_rotations_total:
    'use spire_server_server_ca_sign_x509_svid for workloads, spire_agent_agent_svid_rotate for the agents themselves',
};
