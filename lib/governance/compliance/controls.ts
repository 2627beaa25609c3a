/** A control of a framework, and the items that speak for it. */
export interface Control {
  readonly framework: 'SOC 2' | 'ISO 27001' | 'NIST CSF';
  /** What seed 003 asks for, in its words. */
  readonly requirement: string;
  /** Where the framework has it. */
  readonly reference: string;
  /** Ids of items. */
  readonly items: readonly string[];
}

/**
 * The requirements of seed 003 ("Compliance Requirements"), the controls that they stand for, and what of the checklist
 * speaks for each. The choice of controls is ours: an auditor may see it otherwise.
 * @see AICPA Trust Services Criteria 2017 (revised 2022), ISO/IEC 27001:2022 annex A, NIST CSF 2.0
 */
export const CONTROLS: readonly Control[] = [
  {
    framework: 'SOC 2',
    requirement: 'Access controls',
    reference: 'CC6.1, CC6.6',
    items: ['egress-denied', 'control-plane-only', 'svids', 'tools'],
  },
  {
    framework: 'SOC 2',
    requirement: 'Change management',
    reference: 'CC8.1',
    items: ['change-record', 'inventory', 'workflows'],
  },
  { framework: 'SOC 2', requirement: 'Monitoring', reference: 'CC7.2', items: ['alerts', 'no-direct-calls'] },
  {
    framework: 'ISO 27001',
    requirement: 'Information security policies',
    reference: 'A.5.1, A.8.20, A.8.22',
    items: ['egress-denied', 'control-plane-only', 'tools', 'inventory'],
  },
  {
    framework: 'ISO 27001',
    requirement: 'Incident management',
    reference: 'A.5.24, A.5.26',
    items: ['alerts', 'roll-back'],
  },
  { framework: 'NIST CSF', requirement: 'Identify', reference: 'ID.AM-03', items: ['inventory'] },
  {
    framework: 'NIST CSF',
    requirement: 'Protect',
    reference: 'PR.AA-03, PR.AA-05, PR.IR-01',
    items: ['egress-denied', 'control-plane-only', 'svids', 'tools'],
  },
  { framework: 'NIST CSF', requirement: 'Detect', reference: 'DE.CM-01', items: ['alerts', 'no-direct-calls'] },
  { framework: 'NIST CSF', requirement: 'Respond', reference: 'RS.MI-01', items: ['egress-denied', 'roll-back'] },
  { framework: 'NIST CSF', requirement: 'Recover', reference: 'RC.RP-01', items: ['roll-back', 'workflows'] },
];
