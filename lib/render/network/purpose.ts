import type { RenderedPolicy } from './dialect';

/** Annotation that says what each ingress rule is for, in the order of the rules. */
export const INGRESS_ANNOTATION = 'portcullis.dev/ingress';
/** Annotation that says what each egress rule is for, in the order of the rules. */
export const EGRESS_ANNOTATION = 'portcullis.dev/egress';

/** Annotations of one object share 256 KiB, so a very long list is cut where EGRESS.md goes on. */
const MOST_LINES = 200;

/** The purposes of a policy's rules as annotations, so that they survive in the cluster. */
export function purposeAnnotations(policy: RenderedPolicy): Readonly<Record<string, string>> {
  return {
    ...(policy.ingress.length > 0 ? { [INGRESS_ANNOTATION]: numbered(policy.ingress) } : {}),
    ...(policy.egress.length > 0 ? { [EGRESS_ANNOTATION]: numbered(policy.egress) } : {}),
  };
}

function numbered(lines: readonly string[]): string {
  const shown = lines.slice(0, MOST_LINES).map((line, index) => `${index + 1}. ${line}`);
  if (lines.length > MOST_LINES) shown.push(`and ${lines.length - MOST_LINES} more, see EGRESS.md`);
  return `${shown.join('\n')}\n`;
}
