import { prerelease, valid } from 'semver';

/** Marks a version as one before its release. Whatever else stands behind a version is a name that builders gave it. */
const UNRELEASED = /^(alpha|beta|dev|pre|rc)/i;

const VERSION = /(?<![\d.])(\d+\.\d+\.\d+)(-[0-9A-Za-z.-]+)?/;

/**
 * The version in what a tool prints: the first text of the form `1.2.3`, as a semantic version. Clouds put their own
 * names behind it (`v1.32.4-eks-5d632ec`, `v1.32.4-dispatcher`); to semver that would be older than 1.32.4, so that it
 * is left out unless it says `alpha`, `beta`, `rc` or the like.
 * @returns undefined if it holds no version
 */
export function versionIn(text: string): string | undefined {
  const [whole, numbers] = VERSION.exec(text) ?? [];
  if (whole === undefined || numbers === undefined) return undefined;
  const unreleased = UNRELEASED.test(String(prerelease(whole)?.[0] ?? ''));
  return valid(unreleased ? whole : numbers) ?? undefined;
}
