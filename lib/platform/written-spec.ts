import type { Platform } from './platform';
/**
 * The spec of a policy as somebody wrote it, rendered to the letter instead of what the edges say: for comparing a
 * document with what a program makes of it.
 */
export type WrittenSpec = Readonly<Record<string, unknown>>;

/**
 * Where a policy carries its version. One that is rendered as somebody wrote it is compared object for object, where a
 * further label would be a difference.
 */
export function versionPlace(platform: Platform, written: WrittenSpec | undefined): 'annotation' | 'label' {
  return written === undefined && platform.deniesByDefault ? 'label' : 'annotation';
}
