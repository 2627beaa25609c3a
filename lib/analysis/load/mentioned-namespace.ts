import { NAMESPACE_NAME_LABEL } from '../../kube/selector';
import type { Manifest } from './manifests';

const KEY =
  /^(?:(?:k8s|any):)?(?:io\.kubernetes\.pod\.namespace|io\.cilium\.k8s\.namespace\.labels\.kubernetes\.io\/metadata\.name)$/;
const NAME = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** Namespaces that policies are in or name, whether or not there is a manifest of theirs. */
export function mentionedNamespaces(policies: readonly Manifest[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { object } of policies) {
    if (object.kind !== 'CiliumClusterwideNetworkPolicy') names.add(object.metadata.namespace ?? 'default');
    collect(object.spec, names, 0);
    collect(object.specs, names, 0);
  }
  return names;
}

/** Selectors of policies are seven levels down at most. */
const DEEPEST = 32;

function collect(value: unknown, names: Set<string>, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return;
  if (Array.isArray(value)) {
    for (const item of value) collect(item, names, depth + 1);
    return;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  if (isNamespaceKey(fields.key) && fields.operator === 'In') note(fields.values, names);
  for (const [key, inner] of Object.entries(fields)) {
    if (isNamespaceKey(key)) note([inner], names);
    else if (key === 'k8sService' || key === 'k8sServiceSelector') {
      note([(inner as { readonly namespace?: unknown } | null)?.namespace], names);
      collect(inner, names, depth + 1);
    } else collect(inner, names, depth + 1);
  }
}

function isNamespaceKey(key: unknown): boolean {
  return key === NAMESPACE_NAME_LABEL || (typeof key === 'string' && KEY.test(key));
}

function note(values: unknown, names: Set<string>): void {
  if (!Array.isArray(values)) return;
  for (const value of values) if (typeof value === 'string' && NAME.test(value)) names.add(value);
}
