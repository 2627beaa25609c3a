import { isMet } from '../../kube/selector';
import type { Analysis } from '../analysis';
import type { Workload } from '../load/manifests';
import { attributeOf } from '../policy/pod-attribute';
import type { PodSelector, Requirement } from '../policy/requirement';

/** What a selector asks for that pods do not have, as people would say it: `label app 'carts' (here 'cart')`. */
export function unmetRequirements(selector: PodSelector, workload: Workload, analysis: Analysis): readonly string[] {
  const namespaces = { get: (wanted: string) => analysis.manifests.namespaces.find(({ name }) => name === wanted) };
  return selector.flatMap((requirement) => {
    const value = requirement.attribute === 'cluster' ? CLUSTER : attributeOf(requirement, workload, namespaces);
    return isMet(requirement, value) ? [] : [requirementText(requirement, value)];
  });
}

/** True if a selector asks for pods of another namespace than this workload's. */
export function isForOtherNamespace(selector: PodSelector, { namespace }: Workload): boolean {
  return selector.some((requirement) => requirement.attribute === 'namespace' && !isMet(requirement, namespace));
}

/** What Cilium calls a cluster that nobody gives a name. */
const CLUSTER = 'default';

function requirementText({ attribute, key, operator, values }: Requirement, value: string | undefined): string {
  const subject = {
    label: `label ${key}`,
    namespaceLabel: `namespace label ${key}`,
    reserved: `label reserved:${key}`,
  };
  const noun =
    attribute === 'label' || attribute === 'namespaceLabel' || attribute === 'reserved'
      ? subject[attribute]
      : attribute === 'serviceAccount'
        ? 'service account'
        : attribute;
  const here = value === undefined ? 'not set here' : `here ${value === '' ? 'empty' : value}`;
  switch (operator) {
    case 'In':
      return `${noun} ${values.join(' or ')} (${here})`;
    case 'NotIn':
      return `${noun} other than ${values.join(' and ')} (${here})`;
    case 'Exists':
      return `any ${noun} (${here})`;
    case 'DoesNotExist':
      return `no ${noun} (${here})`;
  }
}
