/**
 * Annotation of an object: `<rule>: <reason>`, several of them in lines or behind `;`. It accepts what a rule finds about
 * this object. Reviewers see it in every diff of the manifest; admission in the cluster never reads it.
 */
export const SUPPRESS_ANNOTATION = 'portcullis.dev/suppress';

/** One entry of the annotation, as somebody wrote it: the rule may not exist, and the reason may be empty. */
export interface WrittenSuppression {
  readonly rule: string;
  readonly reason: string;
}

export function writtenSuppressions(text: string): readonly WrittenSuppression[] {
  return text
    .split(/[;\n]/)
    .map((part) => part.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const colon = entry.indexOf(':');
      if (colon < 0) return { rule: entry, reason: '' };
      return { rule: entry.slice(0, colon).trim(), reason: entry.slice(colon + 1).trim() };
    });
}
