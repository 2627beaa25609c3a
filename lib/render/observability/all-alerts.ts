import type { Alert, LeftOutAlert } from './alert';
import { absentMetrics } from './alerts/absent-metrics';
import type { AlertFamily, AlertSet } from './alerts/alert-set';
import { cilium } from './alerts/cilium';
import { directSorCall } from './alerts/direct-sor-call';
import { drift } from './alerts/drift';
import { egress } from './alerts/egress';
import { handshake } from './alerts/handshake';
import { securityTools } from './alerts/security-tools';
import { spire } from './alerts/spire';
import { toolAllowlistDenial } from './alerts/tool-allowlist-denial';
import type { MonitoredPlatform } from './monitored';

/** In the order of the runbook: the four of seed 000 first. */
const FAMILIES: readonly AlertFamily[] = [
  directSorCall,
  egress,
  handshake,
  toolAllowlistDenial,
  cilium,
  spire,
  securityTools,
  drift,
];

/** The alerts of a platform, and those that it cannot have. */
export function alertsOf(platform: MonitoredPlatform): {
  readonly alerts: readonly Alert[];
  readonly leftOut: readonly LeftOutAlert[];
} {
  const sets: readonly AlertSet[] = FAMILIES.map((family) => family(platform));
  const alerts = sets.flatMap((set) => set.alerts);
  return {
    alerts: [...alerts, ...absentMetrics(platform, alerts)],
    leftOut: sets.flatMap(({ leftOut }) => leftOut),
  };
}
