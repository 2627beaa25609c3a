import type { Path, PolicyReader } from './policy-reader';

const NAME = /^[-\w]+(?:\.[-\w]+)*\.?$/;
const PATTERN = /^[-\w*]+(?:\.[-\w*]+)*\.?$/;
const LONGEST = 255;

/**
 * The name or pattern of an entry of `toFQDNs`, or of a DNS rule; undefined where it is refused.
 * @see FQDNSelector in pkg/policy/api/fqdn.go of Cilium 1.19
 */
export function dnsName(
  { matchName, matchPattern }: Readonly<Record<string, unknown>>,
  path: Path,
  reader: PolicyReader,
): string | undefined {
  const text = matchName ?? matchPattern;
  if (text === undefined || text === null || text === '') return reader.refuse(path, 'needs matchName or matchPattern');
  if (matchName === text && matchPattern !== undefined && matchPattern !== null) {
    return reader.refuse(path, 'has both matchName and matchPattern', 'write an entry for each');
  }
  if (typeof text !== 'string') return reader.text(text, path);
  if (text.length > LONGEST) return reader.refuse(path, `has ${text.length} characters, and ${LONGEST} are allowed`);
  if (text === matchName && !NAME.test(text) && PATTERN.test(text)) {
    return reader.refuse(path, `has a matchName with * in it, '${text}'`, 'call it matchPattern');
  }
  return PATTERN.test(text) ? text : reader.refuse(path, `holds '${text}', which is no DNS name`);
}
