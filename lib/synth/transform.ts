import type { ApiObject } from 'cdk8s';
import type { KubeObject } from '../kube/object';

const TRANSFORM = Symbol.for('portcullis.transform');

/** Changes an object as it is rendered; pure, and the same for every way of rendering. */
export type Transform = (manifest: KubeObject) => KubeObject;

interface Transformed {
  [TRANSFORM]?: Transform;
}

/**
 * Renders an object of any library through a function, whoever asks for it: `app.synth()`, `cdk8s synth` or our own
 * synthesis. It comes after JSON patches. A second function replaces the first.
 */
export function transformObject(object: ApiObject, transform: Transform): void {
  const transformed = object as ApiObject & Transformed;
  if (transformed[TRANSFORM] === undefined) {
    const toJson = object.toJson.bind(object);
    Object.defineProperty(object, 'toJson', { value: () => (transformed[TRANSFORM] as Transform)(toJson()) });
  }
  Object.defineProperty(object, TRANSFORM, { value: transform, configurable: true });
}

/** True for objects that only `toJson()` renders as they are meant. */
export function isTransformed(object: ApiObject): boolean {
  return TRANSFORM in object;
}
