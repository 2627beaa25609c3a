import type { Construct } from 'constructs';
import type { KubeObject } from '../kube/object';
import { type ManifestContent, type ManifestField, ManifestObject, type ManifestObjectProps } from './manifest-object';

/** Makes a construct of an object that is known as a whole when it is declared. */
export function renderedObject(
  scope: Construct,
  id: string,
  object: KubeObject,
  file: string,
  version?: ManifestObjectProps['version'],
): ManifestObject {
  const { apiVersion, kind, metadata, ...content } = object;
  const { name, namespace, labels, annotations } = metadata;
  return new ManifestObject(scope, id, {
    apiVersion,
    kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
    file,
    ...(version === undefined ? {} : { version }),
    ...(annotations === undefined ? {} : { annotationKeys: Object.keys(annotations) }),
    fields: Object.keys(content) as ManifestField[],
    render: () => ({ ...(content as ManifestContent), ...(annotations === undefined ? {} : { annotations }) }),
  });
}
