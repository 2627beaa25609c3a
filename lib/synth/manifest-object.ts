import {
  ApiObject,
  ApiObjectMetadataDefinition,
  type ApiObjectProps,
  App,
  type Chart,
  type JsonPatch,
  Lazy,
} from 'cdk8s';
import type { Construct } from 'constructs';
import { InvalidValueError } from '../finding';
import type { KubeObject, ObjectMeta } from '../kube/object';
import { POLICY_VERSION, policyVersion } from '../model/policy-version';
import { withoutParts } from '../model/shared';
import { cdk8sManifest } from './cdk8s-manifest';
import { contentText, fieldsOf } from './content-text';
import { inReadingOrder, withKeysInFront } from './key-order';
import { hasOwnResolvers } from './resolver';
import { trimScopes } from './scope-list';
import { isTransformed } from './transform';
import { emitDocument } from './yaml';

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
   * Fields besides the metadata that `render` may give, in the order in which they are written.
   * @default - spec alone
   */
  readonly fields?: readonly ManifestField[];
  /**
   * Renders the rest of the object from what is known when synthesis asks: plain data, pure, in a key order that
   * reads well.
   * @default - metadata only
   */
  readonly render?: () => ManifestContent;
  /**
   * Whether the object carries the version of what `render` gives, see POLICY_VERSION: as an annotation, or also as a
   * label, so that `kubectl get -l` finds it.
   * @default - it does not
   */
  readonly version?: 'annotation' | 'label';
}

/** The part of an object that is rendered late. */
export interface ManifestContent {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, unknown>>;
  /** Of a ConfigMap. */
  readonly data?: Readonly<Record<string, string>>;
  /** Of a ConfigMap that is never changed. */
  readonly immutable?: boolean;
  /** Of a role. */
  readonly rules?: readonly object[];
  /** Of a binding. */
  readonly roleRef?: object;
  readonly subjects?: readonly object[];
  /** Of a ServiceAccount. */
  readonly automountServiceAccountToken?: boolean;
}

export type ManifestField = Exclude<keyof ManifestContent, 'annotations'>;

