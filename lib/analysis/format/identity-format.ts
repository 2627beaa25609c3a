import type { Paint } from './finding-text';
import { identityJson } from './identity-json';
import type { IdentityReport } from './identity-report';
import { identityText } from './identity-text';

/** One writer for each format; another format is one more line here. */
const WRITERS = {
  text: (report: IdentityReport, paint?: Paint) => identityText(report, paint),
  json: (report: IdentityReport) => [identityJson(report)],
} satisfies Readonly<Record<string, (report: IdentityReport, paint?: Paint) => Iterable<string>>>;

/** How a verification of identities can be written. */
export type IdentityFormat = keyof typeof WRITERS;

export const IDENTITY_FORMATS = Object.keys(WRITERS) as readonly IdentityFormat[];

/** @param paint for formats that people read on a terminal */
export function identityAs(format: IdentityFormat, report: IdentityReport, paint?: Paint): Iterable<string> {
  return WRITERS[format](report, paint);
}
