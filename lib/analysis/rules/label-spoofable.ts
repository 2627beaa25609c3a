import { grouped } from '../../kube/grouped';
import { NAMESPACE_NAME_LABEL } from '../../kube/selector';
import type { Analysis } from '../analysis';
import type { PolicyModel } from '../policy/policy-model';
import type { PodSelector } from '../policy/requirement';
import { membersOf } from './governed-pods';
import { type Place, placeIn, type Rule, type RuleFinding, someOf } from './rule';
import { selectorText } from './rule-text';

/**
 * Finds grants that rest on what others may claim: on a pod's label alone, in any namespace or in another one that holds
 * more than the pods that are meant, or on a label of namespaces that is not their name. Whoever may create a pod, or a
 * namespace, chooses its labels.
 *
 * One finding for each policy, a note: admission rules that protect the labels settle it, and no policy shows them.
 * @see https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation
 */
export const labelSpoofable: Rule = {
  id: 'label-spoofable',
  severity: 'info',
  title: 'A grant that rests on a label which others may set',
  *check(analysis: Analysis): Iterable<RuleFinding> {
    const sizes = new Map(
      [...grouped(analysis.manifests.workloads, ({ namespace }) => namespace)].map(([name, all]) => [name, all.length]),
    );
    for (const policy of analysis.policies) {
      const grants = [...grantsOf(policy)].filter(({ selector }) => isSpoofable(selector, policy, sizes, analysis));
      const [first] = grants;
      if (first === undefined) continue;
      const byNamespaceLabel = grants.some(({ selector }) => namespaceLabel(selector) !== undefined);
      yield {
        at: first.at,
        message: `ingress from ${someOf(grants, ({ selector }) => selectorText(selector))} rests on labels that ${byNamespaceLabel ? 'whoever creates a namespace' : 'whoever creates a pod there'} may set`,
        fix: byNamespaceLabel
          ? `select namespaces by ${NAMESPACE_NAME_LABEL}, which the API server sets`
          : analysis.dialect.kind === 'cilium'
            ? 'select the service account too (io.cilium.k8s.policy.serviceaccount), or protect the label with an admission rule'
            : 'give the clients a namespace of their own, or protect the label with an admission rule',
      };
    }
  },
};

interface Grant {
  readonly selector: PodSelector;
  readonly at: Place;
}

function* grantsOf({ manifest, parts }: PolicyModel): Generator<Grant> {
  for (const { direction, rules } of parts) {
    if (direction === 'egress') continue;
    for (const { effect, peers, path } of rules) {
      if (effect === 'deny') continue;
      for (const peer of peers)
        if (peer.kind === 'pods') yield { selector: peer.selector, at: placeIn(manifest, path) };
    }
  }
}

function isSpoofable(
  selector: PodSelector,
  { manifest }: PolicyModel,
  sizes: ReadonlyMap<string, number>,
  { universe }: Analysis,
): boolean {
  if (selector.some(({ attribute }) => attribute === 'serviceAccount')) return false;
  const namespaces = namesOf(selector);
  if (namespaces === undefined) return namespaceLabel(selector) !== undefined || claimsLabel(selector);
  const others = namespaces.filter((name) => name !== manifest.object.metadata.namespace);
  if (others.length === 0 || !selector.some(({ attribute }) => attribute === 'label')) return false;
  const selected = membersOf(universe.select(selector)).flatMap((index) => {
    const end = universe.ends[index];
    return end?.kind === 'pods' ? end.workloads.filter(({ namespace }) => others.includes(namespace)) : [];
  });
  const all = others.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
  return selected.length > 0 && selected.length < all;
}

/** True if pods are chosen by a label that they have. */
function claimsLabel(selector: PodSelector): boolean {
  return selector.some(
    ({ attribute, operator }) => attribute === 'label' && (operator === 'In' || operator === 'Exists'),
  );
}

/** The namespaces that a selector names; undefined if it does not. */
function namesOf(selector: PodSelector): readonly string[] | undefined {
  return selector.find(({ attribute, key, operator }) => {
    const isName = attribute === 'namespace' || (attribute === 'namespaceLabel' && key === NAMESPACE_NAME_LABEL);
    return isName && operator === 'In';
  })?.values;
}

/** The label of namespaces by which a selector chooses them, other than their name. */
function namespaceLabel(selector: PodSelector): string | undefined {
  return selector.find(({ attribute, key }) => attribute === 'namespaceLabel' && key !== NAMESPACE_NAME_LABEL)?.key;
}
