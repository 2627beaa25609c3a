/** Minor versions of Cilium that the dialect knows. */
export type CiliumVersion = '1.18' | '1.19' | '1.20' | '1.21';

export const CILIUM_VERSIONS: readonly CiliumVersion[] = ['1.18', '1.19', '1.20', '1.21'];

/** True if `version` is `bound` or newer. */
export function isAtLeast(version: CiliumVersion, bound: CiliumVersion): boolean {
  return CILIUM_VERSIONS.indexOf(version) >= CILIUM_VERSIONS.indexOf(bound);
}
