import { type Finding, FindingsError } from '../../../finding';

/** What is wrong with the way to a cluster, so that nothing can be compared. */
export function clusterError(rule: string, where: string, message: string, fix: string): FindingsError {
  const finding: Finding = { rule, severity: 'error', where: { construct: where }, message, fix };
  return new FindingsError([finding]);
}

const TLS = /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|EPROTO$|HOSTNAME_MISMATCH)/;

/** Why nobody answered, in words. */
export function unreachable(server: string, error: unknown, timeout: number): FindingsError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const text = error instanceof Error ? error.message || code : String(error);
  const [message, fix] = reason(code, text, timeout);
  return clusterError('cluster-unreachable', server, message, fix);
}

function reason(code: string, text: string, timeout: number): readonly [message: string, fix: string] {
  if (code === 'ECONNREFUSED')
    return ['nobody listens there', 'see whether the cluster runs, and where: kubectl cluster-info'];
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return ['the name of the server cannot be resolved', 'check `server` in the kubeconfig, DNS and the VPN'];
  }
  if (code === 'ETIMEDOUT' || code === 'ABORT_ERR') {
    return [
      `there was no answer within ${timeout} s`,
      'check the network, the VPN and firewalls, or give it longer: --timeout',
    ];
  }
  if (TLS.test(code)) {
    return [
      `the server cannot prove who it is: ${text}`,
      'check `server` and `certificate-authority` in the kubeconfig; do not switch the check off',
    ];
  }
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'HPE_INVALID_CONSTANT') {
    return [
      `the connection broke: ${text}`,
      'check that `server` in the kubeconfig is an API server, with https where it has TLS',
    ];
  }
  return [`it cannot be asked: ${text}`, 'check `server` in the kubeconfig'];
}
