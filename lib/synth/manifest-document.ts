import type { ApiObject } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';

const MANIFEST_DOCUMENT = Symbol.for('portcullis.ManifestDocument');

/** The file that an object stands in, below the output directory, wherever a delivery has put it. */
export type FileOf = (object: ApiObject) => string;

export interface ManifestDocumentProps {
  /**
   * File below the output directory. One that ends in `.yaml` is not written under `cdk8s synth`, which takes every such file
   * for a manifest.
   */
  readonly file: string;
  /** Writes the text piece by piece when synthesis asks for it; pure. Without `fileOf`, there is no delivery. */
  readonly render: (fileOf?: FileOf) => Iterable<string>;
}

/** A file beside the manifests that is no Kubernetes object: a table for auditors, a runbook. */
export class ManifestDocument extends Construct {
  /** True for documents, also for those of another copy of this package, which `instanceof` does not know. */
  static isManifestDocument(construct: IConstruct): construct is ManifestDocument {
    return MANIFEST_DOCUMENT in construct;
  }

  readonly [MANIFEST_DOCUMENT] = true;
  readonly file: string;
  readonly render: ManifestDocumentProps['render'];

  constructor(scope: Construct, id: string, props: ManifestDocumentProps) {
    super(scope, id);
    this.file = props.file;
    this.render = props.render;
  }
}
