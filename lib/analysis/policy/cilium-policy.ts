import type { CiliumVersion } from '../dialect';
import type { Manifest, Manifests } from '../load/manifests';
import { type PeerContext, peersOfRule } from './cilium-peers';
import { portsOfRule } from './cilium-ports';
import { subjectSelector } from './cilium-selector';
import type { Direction, PolicyModel, PolicyPart, RuleModel } from './policy-model';
import type { Path, PolicyReader } from './policy-reader';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy as Cilium reads it, one model for each of its specs.
 * @see https://docs.cilium.io/en/stable/security/policy/language/
 */
export function ciliumPolicy(
  manifest: Manifest,
  manifests: Manifests,
  version: CiliumVersion,
  reader: PolicyReader,
): readonly PolicyModel[] {
  const { spec, specs } = manifest.object;
  const single = reader.fields(spec, ['spec']);
  const several = reader.maps(specs, ['specs']) ?? [];
  if ((spec ?? specs) === undefined || (spec ?? specs) === null) reader.refuse(['spec'], 'is missing');
  const all = [...(single === undefined ? [] : [{ fields: single, path: ['spec'] as Path }]), ...several];
  return all.flatMap(({ fields, path }) => specModel(fields, path, manifest, manifests, version, reader));
}

function specModel(
  spec: Fields,
  path: Path,
  manifest: Manifest,
  manifests: Manifests,
  version: CiliumVersion,
  reader: PolicyReader,
): readonly PolicyModel[] {
  const isClusterwide = manifest.object.kind === 'CiliumClusterwideNetworkPolicy';
  const namespace = isClusterwide ? undefined : (manifest.object.metadata.namespace ?? 'default');
  if (spec.nodeSelector !== undefined && spec.nodeSelector !== null) {
    if (!isClusterwide) return reader.refuse([...path, 'nodeSelector'], 'is for clusterwide policies') ?? [];
    if (spec.endpointSelector !== undefined && spec.endpointSelector !== null) {
      return reader.refuse([...path, 'nodeSelector'], 'excludes endpointSelector') ?? [];
    }
    const message = 'a policy for nodes is not evaluated: what it denies to or from the host counts as allowed here';
    reader.report('host-policy', 'warning', [...path, 'nodeSelector'], message, 'judge host policies by hand');
    return [];
  }
  const selector = reader.selector(spec.endpointSelector, [...path, 'endpointSelector']);
  if (selector === undefined) {
    return reader.refuse(path, 'needs an endpointSelector') ?? [];
  }
  const subjects = subjectSelector(selector, namespace);
  const reserved = subjects.find(
    ({ attribute, operator }) => attribute === 'reserved' && /^(In|Exists)$/.test(operator),
  );
  if (reserved !== undefined && isClusterwide) {
    const message = `a policy for Cilium's own endpoints (reserved:${reserved.key}) is not evaluated: what it denies to or from them counts as allowed here`;
    reader.report('own-endpoint', 'warning', [...path, 'endpointSelector'], message, 'judge it by hand');
  }
  const parts = (['ingress', 'egress'] as const).flatMap((direction): readonly PolicyPart[] => {
    const allow = reader.maps(spec[direction], [...path, direction]) ?? [];
    const deny = reader.maps(spec[`${direction}Deny`], [...path, `${direction}Deny`]) ?? [];
    if (allow.length === 0 && deny.length === 0) return [];
    const context = { manifests, namespace, reader, version };
    const rules = [
      ...allow.flatMap((rule) => rulesOf(rule.fields, rule.path, direction, { ...context, effect: 'allow' })),
      ...deny.flatMap((rule) => rulesOf(rule.fields, rule.path, direction, { ...context, effect: 'deny' })),
    ];
    return [{ direction, isolates: deniesByDefault(spec, path, direction, reader), rules }];
  });
  if (parts.length === 0) return reader.refuse(path, 'has no rule in any list; Cilium refuses it') ?? [];
  return [{ manifest, path, subjects, parts }];
}

/** A direction with a rule in it denies what no rule allows, unless the policy says otherwise. */
function deniesByDefault(spec: Fields, path: Path, direction: Direction, reader: PolicyReader): boolean {
  const said = reader.fields(spec.enableDefaultDeny, [...path, 'enableDefaultDeny'])?.[direction];
  if (said === undefined || said === null) return true;
  if (typeof said === 'boolean') return said;
  reader.refuse([...path, 'enableDefaultDeny', direction], 'has to be true or false');
  return true;
}

/** The rule, or one for each entry of its ports. */
function rulesOf(fields: Fields, path: Path, direction: Direction, context: PeerContext): readonly RuleModel[] {
  const { reader, version, effect } = context;
  for (const field of ['fromGroups', 'toGroups']) {
    if (!Array.isArray(fields[field]) || fields[field].length === 0) continue;
    const message = `${field} is resolved by Cilium's operator, and this policy counts as absent here`;
    reader.refuse([...path, field], `is not known: ${message}`, 'name the CIDRs of the group');
  }
  const required = direction === 'ingress' ? 'fromRequires' : 'toRequires';
  if (fields[required] !== undefined && version === '1.18') {
    const fix = 'select the pods with the labels that were required; Cilium 1.19 removed the field';
    reader.report(
      'removed-field',
      'error',
      [...path, required],
      `${required} is not evaluated: what it forbids counts as allowed`,
      fix,
    );
  }
  const peers = peersOfRule(fields, path, direction, context);
  const authentication = authenticationOf(fields.authentication, [...path, 'authentication'], version, reader);
  return portsOfRule(fields, path, direction, version, reader).map(({ ports, l7, path: at }): RuleModel => {
    return { effect, peers, ports, l7: effect === 'deny' ? undefined : l7, authentication, path: at ?? path };
  });
}

/** Mutual authentication is gone in 1.21: the API server drops the field, and nobody has to prove anything. */
function authenticationOf(
  value: unknown,
  path: Path,
  version: CiliumVersion,
  reader: PolicyReader,
): RuleModel['authentication'] {
  const said = version === '1.21' ? undefined : reader.fields(value, path);
  if (said === undefined) return undefined;
  const { mode } = said;
  if (mode === 'required' || mode === 'disabled') return mode;
  // Cilium's own tests know one more, which lets nobody through.
  if (mode === 'test-always-fail') return 'required';
  return reader.refuse([...path, 'mode'], `is required or disabled, not ${JSON.stringify(mode ?? null)}`);
}
