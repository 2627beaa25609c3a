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
        results: report.findings.map((finding) => result(finding, index.get(finding.rule) as number)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function result(finding: ReportedFinding, ruleIndex: number): Result {
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: LEVEL[finding.severity],
    message: { text: textOf(finding) },
    locations: [location(finding)],
    partialFingerprints: { 'portcullisFinding/v1': fingerprint(finding) },
  };
}

function location(finding: ReportedFinding): Location {
  const { file, line, column } = fileOf(finding);
  const path = finding.construct ?? ('construct' in finding.where ? finding.where.construct : undefined);
  const region = line === undefined ? {} : { region: { startLine: line, ...(column ? { startColumn: column } : {}) } };
  return {
    ...(file === undefined ? {} : { physicalLocation: { artifactLocation: artifact(file), ...region } }),
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
