/** Why an edge of the egress policy is allowed, in that document's words. */
export const PURPOSE = {
  agentToControlPlane: 'Heartbeat, work-item API',
  executionPlaneToControlPlane: 'API callbacks, evidence',
  vault: 'Credential retrieval',
  temporal: 'Workflow orchestration',
  telemetry: 'Telemetry export',
  /** The enforcement guide names the ports without a reason of their own. */
  controlPlane: 'Control plane',
  spire: 'SPIRE server',
} as const;
