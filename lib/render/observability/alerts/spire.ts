import type { Alert } from '../alert';
import { formatDuration } from '../duration';
import { grown } from '../grown';
import type { MonitoredIdentity } from '../monitored';
import { type AlertFamily, BORN_AT_5, boundary, fires, leaveOut, silent } from './alert-set';

/** Whether identities live on: SVIDs are renewed at half of their lifetime, as long as SPIRE works. */
export const spire: AlertFamily = ({ identity }) => {
  if (identity === undefined) {
    return leaveOut(
      ['SvidNearExpiry', 'SvidRenewalFailing', 'SpireAuthorityNearExpiry'],
      'the platform has no identities',
      'declare identity',
    );
  }
  return { alerts: [nearExpiry(identity), RENEWAL_FAILING, authority(identity)], leftOut: [] };
};

const SIGNED = 'spire_server_server_ca_sign_x509_svid';

/**
 * Nobody exports when an SVID expires. But each is renewed at half of its lifetime: if none was signed for three
 * quarters of it, all that are in use are in their last quarter.
 */
function nearExpiry({ x509SvidTtl }: MonitoredIdentity): Alert {
  const quiet = Math.floor((x509SvidTtl * 3) / 4);
  const range = formatDuration(quiet);
  const minutes = Math.ceil(quiet / 60);
  const after = (of: number) => formatDuration((minutes + of) * 60);
  const series = `${SIGNED}{instance="10.0.0.2:9988"}`;
  return {
    name: 'SvidNearExpiry',
    severity: 'critical',
    expr: `(
  sum (
    ${grown(SIGNED, range)}
  ) or vector(0)
) == 0`,
    for: '2m',
    summary: 'SVIDs are about to expire',
    description: `The SPIRE server has signed no SVID for ${range}. They live for ${formatDuration(x509SvidTtl)} and are renewed at half of it, so that all of them expire soon.`,
    meaning:
      'With the SVIDs go the connections of all agents to the control plane. The alert also fires where the server does not show its metrics.',
    response: [
      'See the server: `kubectl -n spire-system get pods`, `kubectl -n spire-system logs statefulset/spire-server -c spire-server --since=1h | grep -i error`.',
      'See the agents: `kubectl -n spire-system logs ds/spire-agent --since=1h | grep -i "renew"`.',
      'If they cannot be brought back in time, `stage: { mtls: observe }` in the environment file lets agents fall back to plain TLS.',
    ],
    tests: [
      fires('the server signs no more', after(8), { [series]: `0+1x3 3x${minutes + 30}` }, { labels: {} }),
      fires('the server is gone', after(8), { [series]: `0+1x3 stale` }, { labels: {} }),
      silent('SVIDs are renewed', after(8), { [series]: `0+1x${minutes + 30}` }),
      silent('a server that has just started', after(8), { [series]: `_x${minutes} 1x30` }),
      boundary('just before', after(2), { [series]: `0+1x3 3x${minutes + 30}` }),
    ],
  };
}

const fetched = (status: string) =>
  `spire_agent_manager_sync_fetch_svids_updates{instance="10.0.0.1:9988",status="${status}"}`;
const AGENT = { labels: { instance: '10.0.0.1:9988' } };

const RENEWAL_FAILING: Alert = {
  name: 'SvidRenewalFailing',
  severity: 'warning',
  expr: `sum by (instance) (
  ${grown('spire_agent_manager_sync_fetch_svids_updates{status!="OK"}', '10m')}
)
unless on (instance) sum by (instance) (
  ${grown('spire_agent_manager_sync_fetch_svids_updates{status="OK"}', '10m')}
)`,
  for: '5m',
  summary: 'A SPIRE agent cannot renew SVIDs',
  description:
    'The SPIRE agent {{ $labels.instance }} asked for new SVIDs and got none in the last 10 minutes. The pods of its node lose their identity when the old ones expire.',
  meaning:
    'One node is concerned; if all are, SvidNearExpiry fires. A single failure between successes is not reported.',
  response: [
    'See why: `kubectl -n spire-system logs <agent> --since=15m | grep -i error`. `PermissionDenied` means that the agent was evicted or banned, `Unavailable` that it does not reach the server.',
    'See that the node may reach the server: `portcullis explain` for the port 8081 of the server.',
    'Restart the agent: it attests again.',
  ],
  tests: [
    fires('nothing but failures', '12m', { [fetched('Unavailable')]: '0+1x30' }, AGENT),
    fires('the first failure of an agent', '11m', { [fetched('PermissionDenied')]: BORN_AT_5 }, AGENT),
    silent('renewals succeed', '12m', { [fetched('OK')]: '0+1x30' }),
    silent('a failure between successes', '12m', { [fetched('OK')]: '0+1x30', [fetched('Unavailable')]: '0x4 1x30' }),
    boundary('not yet five minutes', '9m', { [fetched('PermissionDenied')]: BORN_AT_5 }),
    boundary('it recovers', '12m', { [fetched('Unavailable')]: '0+1x6 6x30', [fetched('OK')]: '0x9 1x30' }),
  ],
};

function authority({ x509SvidTtl }: MonitoredIdentity): Alert {
  const ttl = formatDuration(x509SvidTtl);
  const labels = { instance: '10.0.0.2:9988', trust_domain_id: 'example.org' };
  const series = `spire_server_manager_x509_ca_rotate_expiration{instance="10.0.0.2:9988",trust_domain_id="example.org"}`;
  // Tests begin at second 0 of 1970.
  const expires = x509SvidTtl + 600;
  const minutes = Math.ceil(expires / 60);
  return {
    name: 'SpireAuthorityNearExpiry',
    severity: 'critical',
    expr: `min by (instance, trust_domain_id) (spire_server_manager_x509_ca_rotate_expiration) - time() < ${x509SvidTtl}`,
    for: '2m',
    summary: 'The signing authority of SPIRE is about to expire',
    description: `The X.509 authority of the SPIRE server {{ $labels.instance }} (trust domain {{ $labels.trust_domain_id }}) expires in {{ $value | humanizeDuration }}; SVIDs that live for ${ttl} can no longer be signed in full.`,
    meaning:
      'The server prepares the next authority at half of the lifetime of the one in use and turns to it at five sixths. If it is still on the old one when less than the lifetime of an SVID is left, it could not.',
    response: [
      'See why: `kubectl -n spire-system logs statefulset/spire-server -c spire-server --since=24h | grep -i "x509 ca"`. Mostly the upstream authority or the disk of the key manager.',
      'Rotate by hand once that is repaired: `spire-server localauthority x509 prepare`, then `activate`.',
    ],
    tests: [
      fires(
        'not rotated',
        '13m',
        { [series]: `${expires}x${minutes}` },
        { labels, value: remaining(expires - 13 * 60) },
      ),
      silent('rotated in time', '13m', { [series]: `${expires}x5 ${expires + 86_400}x${minutes}` }),
      boundary('just as long as an SVID', '10m', { [series]: `${expires}x${minutes}` }),
      boundary('not yet two minutes', '12m', { [series]: `${expires}x${minutes}` }),
    ],
  };
}

/** As the template function humanizeDuration prints whole seconds. */
function remaining(seconds: number): string {
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24];
  const [minutes, rest] = [Math.floor(seconds / 60) % 60, seconds % 60];
  if (days > 0) return `${days}d ${hours}h ${minutes}m ${rest}s`;
  return hours > 0 ? `${hours}h ${minutes}m ${rest}s` : `${minutes}m ${rest}s`;
}
