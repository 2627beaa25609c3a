import type { ApiObject } from 'cdk8s';
import type { Finding } from '../../finding';
import { scopeOf } from '../../kube/scope';
import { objectKey } from '../object-check';

/** Objects that would end up in whatever namespace the tool takes for theirs, as far as the scope of their kind is known. */
export function missingNamespaces(objects: readonly ApiObject[]): readonly Finding[] {
  return objects.flatMap((object) => {
    const { apiVersion, kind, name, namespace } = objectKey(object);
    if (namespace !== undefined || scopeOf({ apiVersion, kind }) !== 'Namespaced') return [];
    return [
      {
        rule: 'missing-namespace',
        severity: 'error' as const,
        where: { construct: object.node.path },
        message: `${kind} '${name}' names no namespace, so that it would come into the one of whoever applies it`,
        fix: 'give the object, or its chart, a namespace',
      },
    ];
  });
}
