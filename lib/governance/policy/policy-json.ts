import type { Finding } from '../../finding';
import type { FlowReport } from '../flow-report/flow-report';
import { recordedJson } from '../flow-report/flow-report-json';
import type { PolicyJson } from './policy-schema';
import type { EgressPolicy } from './settle';
import type { Verification } from './verify';

/** A policy, and what was found out about it. */
export interface PolicyReport {
  readonly policy: EgressPolicy;
  readonly findings: readonly Finding[];
  /** Absent where nobody asked for it. */
  readonly verification?: Verification & { readonly lock: string };
  readonly flows?: FlowReport;
}

/** For machines; see policy-schema.ts. */
export function policyJson({ policy, findings, verification, flows }: PolicyReport): string {
  const { settings, allowlist, sources, waiver } = policy;
  const { enforce, ...others } = settings;
  const data: PolicyJson = {
    schemaVersion: 1,
    enforce,
    allowlist,
    ...others,
    sources: sources as PolicyJson['sources'],
    ...(waiver === undefined ? {} : { waiver }),
    ...(verification === undefined
      ? {}
      : { rules: verification.rules, drift: { file: verification.lock, ...verification.drift } }),
    ...(flows === undefined ? {} : recordedJson(flows)),
    findings,
  };
  return `${JSON.stringify(data, undefined, 2)}\n`;
}
