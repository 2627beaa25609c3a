import { field, list, text } from '../../../kube/field';
import type { KubeObject } from '../../../kube/object';
import { type LabelSelector, matchesSelector } from '../../../kube/selector';
import { isData } from '../defaults/data';
import { type GuardContext, guards, type Unmanaged } from './guard';

const NAMESPACE = 'k8s:ns:';

/** Registrations by which pods of managed namespaces get an identity, or others one of theirs. */
export const IDENTITY_GUARDS = guards({
  'spire.spiffe.io ClusterSPIFFEID': ({ spec }, { managed }) => {
    const id = text(field(spec, 'spiffeIDTemplate')) ?? '';
    if (managed.spiffeIds.has(id)) return { message: `it issues ${id}, which others have` };
    const selector = field(spec, 'namespaceSelector');
    const chosen: LabelSelector = isData(selector) ? selector : {};
    const namespace = [...managed.namespaces].find(([, labels]) => matchesSelector(chosen, labels))?.[0];
    return namespace === undefined ? undefined : { message: `it issues ${id} to pods in ${namespace}` };
  },
  'spire.spiffe.io ClusterStaticEntry': ({ spec }, { managed }) => {
    const id = text(field(spec, 'spiffeID')) ?? '';
    if (managed.spiffeIds.has(id)) return { message: `it issues ${id}, which others have` };
    const selectors = list(field(spec, 'selectors')).flatMap((one) => text(one) ?? []);
    const named = selectors.filter((one) => one.startsWith(NAMESPACE)).map((one) => one.slice(NAMESPACE.length));
    const hit = named.find((namespace) => managed.namespaces.has(namespace));
    if (hit !== undefined) return { message: `it issues ${id} to pods in ${hit}` };
    // Labels and names of pods say nothing about where they run.
    const anywhere = named.length === 0 && selectors.some((one) => one.startsWith('k8s:'));
    return anywhere ? { message: `it issues ${id} to pods of any namespace` } : undefined;
  },
});

/**
 * Exceptions from policies of Kyverno, which may stand in any namespace.
 * @see spec.policyRefs and spec.exceptions in config/crds of Kyverno 1.19
 */
export const EXCEPTION_GUARDS = guards({
  'policies.kyverno.io PolicyException': excepting,
  'kyverno.io PolicyException': excepting,
});

function excepting({ spec }: KubeObject, { managed }: GuardContext): Unmanaged | undefined {
  const names = [
    ...list(field(spec, 'policyRefs')).map((one) => field(one, 'name')),
    ...list(field(spec, 'exceptions')).map((one) => field(one, 'policyName')),
  ];
  const name = names.flatMap((one) => text(one) ?? []).find((one) => managed.kyvernoPolicies.has(one));
  return name === undefined ? undefined : { message: `it makes an exception from the policy ${name}` };
}
