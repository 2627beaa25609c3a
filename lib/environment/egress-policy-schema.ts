import * as v from 'valibot';
import { described } from './check';

const isOn = (description: string) => v.optional(described(v.boolean(), description));

/** What seed 003's variables say, where nobody sets them. */
export const egressPolicySchema = v.strictObject({
  enforce: isOn('Whether guards stop what the list does not name (EGRESS_ENFORCE). Default: true'),
  log: v.optional(
    described(v.picklist([0, 1, 2]), '0 logs errors alone, 1 what matters, 2 everything (EGRESS_LOG). Default: 1'),
  ),
  logFormat: v.optional(described(v.picklist(['text', 'json']), 'EGRESS_LOG_FORMAT. Default: text')),
  openTelemetry: isOn('Whether counts go to OpenTelemetry (EGRESS_OTEL_ENABLE). Default: false'),
  prometheus: isOn('Whether counts go to Prometheus (EGRESS_PROM_ENABLE). Default: false'),
  failOnBlocked: isOn('Whether a blocked event fails CI (EGRESS_CI_FAIL_ON_BLOCKED). Default: false'),
  allowDisable: isOn('Whether CI lets enforce: false pass (EGRESS_CI_ALLOW_DISABLE). Default: false'),
  failOnDrift: isOn('Whether CI fails where list and lock differ (EGRESS_CI_FAIL_ON_DRIFT). Default: false'),
});
