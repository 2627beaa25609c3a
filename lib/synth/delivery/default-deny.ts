import type { KubeObject } from '../../kube/object';

type Data = Readonly<Record<string, unknown>>;

const KINDS: ReadonlySet<string> = new Set(['NetworkPolicy', 'CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy']);

/** True for kinds whose rules say who may talk to whom. */
export function isNetworkPolicy(kind: string): boolean {
  return KINDS.has(kind);
}

/**
 * True for a policy that allows nothing, for all pods or for all but some: what has to be there before anything else, and
 * stay after it. A component without edges has a policy that allows nothing as well, but only for its own pods.
 */
export function isDefaultDeny({ kind, spec }: KubeObject): boolean {
  if (!isNetworkPolicy(kind) || !isData(spec)) return false;
  const selector = spec.podSelector ?? spec.endpointSelector;
  if (!isData(selector) || selector.matchLabels !== undefined) return false;
  if (!everyoneButSome(selector)) return false;
  const rules = [spec.ingress, spec.egress].flatMap((list) => (Array.isArray(list) ? list : []));
  // Cilium enforces a direction from the first rule on, also one that allows nothing; to Kubernetes an empty rule is one
  // that allows everything.
  return kind === 'NetworkPolicy'
    ? rules.length === 0
    : rules.every((rule) => isData(rule) && Object.keys(rule).length === 0);
}

/** A selector may leave pods out, never pick some. */
function everyoneButSome({ matchExpressions }: Data): boolean {
  if (matchExpressions === undefined) return true;
  return (
    Array.isArray(matchExpressions) &&
    matchExpressions.every(
      (expression) => isData(expression) && /^(NotIn|DoesNotExist)$/.test(String(expression.operator)),
    )
  );
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
