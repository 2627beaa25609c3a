import type { ApiObject } from 'cdk8s';
import type { Finding } from '../../finding';
import type { KubeObject } from '../../kube/object';

/**
 * Who brings the manifests into the cluster from a repository: `argo(…)` or `flux(…)`. Without one, the output is laid
 * out for people and for `kubectl apply -k`.
 */
export interface Delivery {
  /** Where a file goes, by what an object in it is. */
  file(object: ApiObject, file: string): string;
  /**
   * The object with what the tool reads: its wave, and that it is not to be pruned.
   * @param file where it would stand without a delivery
   */
  annotate(manifest: KubeObject, file: string): KubeObject;
  /** What is wrong with the settings of the tool, or with the objects for it. */
  findings(folders: readonly DeliveredFolder[]): readonly Finding[];
  /** The folder of a file that is applied on its own. */
  folder(file: string): string;
  /** The tool's own objects, by file, from the objects of each folder. */
  objects(folders: readonly DeliveredFolder[]): readonly DeliveryFile[];
}

/** A folder that is applied on its own, and what is in it. */
export interface DeliveredFolder {
  readonly folder: string;
  readonly objects: readonly ApiObject[];
}

/** A file of the tool's own objects. */
export interface DeliveryFile {
  readonly file: string;
  readonly objects: readonly KubeObject[];
}

/** Adds to the annotations of an object. */
export function annotated(manifest: KubeObject, annotations: Readonly<Record<string, string>>): KubeObject {
  const { metadata } = manifest;
  return { ...manifest, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } };
}
