import { ApiObject, type ApiObjectMetadataDefinition, type JsonPatch, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import { InvalidValueError } from '../finding';
import type { KubeObject, ObjectMeta } from '../kube/object';
import { cdk8sManifest } from './cdk8s-manifest';
import { inReadingOrder, withKeysInFront } from './key-order';
import { isPlainData } from './plain-data';

const MANIFEST_OBJECT = Symbol.for('portcullis.ManifestObject');

/** What a manifest object consists of. */
export interface ManifestObjectProps {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** @default - cluster scoped, whatever the namespace of the chart */
  readonly namespace?: string;
  /**
   * Labels besides the chart's.
   * @default - no labels
   */
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
 * synthesis takes the rendered data as it is (`manifest()`), without cdk8s's copies of every value, as long as there
 * is nothing in it or on it that only cdk8s can render.
 */
export class ManifestObject extends ApiObject {
  /** True for objects of this class. `instanceof` does not tell: ApiObject makes it true for every API object. */
  static isManifestObject(object: ApiObject): object is ManifestObject {
    return MANIFEST_OBJECT in object;
  }

  readonly [MANIFEST_OBJECT] = true;
  private readonly manifestProps: ManifestObjectProps;
  private readonly labels: Readonly<Record<string, string>>;
  private readonly definition: ApiObjectMetadataDefinition;
  private patched = false;

  constructor(scope: Construct, id: string, props: ManifestObjectProps) {
    super(scope, id, {
      apiVersion: props.apiVersion,
      kind: props.kind,
      metadata: {
        name: props.name,
        ...(props.namespace === undefined ? {} : { namespace: props.namespace }),
        ...(props.labels === undefined ? {} : { labels: { ...props.labels } }),
        annotations: Object.fromEntries(
          (props.annotationKeys ?? []).map((key) => [
            key,
            Lazy.any({ produce: () => this.content().annotations?.[key] }),
          ]),
        ),
      },
      ...(props.render === undefined ? {} : { spec: Lazy.any({ produce: () => this.content().spec }) }),
    });
    this.manifestProps = props;
    this.labels = { ...this.chart.labels, ...props.labels };
    this.definition = this.metadata;
    // ApiObject gives every object the namespace of its chart, which a cluster refuses on a Namespace.
    Object.assign(this.definition, { namespace: props.namespace });
    Object.assign(this, { metadata: new Proxy(this.definition, NOTE_WHO_IS_ASKED) });
  }

  get file(): string {
    return this.manifestProps.file;
  }

  get namespace(): string | undefined {
    return this.manifestProps.namespace;
  }

  override addJsonPatch(...ops: JsonPatch[]): void {
    this.patched = true;
    super.addJsonPatch(...ops);
  }

  /**
   * The object as plain data, equal to `toJson()` but for the order of keys.
   * @throws InvalidValueError with the construct path for an annotation that is not among `annotationKeys`
   */
  manifest(): KubeObject {
    if (this.patched) return cdk8sManifest(this);
    const content = this.content();
    if (!isPlainData(content.spec)) return cdk8sManifest(this);
    const { apiVersion, kind } = this.manifestProps;
    return {
      apiVersion,
      kind,
      metadata: asked.has(this.definition) ? this.definedMetadata() : this.ownMetadata(content),
      ...(content.spec === undefined ? {} : { spec: content.spec }),
    };
  }

  private content(): ManifestContent {
    const { render, annotationKeys = [] } = this.manifestProps;
    const content = render?.() ?? {};
    const undeclared = Object.keys(content.annotations ?? {}).find((key) => !annotationKeys.includes(key));
    if (undeclared === undefined) return content;
    // cdk8s has to know the keys before anything is rendered, and would leave this one out without a word.
    const message = `annotation '${undeclared}' is rendered but not declared`;
    throw new InvalidValueError({ message, fix: 'add it to annotationKeys' }, this.node.path);
  }

  private ownMetadata({ annotations }: ManifestContent): ObjectMeta {
    const { name, namespace, annotationKeys = [] } = this.manifestProps;
    const given = annotationKeys.flatMap((key) => (annotations?.[key] === undefined ? [] : [[key, annotations[key]]]));
    return {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(Object.keys(this.labels).length === 0 ? {} : { labels: this.labels }),
      ...(given.length === 0 ? {} : { annotations: Object.fromEntries(given) }),
    };
  }

  private definedMetadata(): ObjectMeta {
    const { metadata } = inReadingOrder({ metadata: this.definition.toJson() }) as unknown as KubeObject;
    const { labels, annotations } = metadata;
    return {
      ...metadata,
      ...(labels === undefined ? {} : { labels: withKeysInFront(labels, Object.keys(this.labels)) }),
      ...(annotations === undefined
        ? {}
        : { annotations: withKeysInFront(annotations, this.manifestProps.annotationKeys ?? []) }),
    };
  }
}

/**
 * Definitions that somebody has asked for anything, and so may have added to. One handler for all of them: a getter
 * of its own would cost each of 100,000 objects as much memory as the rest of it.
 */
const asked = new WeakSet<ApiObjectMetadataDefinition>();
const NOTE_WHO_IS_ASKED: ProxyHandler<ApiObjectMetadataDefinition> = {
  get(definition, property) {
    asked.add(definition);
    return Reflect.get(definition, property);
  },
};
