import type { ApiObject, App } from 'cdk8s';
import { type Finding, InvalidValueError } from '../finding';
import { formatObject, type KubeObject, type ObjectKey } from '../kube/object';
import { type Labels, objectLabelsProblem } from '../model/label';
import { cdk8sManifest } from './cdk8s-manifest';
import type { Delivery } from './delivery/delivery';
import { fileOf } from './layout';
import { ManifestObject } from './manifest-object';
import { writtenOutputProblem } from './output';
import { hasOwnResolvers } from './resolver';
import { emitDocument } from './yaml';

/** Biggest object that etcd stores by default (`--max-request-bytes`), in bytes. */
const LARGEST_OBJECT = 1_572_864;
/** A YAML text this long may be an object that is too large: as JSON it may take three times the bytes, with a margin. */
const SUSPICIOUS_LENGTH = LARGEST_OBJECT / 4;

/** An object as it goes into a file. */
export interface RenderedManifest {
  readonly key: ObjectKey;
  readonly labels: Labels | undefined;
  /** The YAML document, in pieces. */
  readonly texts: readonly [string, ...string[]];
}

/** Renders the objects of one app, and collects what is wrong with them. */
export class ManifestRenderer {
  readonly findings: Finding[] = [];
  /** Resolvers of the user's own see every value only on cdk8s's own path. */
  private readonly asCdk8s: boolean;

  /** @param delivery what adds its annotations to every object */
  constructor(
    app: App,
    private readonly delivery?: Delivery,
  ) {
    this.asCdk8s = hasOwnResolvers(app);
  }

  /**
   * An object as data.
   * @throws InvalidValueError with the construct path if it cannot be rendered
   */
  manifest(object: ApiObject): KubeObject {
    const rendered =
      ManifestObject.isManifestObject(object) && !this.asCdk8s ? object.manifest() : cdk8sManifest(object);
    return this.delivery?.annotate(rendered, fileOf(object)) ?? rendered;
  }

  /** Undefined if the object cannot be rendered; then there is a finding that says why. */
  render(object: ApiObject): RenderedManifest | undefined {
    try {
      const manifest = this.document(object);
      const { key, texts } = manifest;
      let length = 0;
      for (const text of texts) {
        const problem = writtenOutputProblem(text);
        if (problem !== undefined) throw new InvalidValueError(problem, object.node.path);
        length += text.length;
      }
      const labels = manifest.labels && objectLabelsProblem(manifest.labels);
      if (labels !== undefined) throw new InvalidValueError(labels, object.node.path);
      if (length > SUSPICIOUS_LENGTH) this.checkSize(object, key);
      return manifest;
    } catch (error) {
      if (!(error instanceof InvalidValueError)) throw error;
      const where = { construct: error.construct ?? object.node.path };
      this.findings.push({ rule: 'invalid-value', severity: 'error', where, ...error.problem });
      return undefined;
    }
  }

  private document(object: ApiObject): RenderedManifest {
    if (this.delivery === undefined && ManifestObject.isManifestObject(object) && !this.asCdk8s) {
      const { apiVersion, kind } = object;
      const { metadata, texts } = object.document();
      const { namespace, name, labels } = metadata;
      return { key: { apiVersion, kind, namespace, name }, labels, texts };
    }
    const manifest = this.manifest(object);
    const { apiVersion, kind, metadata } = manifest;
    return {
      key: { apiVersion, kind, namespace: metadata.namespace, name: metadata.name },
      labels: metadata.labels,
      texts: [emitDocument(manifest)],
    };
  }

  private checkSize(object: ApiObject, key: ObjectKey): void {
    // The API server stores custom resources as JSON, and others in fewer bytes.
    const size = Buffer.byteLength(JSON.stringify(object.toJson()));
    if (size <= LARGEST_OBJECT) return;
    this.findings.push({
      rule: 'object-too-large',
      severity: 'error',
      where: { construct: object.node.path },
      message: `${formatObject(key)} has ${size} bytes, and etcd stores ${LARGEST_OBJECT} at most`,
      fix: 'split it, for example by giving groups of workspaces a service of their own',
    });
  }
}
