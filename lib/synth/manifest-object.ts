import { ApiObject, type ApiObjectMetadataDefinition, type JsonPatch, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import type { KubeObject } from '../kube/object';

const MANIFEST_OBJECT = Symbol.for('portcullis.ManifestObject');

/** What a manifest object consists of. */
export interface ManifestObjectProps {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** @default - cluster scoped */
  readonly namespace?: string;
  /** @default - no labels */
  readonly labels?: Readonly<Record<string, string>>;
  /** File below the output directory that the object is written to; objects with the same file share it. */
  readonly file: string;
  /**
   * Annotations that `render` may give.
   * @default - no annotations
   */
  readonly annotationKeys?: readonly string[];
  /**
   * Renders the rest of the object from what is known when synthesis asks: plain data, pure, in a key order that
   * reads well.
   * @default - metadata only
   */
  readonly render?: () => ManifestContent;
}

/** The part of an object that is rendered late. */
export interface ManifestContent {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

/**
 * A Kubernetes object that exists from the moment its construct does and is rendered when synthesis asks for it.
 *
 * It is an ordinary `ApiObject`: `app.synth()`, `cdk8s synth`, JSON patches and `metadata.addLabel` all work. Our own
 * synthesis takes the rendered data as it is (`manifest()`), without cdk8s's walk over every value, as long as nobody
 * has touched the object after it was made.
 */
export class ManifestObject extends ApiObject {
  /** True for objects of this class. `instanceof` does not tell: ApiObject makes it true for every API object. */
  static isManifestObject(object: ApiObject): object is ManifestObject {
    return MANIFEST_OBJECT in object;
  }

  private readonly manifestProps: ManifestObjectProps;
  private touched = false;

  constructor(scope: Construct, id: string, props: ManifestObjectProps) {
    const render = props.render;
    super(scope, id, {
      apiVersion: props.apiVersion,
      kind: props.kind,
      metadata: {
        name: props.name,
        ...(props.namespace === undefined ? {} : { namespace: props.namespace }),
        ...(props.labels === undefined ? {} : { labels: { ...props.labels } }),
        ...(render === undefined ? {} : { annotations: lateAnnotations(props.annotationKeys ?? [], render) }),
      },
      ...(render === undefined ? {} : { spec: Lazy.any({ produce: () => render().spec }) }),
    });
    this.manifestProps = props;
    Object.defineProperty(this, MANIFEST_OBJECT, { value: true });
    this.watchMetadata();
  }

  get file(): string {
    return this.manifestProps.file;
  }

  get namespace(): string | undefined {
    return this.manifestProps.namespace;
  }

  override addJsonPatch(...ops: JsonPatch[]): void {
    this.touched = true;
    super.addJsonPatch(...ops);
  }

  /** The object as plain data, equal to `toJson()` but for the order of keys. */
  manifest(): KubeObject {
    if (this.touched) return this.toJson();
    const { apiVersion, kind, name, namespace, labels, render } = this.manifestProps;
    const { annotations, spec } = render?.() ?? {};
    return {
      apiVersion,
      kind,
      metadata: {
        name,
        ...(namespace === undefined ? {} : { namespace }),
        ...(hasKeys(labels) ? { labels } : {}),
        ...(hasKeys(annotations) ? { annotations } : {}),
      },
      ...(spec === undefined ? {} : { spec }),
    };
  }

  /** Whoever reads `metadata` may add to it, so from then on only `toJson()` knows the object. */
  private watchMetadata(): void {
    const metadata: ApiObjectMetadataDefinition = this.metadata;
    Object.defineProperty(this, 'metadata', {
      get: () => {
        this.touched = true;
        return metadata;
      },
    });
  }
}

function lateAnnotations(keys: readonly string[], render: () => ManifestContent): Record<string, string> {
  return Object.fromEntries(keys.map((key) => [key, Lazy.any({ produce: () => render().annotations?.[key] })]));
}

function hasKeys<T extends object>(value: T | undefined): value is T {
  return value !== undefined && Object.keys(value).length > 0;
}