const SPEC: readonly ManifestField[] = ['spec'];
const NO_KEYS: readonly string[] = [];
const NO_CONTENT: ManifestContent = Object.freeze({});
const NO_PROPS = Object.freeze({});

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

  /** File below the output directory. */
  readonly file: string;
  readonly namespace: string | undefined;
  private readonly labels: Readonly<Record<string, string>>;
  private readonly annotationKeys: readonly string[];
  private readonly fields: readonly ManifestField[];
  private readonly produce: (() => ManifestContent) | undefined;
  private readonly version: ManifestObjectProps['version'];
  /** Undefined until somebody asks the metadata for anything, and so may add to it. */
  private definition: ApiObjectMetadataDefinition | undefined;
  private patched = false;

  constructor(scope: Construct, id: string, props: ManifestObjectProps) {
    super(scope, id, { apiVersion: props.apiVersion, kind: props.kind, metadata: { name: props.name } });
    trimScopes(this);
    this.file = props.file;
    this.namespace = props.namespace;
    this.labels = labelsOf(this.chart, props.labels);
    this.annotationKeys = props.annotationKeys ?? NO_KEYS;
    this.fields = props.fields ?? SPEC;
    this.produce = props.render;
    this.version = props.version;
    // Few objects are ever rendered by cdk8s or asked for their metadata, and what it keeps for that takes more memory
    // than all the rest of 100,000 objects.
    const metadata = new Proxy({ object: this }, ManifestObject.METADATA);
    const self = this as unknown as { props: object; metadata: object };
    self.props = NO_PROPS;
    self.metadata = metadata;
  }

  /** True on every object of the class, without a field of its own. */
  get [MANIFEST_OBJECT](): true {
    return true;
  }

  override toJson() {
    const { apiVersion, kind } = this;
    const props: ApiObjectProps & { [field in ManifestField]?: unknown } = { apiVersion, kind };
    for (const field of this.fields) props[field] = Lazy.any({ produce: () => this.content()[field] });
    Object.assign(this, { props });
    const object = super.toJson();
    return this.version === undefined
      ? object
      : { ...object, metadata: this.versioned(object.metadata, this.versionOf(object)) };
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
    const { head, content } = this.parts() ?? {};
    if (head === undefined || content === undefined) return cdk8sManifest(this);
    return { ...head, ...(withoutParts(fieldsOf(content, this.fields)) as object) };
  }

  /**
   * Its metadata but for its version, and the object as YAML, in pieces.
   * @throws InvalidValueError with the construct path for an annotation that is not among `annotationKeys`, and for a value
   * that JSON has no form for
   */
  document(): { readonly metadata: ObjectMeta; readonly texts: readonly [string, ...string[]] } {
    const parts = this.parts();
    if (parts !== undefined) {
      return { metadata: parts.metadata, texts: [emitDocument(parts.head), parts.body.text] };
    }
    const manifest = cdk8sManifest(this);
    return { metadata: manifest.metadata, texts: [emitDocument(manifest)] };
  }

  /** Undefined if only cdk8s can render the object. */
  private parts() {
    if (this.patched || isTransformed(this)) return undefined;
    const content = this.content();
    const body = contentText(content, this.fields);
    if (body === undefined) return undefined;
    const { apiVersion, kind } = this;
    const metadata = this.definition === undefined ? this.ownMetadata(content) : this.definedMetadata(this.definition);
    const versioned = this.version === undefined ? metadata : this.versioned(metadata, body.version);
    return { metadata, head: { apiVersion, kind, metadata: versioned } satisfies KubeObject, body, content };
  }

  /** The version of what cdk8s rendered: the same as ours, unless somebody changed what we rendered. */
  private versionOf({ apiVersion: _, kind: __, metadata: ___, ...rest }: Record<string, unknown>): string {
    const ours = this.patched || hasOwnResolvers(App.of(this)) ? undefined : contentText(this.content(), this.fields);
    return ours?.version ?? policyVersion(emitDocument(rest));
  }

  private versioned(metadata: ObjectMeta, version: string): ObjectMeta {
    const { labels, annotations, ...rest } = metadata;
    const given = { [POLICY_VERSION]: version };
    const all: { -readonly [field in keyof ObjectMeta]: ObjectMeta[field] } = rest;
    // Put together from spreads, each would have a hidden class of its own.
    if (this.version === 'label') all.labels = Object.assign({}, labels, given);
    else if (labels !== undefined) all.labels = labels;
    all.annotations = Object.assign({}, annotations, given);
    return all;
  }

  /** The part of the object that is rendered late; for subclasses, which need no `render` then. */
  protected render(): ManifestContent {
    return this.produce?.() ?? NO_CONTENT;
  }

  private content(): ManifestContent {
    const content = this.render();
    for (const key in content.annotations) {
      if (this.annotationKeys.includes(key)) continue;
      // cdk8s has to know the keys before anything is rendered, and would leave this one out without a word.
      const message = `annotation '${key}' is rendered but not declared`;
      throw new InvalidValueError({ message, fix: 'add it to annotationKeys' }, this.node.path);
    }
    return content;
  }

  private ownMetadata({ annotations }: ManifestContent): ObjectMeta {
    const { name, namespace, annotationKeys } = this;
    const metadata: { -readonly [field in keyof ObjectMeta]: ObjectMeta[field] } = { name };
    if (namespace !== undefined) metadata.namespace = namespace;
    if (this.labels !== NO_LABELS) metadata.labels = this.labels;
    const given: Record<string, string> = {};
    for (const key of annotationKeys) {
      const value = annotations?.[key];
      if (value === undefined) continue;
      given[key] = value;
      metadata.annotations = given;
    }
    return metadata;
  }

  private definedMetadata(definition: ApiObjectMetadataDefinition): ObjectMeta {
    const { metadata } = inReadingOrder({ metadata: definition.toJson() }) as unknown as KubeObject;
    const { labels, annotations } = metadata;
    return {
      ...metadata,
      ...(labels === undefined ? {} : { labels: withKeysInFront(labels, Object.keys(this.labels)) }),
      ...(annotations === undefined ? {} : { annotations: withKeysInFront(annotations, this.annotationKeys) }),
    };
  }

  /** The metadata as cdk8s keeps it. */
  private define(): ApiObjectMetadataDefinition {
    const { name, namespace, annotationKeys } = this;
    this.definition ??= new ApiObjectMetadataDefinition({
      name,
      // ApiObject gives every object the namespace of its chart, which a cluster refuses on a Namespace.
      ...(namespace === undefined ? {} : { namespace }),
      labels: this.labels,
      annotations: Object.fromEntries(
        annotationKeys.map((key) => [key, Lazy.any({ produce: () => this.content().annotations?.[key] })]),
      ),
      apiObject: this,
    });
    return this.definition;
  }

  /** Metadata that is defined when it is asked for anything. */
  private static readonly METADATA: ProxyHandler<{ readonly object: ManifestObject }> = {
    get: ({ object }, property) => Reflect.get(object.define(), property),
    set: ({ object }, property, value) => Reflect.set(object.define(), property, value),
    has: ({ object }, property) => Reflect.has(object.define(), property),
    ownKeys: ({ object }) => Reflect.ownKeys(object.define()),
    getOwnPropertyDescriptor: ({ object }, property) => Reflect.getOwnPropertyDescriptor(object.define(), property),
    getPrototypeOf: () => ApiObjectMetadataDefinition.prototype,
  };
}

const NO_LABELS: Readonly<Record<string, string>> = Object.freeze({});

function labelsOf(chart: Chart, own: ManifestObjectProps['labels']): Readonly<Record<string, string>> {
  const { labels } = chart;
  if (own === undefined || isEmpty(own)) return isEmpty(labels) ? NO_LABELS : labels;
  return Object.assign({}, labels, own);
}

function isEmpty(labels: object): boolean {
  for (const _ in labels) return false;
  return true;
}
