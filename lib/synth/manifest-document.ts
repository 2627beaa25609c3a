import { Construct } from 'constructs';

export interface ManifestDocumentProps {
  /** File below the output directory. */
  readonly file: string;
  /** Writes the text piece by piece when synthesis asks for it; pure. */
  readonly render: () => Iterable<string>;
}

/** A file beside the manifests that is no Kubernetes object: a table for auditors, a runbook. */
export class ManifestDocument extends Construct {
  readonly file: string;
  readonly render: () => Iterable<string>;

  constructor(scope: Construct, id: string, props: ManifestDocumentProps) {
    super(scope, id);
    this.file = props.file;
    this.render = props.render;
  }
}
