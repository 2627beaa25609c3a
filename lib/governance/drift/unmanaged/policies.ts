import { subjectSelector } from '../../../analysis/policy/cilium-selector';
import type { Requirement } from '../../../analysis/policy/requirement';
import { at, field, list, text, textMap } from '../../../kube/field';
import { podTemplate } from '../../../kube/pod';
import { isMet, type LabelSelector, matchesSelector } from '../../../kube/selector';
import { isData } from '../defaults/data';
import type { Labels } from '../managed';
import { type GuardContext, guards } from './guard';

const OPENS = { message: 'policies add up, so that it can allow what no other policy here does' };
const REDIRECTS = { message: 'it sends traffic of this namespace elsewhere' };

/** Policies in managed namespaces, and those for the whole cluster that select pods in them. */
export const POLICY_GUARDS = guards({
  'networking.k8s.io NetworkPolicy': () => OPENS,
  'cilium.io CiliumNetworkPolicy': () => OPENS,
  'cilium.io CiliumLocalRedirectPolicy': () => REDIRECTS,
  'cilium.io CiliumEnvoyConfig': () => REDIRECTS,
  'cilium.io CiliumClusterwideNetworkPolicy': (object, context) => selecting(clusterwideSubject(object, context)),
  'policy.networking.k8s.io AdminNetworkPolicy': (object, context) => selecting(adminSubject(object, context)),
  'policy.networking.k8s.io BaselineAdminNetworkPolicy': (object, context) => selecting(adminSubject(object, context)),
  'policy.networking.k8s.io ClusterNetworkPolicy': (object, context) => selecting(adminSubject(object, context)),
});

function selecting(namespace: string | undefined) {
  return namespace === undefined
    ? undefined
    : { message: `it is for pods of the whole cluster, and selects some in ${namespace}` };
}

/** Pods as policies see them; what is not known about them is undefined. */
interface Pod {
  readonly namespace: string;
  readonly labels: Labels;
  readonly serviceAccount?: string;
}

/** Pods of managed namespaces: those that are expected, those that are there, and any that has no labels. */
function podsOf({ managed, live }: GuardContext): readonly Pod[] {
  const there = live.flatMap(({ object }): readonly Pod[] => {
    const { namespace } = object.metadata;
    const template = namespace === undefined || !managed.namespaces.has(namespace) ? undefined : podTemplate(object);
    if (template === undefined || namespace === undefined) return [];
    const serviceAccount = text(template.spec.serviceAccountName) ?? 'default';
    return [{ namespace, labels: textMap(template.labels), serviceAccount }];
  });
  return [...[...managed.namespaces.keys()].map((namespace) => ({ namespace, labels: {} })), ...managed.pods, ...there];
}

/** A namespace with pods that a policy for the whole cluster governs. A policy for nodes governs none. */
function clusterwideSubject(object: unknown, context: GuardContext): string | undefined {
  const specs = [field(object, 'spec'), ...list(field(object, 'specs'))];
  const selectors = specs.flatMap((spec) => selectorAt(spec, 'endpointSelector') ?? []);
  const subjects = selectors.map((selector) => subjectSelector(selector, undefined));
  const selects = (pod: Pod) =>
    subjects.some((all) => all.every((one) => isRequirementMet(one, pod, context.managed.namespaces)));
  return podsOf(context).find(selects)?.namespace;
}

function isRequirementMet(
  requirement: Requirement,
  { namespace, labels, serviceAccount }: Pod,
  namespaces: ReadonlyMap<string, Labels>,
): boolean {
  const { attribute, key } = requirement;
  if (attribute === 'label') return isMet(requirement, labels[key]);
  if (attribute === 'namespaceLabel') return isMet(requirement, namespaces.get(namespace)?.[key]);
  if (attribute === 'namespace') return isMet(requirement, namespace);
  if (attribute === 'reserved') return false;
  // Where it is not known, the policy may select the pod.
  return attribute === 'cluster' || serviceAccount === undefined || isMet(requirement, serviceAccount);
}

/** @see https://network-policy-api.sigs.k8s.io/reference/spec/ for `subject` */
function adminSubject(object: unknown, context: GuardContext): string | undefined {
  const subject = at(object, 'spec', 'subject');
  const { namespaces } = context.managed;
  const pods = field(subject, 'pods');
  const inNamespaces = selectorAt(pods, 'namespaceSelector') ?? selectorAt(subject, 'namespaces');
  const ofPods = selectorAt(pods, 'podSelector') ?? {};
  const selects = ({ namespace, labels }: Pod) =>
    inNamespaces !== undefined &&
    matchesSelector(inNamespaces, namespaces.get(namespace) ?? {}) &&
    matchesSelector(ofPods, labels);
  return podsOf(context).find(selects)?.namespace;
}

function selectorAt(value: unknown, key: string): LabelSelector | undefined {
  const selector = field(value, key);
  return isData(selector) ? (selector as LabelSelector) : undefined;
}
