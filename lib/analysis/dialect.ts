import { InvalidValueError } from '../finding';
import type { Manifests } from './load/manifests';

/** What enforces the policies: any plugin that follows the Kubernetes specification, or a minor version of Cilium. */
export type AnalysisDialect =
  | { readonly kind: 'kubernetes' }
  | { readonly kind: 'cilium'; readonly version: CiliumVersion };

/** Minor versions whose behaviour is known here. */
export type CiliumVersion = (typeof VERSIONS)[number];

const VERSIONS = ['1.18', '1.19', '1.20', '1.21'] as const;
const DEFAULT_VERSION = '1.19';

/**
 * `kubernetes`, `cilium` (1.19) or a version of it such as `cilium-1.20`.
 * @throws InvalidValueError for anything else
 */
export function parseDialect(text: string): AnalysisDialect {
  if (text === 'kubernetes') return { kind: 'kubernetes' };
  const [, given = DEFAULT_VERSION] = /^cilium(?:[- ](.+))?$/.exec(text) ?? [undefined, ''];
  const version = VERSIONS.find((known) => known === given);
  if (version !== undefined) return { kind: 'cilium', version };
  throw new InvalidValueError({
    message: `'${text}' is no dialect`,
    fix: `use kubernetes or ${VERSIONS.map((known) => `cilium-${known}`).join(', ')}`,
  });
}

/** `kubernetes` or `cilium 1.19`. */
export function formatDialect(dialect: AnalysisDialect): string {
  return dialect.kind === 'kubernetes' ? 'kubernetes' : `cilium ${dialect.version}`;
}

/** As the manifests say; else Cilium if there is a policy of Cilium. */
export function dialectFor(manifests: Manifests): AnalysisDialect {
  if (manifests.dialect !== undefined) return parseDialect(manifests.dialect);
  const hasCilium = manifests.policies.some(({ object }) => object.apiVersion.startsWith('cilium.io/'));
  return hasCilium ? { kind: 'cilium', version: DEFAULT_VERSION } : { kind: 'kubernetes' };
}
