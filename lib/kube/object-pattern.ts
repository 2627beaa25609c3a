import { InvalidValueError } from '../finding';
import { apiGroup, type KubeObject } from './object';

/** Objects that somebody else answers for, by what they are called. */
export interface ObjectPattern {
  /** As it was written: `RoleBinding portarium-system/control-plane`. */
  readonly text: string;
  matches(object: KubeObject): boolean;
}

const FORM = /^([A-Z][A-Za-z0-9]*)(?:\.([a-z0-9.-]+))?\/(?:([a-z0-9-]+)\/)?([a-z0-9.:*-]+)$/;

/**
 * Reads `Kind/namespace/name` or, for objects without a namespace, `Kind/name`. The kind can carry its group
 * (`Role.rbac.authorization.k8s.io/…`), and the name can end with `*`.
 * @throws InvalidValueError for any other text
 */
export function objectPattern(text: string): ObjectPattern {
  const match = FORM.exec(text);
  const [, kind, group, namespace, name = ''] = match ?? [];
  const stars = name.split('*').length - 1;
  if (match === null || stars > 1 || (stars === 1 && !name.endsWith('*'))) {
    throw new InvalidValueError({
      message: `'${text}' names no object`,
      fix: 'write Kind/namespace/name or Kind/name, such as RoleBinding/portarium-system/control-plane; a name can end with *',
    });
  }
  const isNamed = (own: string) => (stars === 1 ? own.startsWith(name.slice(0, -1)) : own === name);
  return {
    text,
    matches: ({ apiVersion, kind: ownKind, metadata }) =>
      ownKind === kind &&
      (group === undefined || apiGroup(apiVersion) === group) &&
      metadata.namespace === namespace &&
      isNamed(metadata.name),
  };
}
