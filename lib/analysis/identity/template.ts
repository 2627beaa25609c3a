import { labelOf } from '../../kube/selector';
import type { Workload } from '../load/manifests';

const ACTION = /\{\{-?\s*(.*?)\s*-?\}\}/g;

/** Whether a text is a template of Go rather than what it says. */
export function isTemplate(text: string): boolean {
  return text.includes('{{');
}

/**
 * What a template of a ClusterSPIFFEID comes to for pods; undefined where it asks for more than manifests say. The
 * trust domain stays `{{ .TrustDomain }}`: only the controller manager's own configuration names it.
 * @see pkg/spireentry/entries.go of spire-controller-manager (`templateData`)
 */
export function expand(template: string, workload: Workload): string | undefined {
  let unknown = false;
  const text = template.replaceAll(ACTION, (_, expression: string) => {
    const value = fieldOf(expression, workload);
    if (value === undefined) unknown = true;
    return value ?? '';
  });
  return unknown ? undefined : text;
}

function fieldOf(expression: string, { namespace, serviceAccount, labels }: Workload): string | undefined {
  if (expression === '.TrustDomain') return TRUST_DOMAIN;
  if (expression === '.PodMeta.Namespace') return namespace;
  if (expression === '.PodSpec.ServiceAccountName') return serviceAccount;
  const [, indexed, dotted] = /^(?:index \.PodMeta\.Labels "([^"]+)"|\.PodMeta\.Labels\.(\w+))$/.exec(expression) ?? [];
  const key = indexed ?? dotted;
  return key === undefined ? undefined : labelOf(labels, key);
}

const TRUST_DOMAIN = '{{ .TrustDomain }}';

/** Whether two SPIFFE IDs may be one: where a trust domain is not known, it is that of the other. */
export function isSameId(one: string, other: string): boolean {
  if (!isTemplate(one) && !isTemplate(other)) return one === other;
  return pathOf(one) === pathOf(other);
}

function pathOf(id: string): string {
  return id.replace(/^spiffe:\/\/[^/]*/, '');
}
