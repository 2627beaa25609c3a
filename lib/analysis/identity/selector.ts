import type { Namespace, Workload } from '../load/manifests';

/** One fact about a process that a SPIRE agent attests; an entry holds for processes with all of its selectors. */
export interface Selector {
  /** The attestor: `k8s` for pods, `unix` for processes, `k8s_psat` for nodes. */
  readonly type: string;
  readonly value: string;
}

/** `k8s:ns:shop` as its two parts; undefined for what SPIRE would refuse. */
export function parseSelector(text: string): Selector | undefined {
  const colon = text.indexOf(':');
  if (colon <= 0 || colon === text.length - 1) return undefined;
  return { type: text.slice(0, colon), value: text.slice(colon + 1) };
}

export function formatSelector({ type, value }: Selector): string {
  return `${type}:${value}`;
}

/**
 * What the attestor of pods says about them. A selector that starts otherwise is met by nobody.
 * @see pkg/agent/plugin/workloadattestor/k8s/k8s.go (`getSelectorValuesFromPodInfo`) and pkg/agent/common/sigstore of
 * SPIRE 1.15.3
 */
const OF_PODS = new Set([
  'ns',
  'ns-label',
  'sa',
  'node-name',
  'pod-uid',
  'pod-name',
  'pod-image',
  'pod-image-count',
  'pod-init-image',
  'pod-init-image-count',
  'pod-label',
  'pod-owner',
  'pod-owner-uid',
  'container-name',
  'container-image',
]);

/** Whether the attestor of pods gives out selectors like this one. */
export function isAttested({ type, value }: Selector): boolean {
  const [key = ''] = value.split(':');
  return type !== 'k8s' || OF_PODS.has(key) || /^image-(?:signature|attestations)/.test(key) || key.includes('{{');
}

/** The value of the selector `k8s:<key>:<value>`, where there is one without a template. */
export function selectorValue(selectors: readonly Selector[], key: 'ns' | 'sa'): string | undefined {
  const found = selectors.find(({ type, value }) => type === 'k8s' && value.startsWith(`${key}:`))?.value;
  return found === undefined || found.includes('{{') ? undefined : found.slice(key.length + 1);
}

/** Whether pods have what a selector asks for; undefined where manifests do not tell. */
export function isMetBy(
  { type, value }: Selector,
  workload: Workload,
  namespace: Namespace | undefined,
): boolean | undefined {
  if (type !== 'k8s' || value.includes('{{')) return undefined;
  if (value.startsWith('ns:')) return value === `ns:${workload.namespace}`;
  if (value.startsWith('sa:')) return value === `sa:${workload.serviceAccount}`;
  if (value.startsWith('pod-label:')) return hasLabel(workload.labels, value.slice('pod-label:'.length));
  if (!value.startsWith('ns-label:') || namespace?.source === undefined) return undefined;
  return hasLabel(namespace.labels, value.slice('ns-label:'.length));
}

/** @param text `key:value`; no key of a label holds a colon */
function hasLabel(labels: Readonly<Record<string, string>>, text: string): boolean {
  const colon = text.indexOf(':');
  const key = colon < 0 ? text : text.slice(0, colon);
  return colon >= 0 && Object.hasOwn(labels, key) && labels[key] === text.slice(colon + 1);
}
