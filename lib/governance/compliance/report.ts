import { statSync } from 'node:fs';
import type { Manifests } from '../../analysis/load/manifests';
import { withRendering } from '../../program/rendering';
import type { CallLog } from '../rollout/call-log';
import type { Subject } from '../subject';
import { type Compliance, compliance } from './compliance';
import { complianceJson } from './compliance-json';
import { complianceMarkdown } from './compliance-markdown';

/** A report and what it is about. */
export interface ComplianceReport extends Compliance {
  readonly title: string;
}

export const COMPLIANCE_FORMATS = ['markdown', 'json'] as const;
export type ComplianceFormat = (typeof COMPLIANCE_FORMATS)[number];

export function complianceAs(format: ComplianceFormat, report: ComplianceReport): string {
  const { title } = report;
  return format === 'json' ? complianceJson(report, title) : complianceMarkdown(report, title);
}

/**
 * The report on what a program would render for an environment.
 * @throws FindingsError if it cannot be rendered
 */
export function reportOnProgram({ environment, program }: Subject, log?: CallLog): ComplianceReport {
  const title = `${environment.name}/${program.name}`;
  return withRendering(program, environment, ({ manifests, folder }) => {
    return { title, ...compliance(manifests, { folder, title, ...(log === undefined ? {} : { log }) }) };
  });
}

/** The report on manifests that were read from paths. */
export function reportOnManifests(manifests: Manifests, paths: readonly string[], log?: CallLog): ComplianceReport {
  const [path] = paths;
  const isFolder = paths.length === 1 && path !== undefined && statSync(path, { throwIfNoEntry: false })?.isDirectory();
  const folder = isFolder ? { folder: path.replace(/(?<=.)\/+$/, '') } : {};
  return { title: paths.join(', '), ...compliance(manifests, { ...folder, ...(log === undefined ? {} : { log }) }) };
}
