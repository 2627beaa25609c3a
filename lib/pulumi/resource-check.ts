import type { ApiObject } from 'cdk8s';
import type { Finding } from '../finding';
import { apiGroup, formatObject, type KubeObject } from '../kube/object';
import { definedScope, type Scope, scopeOf } from '../kube/scope';

/** An object of the tree with what it renders to. */
export interface Rendered {
  readonly object: ApiObject;
  readonly manifest: KubeObject;
}

/**
 * Objects that would land in whatever namespace a context names, since they have none. Whether objects of a kind live
 * in a namespace is known of Kubernetes' own kinds, of those that we render, and of those that the program defines.
 */
export function checkNamespaces(rendered: readonly Rendered[]): readonly Finding[] {
  const defined = new Map<string, Scope>();
  for (const { manifest } of rendered) {
    const definition = manifest.kind === 'CustomResourceDefinition' ? definedScope(manifest) : undefined;
    if (definition !== undefined) defined.set(...definition);
  }
  return rendered.flatMap(({ object, manifest }): readonly Finding[] => {
    if (manifest.metadata.namespace !== undefined) return [];
    const scope = scopeOf(manifest) ?? defined.get(`${apiGroup(manifest.apiVersion)}/${manifest.kind}`);
    if (scope === 'Cluster') return [];
    const name = nameOf(manifest);
    const where = { construct: object.node.path };
    if (scope === undefined) {
      const message = `${name} has no namespace, and nobody knows whether objects of ${manifest.apiVersion} ${manifest.kind} live in one`;
      const fix = 'give it a namespace, or have the program bring the CustomResourceDefinition';
      return [{ rule: 'unknown-scope', severity: 'warning', where, message, fix }];
    }
    const message = `${name} has no namespace, and would land in the one that the context of the provider names`;
    return [
      { rule: 'missing-namespace', severity: 'error', where, message, fix: 'give it, or its chart, a namespace' },
    ];
  });
}

/** Groups whose objects say what is allowed, besides NetworkPolicy. */
const POLICY_GROUPS = new Set([
  ...['admissionregistration.k8s.io', 'cilium.io', 'kyverno.io', 'policies.kyverno.io'],
  ...['rbac.authorization.k8s.io', 'spire.spiffe.io'],
]);

/** Fields by which pods are found, and so get what policies allow. */
const IDENTIFYING = new Set(['labels', 'matchLabels', 'matchExpressions', 'selector', 'serviceAccountName']);

/**
 * Outputs in what a proof has to read: in policies, and in what makes a pod one that a policy means. What they come to
 * nobody knows before Pulumi runs, so that nobody can prove what the manifests allow.
 * @param fieldsOf paths of the fields of an object that hold Outputs
 */
export function checkProvable(
  rendered: readonly Rendered[],
  fieldsOf: (manifest: KubeObject) => readonly string[],
): readonly Finding[] {
  return rendered.flatMap(({ object, manifest }) => {
    const isPolicy = POLICY_GROUPS.has(apiGroup(manifest.apiVersion)) || manifest.kind === 'NetworkPolicy';
    const fields = fieldsOf(manifest).filter(
      (path) => isPolicy || path.split('.').some((part) => IDENTIFYING.has(part)),
    );
    return fields.map((path): Finding => {
      const message = `${path} of ${nameOf(manifest)} is an Output of Pulumi, and what it allows cannot be proved before it is known`;
      const fix = 'give it a value that the program knows, for example from the settings of the environment';
      return { rule: 'unprovable-output', severity: 'error', where: { construct: object.node.path }, message, fix };
    });
  });
}

function nameOf({ apiVersion, kind, metadata: { namespace, name } }: KubeObject): string {
  return formatObject({ apiVersion, kind, namespace, name });
}
