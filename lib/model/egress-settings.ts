/** What guards inside processes, and the runs of CI that verify them, are told about egress. */
export interface EgressSettings {
  /** Whether guards stop what the list does not name. */
  readonly enforce: boolean;
  /** What is logged: 0 nothing but errors, 1 what matters, 2 everything. */
  readonly log: EgressLogLevel;
  readonly logFormat: 'text' | 'json';
  /** Whether counts go to OpenTelemetry. */
  readonly openTelemetry: boolean;
  /** Whether counts go to Prometheus. */
  readonly prometheus: boolean;
  /** Whether a blocked event fails CI. */
  readonly failOnBlocked: boolean;
  /** Whether CI lets `enforce: false` pass. */
  readonly allowDisable: boolean;
  /** Whether CI fails where list and lock differ. */
  readonly failOnDrift: boolean;
}

export type EgressLogLevel = 0 | 1 | 2;
export type EgressSetting = keyof EgressSettings;

/** Seed 003's values of what nobody says. */
export const DEFAULT_EGRESS_SETTINGS: EgressSettings = Object.freeze({
  enforce: true,
  log: 1,
  logFormat: 'text',
  openTelemetry: false,
  prometheus: false,
  failOnBlocked: false,
  allowDisable: false,
  failOnDrift: false,
});

/** The list of hosts has a variable as well; it is not one of the settings, since edges say what is allowed. */
export const ALLOWLIST_VARIABLE = 'EGRESS_ALLOWLIST';

/** The variable of each setting, as seed 003 names them. */
export const EGRESS_VARIABLES: Readonly<Record<EgressSetting, string>> = Object.freeze({
  enforce: 'EGRESS_ENFORCE',
  log: 'EGRESS_LOG',
  logFormat: 'EGRESS_LOG_FORMAT',
  openTelemetry: 'EGRESS_OTEL_ENABLE',
  prometheus: 'EGRESS_PROM_ENABLE',
  failOnBlocked: 'EGRESS_CI_FAIL_ON_BLOCKED',
  allowDisable: 'EGRESS_CI_ALLOW_DISABLE',
  failOnDrift: 'EGRESS_CI_FAIL_ON_DRIFT',
});

/** A setting as the text of its variable: `1`, `json`. */
export function variableText(value: EgressSettings[EgressSetting]): string {
  return typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
}

/** Whether one value lets through, hides or forgives what another one does not. */
export function isLooser<Setting extends EgressSetting>(
  setting: Setting,
  value: EgressSettings[Setting],
  than: EgressSettings[Setting],
): boolean {
  if (setting === 'logFormat') return false;
  const looser = Number(value) < Number(than);
  return setting === 'allowDisable' ? Number(value) > Number(than) : looser;
}
