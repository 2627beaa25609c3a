import { policyVersion } from '../model/policy-version';
import type { ManifestContent, ManifestField } from './manifest-object';
import { emitPlain } from './yaml';

/** What is rendered late, as YAML. */
export class ContentText {
  private digest: string | undefined;

  /** @param text lines from the first field on, each with its line break; empty if there are none */
  constructor(readonly text: string) {}

  /** Digest of the text. */
  get version(): string {
    this.digest ??= policyVersion(this.text);
    return this.digest;
  }
}

/** Contents that many objects have, with their fields and their text as soon as it is known. */
const shared = new WeakMap<ManifestContent, { written?: ContentText; fields?: readonly ManifestField[] }>();

/** Freezes a content that many objects have, so that it has to be written in YAML only once. */
export function shareContent<Content extends ManifestContent>(content: Content): Content {
  freeze(content);
  shared.set(content, {});
  return content;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const field of Object.values(value)) freeze(field);
  Object.freeze(value);
}

/** The fields of a content as YAML; undefined if anything in them means something to cdk8s that only cdk8s can say. */
export function contentText(content: ManifestContent, fields: readonly ManifestField[]): ContentText | undefined {
  const known = shared.get(content);
  if (known?.fields === fields) return known.written;
  const text = emitPlain(fieldsOf(content, fields));
  const written = text === undefined ? undefined : new ContentText(text);
  if (known !== undefined) Object.assign(known, { written, fields });
  return written;
}

/** A part of a content, in the order of the fields. */
export function fieldsOf(content: ManifestContent, fields: readonly ManifestField[]): Record<string, unknown> {
  const part: Record<string, unknown> = {};
  for (const field of fields) if (content[field] !== undefined) part[field] = content[field];
  return part;
}
