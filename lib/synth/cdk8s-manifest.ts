import { type ApiObject, App } from 'cdk8s';
import { InvalidValueError } from '../finding';
import type { KubeObject } from '../kube/object';
import { inReadingOrder } from './key-order';
import { unresolvedOutputProblem } from './output';

/** What cdk8s puts in front of an error of its own or of a construct library's. */
const PREFIX = /^Failed serializing construct at path '.*' with name '.*': (?:Error: )?/s;

/**
 * An object as cdk8s renders it, with what identifies it in front.
 * @throws InvalidValueError with the construct path if the object cannot be rendered (a Deployment without containers)
 */
export function cdk8sManifest(object: ApiObject): KubeObject {
  try {
    return inReadingOrder(object.toJson()) as KubeObject;
  } catch (error) {
    const outputs = unresolvedOutputProblem(object, App.of(object));
    if (outputs !== undefined) throw new InvalidValueError(outputs, object.node.path);
    const message = `the object cannot be rendered: ${(error as Error).message.replace(PREFIX, '')}`;
    throw new InvalidValueError({ message, fix: 'see the message of the construct' }, object.node.path);
  }
}
