import type { Labels } from '../../model/label';
import { memo } from '../../model/memo';

/** Levels of the Pod Security Standards, from strict to none. */
export type PodSecurityLevel = 'restricted' | 'baseline' | 'privileged';

export const POD_SECURITY_PREFIX = 'pod-security.kubernetes.io/';

/**
 * Labels by which the API server itself refuses pods that ask for more than a level. Audit and warnings stay at
 * `restricted`, so that an exempted namespace shows what it is exempted from.
 * @param kubernetes minor version whose rules count, such as `1.33`; the rules of the cluster's own version by default
 * @see https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
export function podSecurityLabels(level: PodSecurityLevel, kubernetes?: string): Labels {
  return labelsFor[level](kubernetes ?? '');
}

/** Nearly all namespaces have the same. */
const labelsFor = {
  restricted: memo((kubernetes: string) => modeLabels('restricted', kubernetes)),
  baseline: memo((kubernetes: string) => modeLabels('baseline', kubernetes)),
  privileged: memo((kubernetes: string) => modeLabels('privileged', kubernetes)),
};

function modeLabels(level: PodSecurityLevel, kubernetes: string): Labels {
  const version = kubernetes === '' ? 'latest' : `v${kubernetes}`;
  const modes = { enforce: level, audit: 'restricted', warn: 'restricted' };
  return Object.freeze(
    Object.fromEntries(
      Object.entries(modes).flatMap(([mode, of]) => [
        [`${POD_SECURITY_PREFIX}${mode}`, of],
        [`${POD_SECURITY_PREFIX}${mode}-version`, version],
      ]),
    ),
  );
}
