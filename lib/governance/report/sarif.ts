import { createHash } from 'node:crypto';
import { isAbsolute, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Location, Log, ReportingDescriptor, Result } from 'sarif';
import type { Severity } from '../../finding';
import { allRules, type FindingsReport, fileOf, type ReportedFinding, textOf } from './report';

const LEVEL = { error: 'error', warning: 'warning', info: 'note' } as const satisfies Record<Severity, Result.level>;
const ROOT = '%SRCROOT%';

/**
 * SARIF 2.1.0, as GitHub code scanning and editors read it. Results have fingerprints that do not change when lines move.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarif(report: FindingsReport): string {
  const rules = allRules(report);
  const index = new Map(rules.map(({ id }, position) => [id, position]));
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'portcullis',
            semanticVersion: report.version,
            rules: rules.map(({ id, title }): ReportingDescriptor => ({ id, shortDescription: { text: title } })),
          },
        },
        automationDetails: { id: `portcullis/${report.command}/` },
        columnKind: 'unicodeCodePoints',
        results: results(report.findings, index),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

/** Findings that say the same of the same thing are told apart by how many came before. */
function results(findings: readonly ReportedFinding[], rules: ReadonlyMap<string, number>): Result[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const print = fingerprint(finding);
    const count = (seen.get(print) ?? 0) + 1;
    seen.set(print, count);
    return result(finding, rules.get(finding.rule) as number, count === 1 ? print : `${print}:${count}`);
  });
}

function result(finding: ReportedFinding, ruleIndex: number, print: string): Result {
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: LEVEL[finding.severity],
    message: { text: textOf(finding) },
    locations: [location(finding)],
    partialFingerprints: { 'portcullisFinding/v1': print },
  };
}

/** Where findings stand that are about a variable or a construct, which no file of the repository shows. */
const REPOSITORY = 'package.json';

/**
 * GitHub refuses a whole upload for one result without a file and a line.
 * @see https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support (location object)
 */
function location(finding: ReportedFinding): Location {
  const { file = REPOSITORY, line = 1, column } = fileOf(finding);
  const path = finding.construct ?? ('construct' in finding.where ? finding.where.construct : undefined);
  const region = { startLine: line, ...(column ? { startColumn: column } : {}) };
  return {
    physicalLocation: { artifactLocation: artifact(file), region },
    ...(path === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: path, kind: 'object' }] }),
  };
}

/** Files below the working directory are named from there, which is where CI checks the repository out. */
function artifact(file: string): { uri: string; uriBaseId?: string } {
  const path = isAbsolute(file) ? relative(process.cwd(), file) : file;
  if (path.startsWith('..') || isAbsolute(path)) return { uri: pathToFileURL(file).href };
  return { uri: path.split(sep).map(encodeURIComponent).join('/'), uriBaseId: ROOT };
}

/** Of what the finding is about: lines move, and what messages say of other lines moves with them. */
function fingerprint({ rule, message, object, construct, where }: ReportedFinding): string {
  const about = object ?? construct ?? ('construct' in where ? where.construct : where.file);
  const text = [rule, about, message.replaceAll(/:\d+/g, '')].join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
