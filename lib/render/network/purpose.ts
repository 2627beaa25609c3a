import type { RenderedPolicy } from './dialect';
import { oneLine } from './one-line';

/** Annotation that says what each ingress rule is for, in the order of the rules. */
export const INGRESS_ANNOTATION = 'portcullis.dev/ingress';
/** Annotation that says what each egress rule is for, in the order of the rules. */
export const EGRESS_ANNOTATION = 'portcullis.dev/egress';
/** Every annotation that a policy may get. */
export const PURPOSE_ANNOTATIONS: readonly string[] = Object.freeze([INGRESS_ANNOTATION, EGRESS_ANNOTATION]);

/** Lines of one annotation, and its bytes: the annotations of one object share 256 KiB, or it is refused. */
const MOST_LINES = 200;
const MOST_BYTES = 96 * 1024;

/** The purposes of a policy's rules as annotations, so that they survive in the cluster. */
export function purposeAnnotations(policy: RenderedPolicy): Readonly<Record<string, string>> {
  const annotations: Record<string, string> = {};
  if (policy.ingress.length > 0) annotations[INGRESS_ANNOTATION] = numbered(policy.ingress);
  if (policy.egress.length > 0) annotations[EGRESS_ANNOTATION] = numbered(policy.egress);
  return annotations;
}

function numberedLines(rules: readonly string[]): string {
  let text = '';
  for (let index = 0; index < rules.length; index++) text += `${index + 1}. ${rules[index]}\n`;
  return text;
}

function lineCount(text: string): number {
  let lines = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) lines++;
  return lines;
}

/** One line for each rule; a very long list is cut where EGRESS.md and the policy itself go on. */
function numbered(rules: readonly string[]): string {
  let length = 0;
  for (const rule of rules) length += rule.length;
  // As it nearly always is; a character takes three bytes at most, and a number with its dot and blanks less than ten.
  if (rules.length <= MOST_LINES && length * 3 + rules.length * 10 <= MOST_BYTES) {
    const text = numberedLines(rules);
    // Dialects of others need not see to it.
    return lineCount(text) === rules.length ? text : numberedLines(rules.map(oneLine));
  }
  const lines: string[] = [];
  let bytes = 0;
  for (const rule of rules.slice(0, MOST_LINES)) {
    const line = `${lines.length + 1}. ${oneLine(rule)}`;
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > MOST_BYTES) break;
    lines.push(line);
  }
  if (lines.length < rules.length) lines.push(`and ${rules.length - lines.length} more, see EGRESS.md`);
  return `${lines.join('\n')}\n`;
}
